import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { runCommand } from '../kit/command.ts'
import { Phone } from '../kit/phone.ts'
import { hasDebianPostgres, type PostgresPair, startPostgresPair } from '../kit/postgres-pair.ts'
import { type System, startSystem } from '../kit/system.ts'

/** The lines of postgresql.conf that an operator is told to use. */
function documentedSettings(): readonly string[] {
  const page = readFileSync(new URL('../../docs/operations/postgresql.md', import.meta.url), 'utf8')
  const [, block = ''] = /```ini\n# postgresql\.conf of both servers\n([\s\S]*?)```/.exec(page) ?? []
  return block.split('\n').filter((line) => line.trim() !== '')
}

/** The sentences of a site whose copy hears a primary of the other one, or one of its cores. */
const HEARS = /^tandem: near1(#\d+ is the primary; |-core\d lives, and holds )/

interface Contact {
  readonly from: string
  readonly state: string
}

describe.skipIf(!hasDebianPostgres())('a second site (needs the package postgresql)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-site-'))
  const [near, far] = [join(folder, 'near'), join(folder, 'far')]
  let pair: PostgresPair
  let first: System
  let second: System | undefined
  const environment = { TANDEM_NODE: 'far1', TANDEM_MEDIA_PROCESSES: '1' }

  beforeAll(async () => {
    for (const data of [near, far]) mkdirSync(data)
    pair = await startPostgresPair(documentedSettings(), false)
    first = await startSystem({
      data: near,
      environment: { TANDEM_NODE: 'near1', TANDEM_MEDIA_PROCESSES: '1', TANDEM_POSTGRES_URL: pair.primary.url },
    })
  })
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()])
    await pair?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  const takeover = (...words: string[]) =>
    runCommand(['takeover', ...words], { ...environment, TANDEM_DATA: far, TANDEM_POSTGRES_URL: pair.standby.url })

  async function callOf(system: System, user: string): Promise<void> {
    const phone = await Phone.open({ server: system.sip, user })
    const call = await phone.dial('1010')
    await call.connected()
    await call.hangUp()
    await phone.close()
  }

  it('copies all the while, and takes nothing over while the first is heard (DR-17, fault 27)', async () => {
    await callOf(first, '7840001')
    await eventually('the call in the copy', async () => {
      const closed = `select 1 from tandem.interaction_summary where from_address like '%7840001%'`
      return (await pair.standby.pool<object>(closed)).length > 0 ? true : undefined
    })
    // Where the machine stands still, the copy hears nothing for a moment: then it asks, and nobody agrees.
    const heard = await eventually('a copy that hears the primary', async () => {
      const answer = await takeover('--promote')
      return HEARS.test(answer.stderr) ? answer : undefined
    })
    expect(heard.code).toBe(1)
    const plain = await takeover()
    expect([plain.code, plain.stderr]).toEqual([1, expect.stringContaining('this database only copies another one')])
  })

  it('takes over by one command when the first is gone, with its history and its configuration (DR-11, DR-18, DR-09, DR-06, AA-13, HSB-15)', async () => {
    const goneAt = performance.now()
    first.crash()
    pair.primary.kill()
    const taken = await eventually(
      'the lease of a site that is gone to lapse',
      async () => {
        const answer = await takeover('--promote', '--yes')
        return HEARS.test(answer.stderr) ? undefined : answer
      },
      120_000,
    )
    expect([taken.code, taken.stderr]).toEqual([0, ''])
    expect(taken.stdout).toMatch(/the last change, \d+ s old, came over/)
    expect(taken.stdout).toContain('the database takes changes')
    second = await startSystem({ data: far, environment: { ...environment, TANDEM_POSTGRES_URL: pair.standby.url } })
    await callOf(second, '7840002')
    // Nobody makes a user or an endpoint anew: the phone of an agent is told of the other address, and is known there.
    const agent = await Phone.open({ server: second.sip, user: '2001', password: 'demo-agent1' })
    expect(await agent.register()).toBe(200)
    await agent.close()
    console.log(JSON.stringify({ bench: 'second site', answeredMs: Math.round(performance.now() - goneAt) }))
    const { items } = await (await second.api()).get<{ items: Contact[] }>('/interactions?limit=100&state=closed')
    expect(items.some(({ from }) => from.includes('7840001'))).toBe(true)
  })
})
