import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '#api/contract'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, startPool } from '../kit/pool.ts'
import { startSystem } from '../kit/system.ts'

describe('a pool of two nodes', () => {
  let pool: Pool
  const phones: Phone[] = []
  beforeAll(async () => {
    pool = await startPool()
  })
  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.close()))
    await pool?.close()
  })

  it('has one primary that all edges and media processes obey', async () => {
    const holder = await pool.primary()
    expect(holder).toMatch(/^node1#\d+$/)
    const names = ['archive', 'core1', 'core2', 'edge', 'media']
    const wanted = ['node1', 'node2'].flatMap((node) => names.map((name) => `${node}-${name}`))
    // The second core of a node starts when calls are answered.
    await eventually('all members', async () => {
      const members = await pool.query<{ name: string }>('select name from tandem.member order by name')
      return members.map(({ name }) => name).join() === wanted.join() ? true : undefined
    })
  })

  it('goes on with the other node when the primary node dies with all that it runs (MSU-05, DR-01, HSB-07, FS-20, FS-22)', async () => {
    const people = async (node: string) =>
      (await (await pool.node(node).api()).get<{ user: string; status: string; reason?: string }[]>('/agents/live'))
        .map(({ user, status, reason }) => ({ user, status, reason }))
        .sort((a, b) => a.user.localeCompare(b.user))
    const chooses = async (node: string, reason: string) =>
      (await pool.node(node).api()).post('/agents/agent7/status', { status: 'not-ready', reason })
    await chooses('node1', 'lunch')
    const seen = await people('node1')
    const before = await pool.primary()
    pool.crash('node1')
    const node = await pool.primaryNode(before)
    expect(node.name).toBe('node2')
    await pool.connected(1, 1)
    // The directory is not a lesser one: everybody is there as before, and can be changed.
    expect(await people('node2')).toEqual(seen)
    await chooses('node2', 'training')
    const after = await people('node2')
    expect(after.find(({ user }) => user === 'agent7')).toMatchObject({ reason: 'training' })
  })

  /** Calls that stand, each by one leg. */
  const standing: PhoneCall[] = []
  const stands = async (node: string) => {
    const phone = await Phone.open({ server: pool.node(node).sip, user: `784000${phones.length}` })
    phones.push(phone)
    const call = await phone.dial('1010')
    await call.connected()
    standing.push(call)
  }

  /** Waits until the media processes carry so many legs. */
  const carried = async (wanted: Readonly<Record<string, number>>) => {
    const api = await pool.node('node2').api('admin')
    await eventually(`legs by media process: ${JSON.stringify(wanted)}`, async () => {
      const { others = [] } = await api.get<Cluster>('/cluster')
      const carries = (name: string) => others.find((one) => one.name === name)?.carries
      return Object.entries(wanted).every(([name, legs]) => carries(name) === legs) ? true : undefined
    })
  }

  it('refuses a second machine of a name that lives', async () => {
    const twin = startSystem({ environment: { TANDEM_NODE: 'node2', TANDEM_POSTGRES_URL: pool.postgres.url } })
    await expect(twin).rejects.toThrow(/another machine of the pool is named node2 and lives/)
  })

  it('takes a node that comes back, while it runs, and that catches up by itself with all that was changed meanwhile (MSU-10, MSU-17, RPL-01, RPL-11, RPL-18, HSB-04, AA-20, AA-12, FS-41)', async () => {
    const configuration = async (node: string) =>
      (await pool.node(node).api('admin')).get<{ version: number }>('/configuration')
    const { version } = await configuration('node2')
    const changes = [{ kind: 'number', name: '1777', value: { type: 'flow', flow: 'echo' } }]
    await (await pool.node('node2').api('admin')).post('/configuration/publish', { basedOn: version, changes })
    for (let call = 0; call < 6; call++) await stands('node2')
    await carried({ 'node2-media': 6 })
    await pool.start('node1')
    expect(await pool.primary()).toMatch(/^node2#/)
    await pool.connected(2, 2)
    await carried({ 'node1-media': 0, 'node2-media': 6 })
    // As calls end and others come by both edges, half of the load goes over; those that stand are left where they are.
    for (const [moved, call] of standing.splice(0, 3).entries()) {
      await call.hangUp()
      await carried({ 'node1-media': moved, 'node2-media': 5 - moved })
      await stands('node1')
      await carried({ 'node1-media': moved + 1, 'node2-media': 5 - moved })
    }
    for (const call of standing) {
      expect(call.state).toBe('connected')
      await call.hangUp()
    }
    await eventually('the same configuration on both', async () =>
      (await configuration('node1')).version === version + 1 ? true : undefined,
    )
    expect(await configuration('node1')).toEqual(await configuration('node2'))
  })
})
