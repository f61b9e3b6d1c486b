import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '#api/contract'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import { type System, startSystem } from '../kit/system.ts'

let system: System
let admin: ApiClient

beforeAll(async () => {
  system = await startSystem({ environment: { DEMO_TEST_FAULTS: '1' } })
  admin = await system.api('admin')
})
afterAll(() => system?.stop())

function cluster(): Promise<Cluster> {
  return admin.get<Cluster>('/cluster')
}

/** Waits until the backup has both connections to the primary and says that it is one. */
function protectedPool(): Promise<Cluster> {
  return eventually(
    'a backup that pings the primary',
    async () => {
      const now = await cluster()
      const backups = now.cores.filter(({ role }) => role === 'backup')
      return backups.some(({ modules }) => modules?.some(({ name, detail }) => name === 'pings' && detail === 'backup'))
        ? now
        : undefined
    },
    60_000,
  )
}

/** Makes a fault in the primary that no signal makes. */
function makeFault(kind: 'block' | 'hang', ms: number): number {
  writeFileSync(join(system.data, 'run', 'fault.json'), JSON.stringify({ kind, ms }))
  return system.kill('core', 'SIGUSR2')
}

function lastTakeover({ takeovers }: Cluster) {
  return takeovers?.at(-1)
}

/** Waits until another than the primary of `before` rules and its takeover is kept: a core shows the lease before it has folded that. */
function anotherPrimary(before: Cluster): Promise<Cluster> {
  return eventually('another primary, and its takeover', async () => {
    const now = await cluster()
    const ruled = now.primary !== null && now.primary !== before.primary
    return ruled && lastTakeover(now)?.to === now.primary ? now : undefined
  })
}

describe('switchover of a running system', () => {
  it('shows states, connections, probes and takeovers (SW-17, SW-71, SW-92)', async () => {
    const now = await protectedPool()
    expect(now.switchover).toMatchObject({ state: 'primary', pair: 'active' })
    expect(lastTakeover(now)).toMatchObject({ why: 'nobody holds the lease' })
    expect(now.level).toBe(1)
  })

  it('is done when it is asked for, loses no call, and the old primary is backup again by itself (SW-10, SW-108, SW-21, STA-15)', async () => {
    const before = await protectedPool()
    const phone = await Phone.open({ server: system.sip, user: '7700001' })
    const over = await phone.dial('1009')
    await over.connected()
    await over.hangUp()
    const [call, waits] = [await phone.dial('1010'), await phone.dial('1001')]
    await call.connected()
    await waits.connected()
    const to = before.cores.find(({ role }) => role === 'backup')!.name
    expect(await admin.post('/cluster/switchover', { to })).toMatchObject({ to, switching: true })
    const after = await anotherPrimary(before)
    expect(after.term).toBeGreaterThan(before.term)
    expect(lastTakeover(after)).toMatchObject({ to, from: before.primary, why: 'a switchover was asked for' })
    await protectedPool()
    expect(await admin.post('/cluster/switchover', { to })).toMatchObject({ switching: false })
    expect(call.state).toBe('connected')
    const packets = call.media.otherPackets
    await eventually('music that goes on', () => (call.media.otherPackets > packets + 25 ? true : undefined))
    expect(waits.state).toBe('connected')
    await call.hangUp()
    await waits.hangUp()
    await phone.close()
    // One that was over, one that was up and one that waited: each is in history once, as if nothing had been.
    const supervisor = await system.api()
    await eventually('three calls in history, once each', async () => {
      const { items } = await supervisor.get<{ items: { from: string; to: string }[] }>(
        '/interactions?state=closed&limit=100',
      )
      const mine = items.filter(({ from }) => from.includes('7700001')).map(({ to }) => to)
      return mine.sort().join() === '1001,1009,1010' ? true : undefined
    })
  })

  it('finds a module that hangs while the lease is renewed, and keeps a diagnosis (SW-05, SW-30, SW-53, FS-09, SW-18, SW-21)', async () => {
    const before = await protectedPool()
    makeFault('hang', 60_000)
    const after = await anotherPrimary(before)
    expect(lastTakeover(after)?.why).toContain('the module failed 2 times in a row')
    await eventually('a diagnosis', async () => ((await cluster()).diagnoses?.length ? true : undefined))
    await protectedPool()
  })

  it('takes over from a loop that stands still for 5 s, and not from one for 0.3 s', async () => {
    const before = await protectedPool()
    makeFault('block', 300)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect((await protectedPool()).term).toBe(before.term)
    makeFault('block', 5_000)
    await anotherPrimary(before)
    await protectedPool()
  })

  it('refuses to hand over to nobody, and says who there is (SW-108)', async () => {
    await protectedPool()
    const answer = await admin.raw('POST', '/cluster/switchover', { to: 'node9' })
    expect(answer.status).toBe(409)
    expect(((await answer.json()) as { detail: string }).detail).toMatch(
      /can take over as node9; there are: node1-core\d/,
    )
  })
})
