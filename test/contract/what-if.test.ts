import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '#base'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let supervisor: Asker
let agent1: Asker

/** Stands still but for what the test lets pass between two commands: how long a machine takes for them is in no figure. Timers are the machine's. */
class MovedClock implements Clock {
  readonly #begunAt = systemClock.now()
  #aheadMs = 0
  now = (): number => this.#begunAt + this.#aheadMs
  monotonic = (): number => this.#aheadMs
  after: Clock['after'] = (delayMs, call) => systemClock.after(delayMs, call)

  pass(seconds: number): void {
    this.#aheadMs += seconds * 1_000
  }
}

const clock = new MovedClock()

/** Calls of the recorded hour: the first talks for a minute, the second waits half of it and hangs up, the third is answered. */
async function record(): Promise<void> {
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  clock.pass(10)
  await centre.call('ix-1')
  clock.pass(5)
  await centre.answer('ix-1')
  clock.pass(10)
  await centre.call('ix-2')
  clock.pass(30)
  await centre.submit({ type: 'ReportCleared', interaction: 'ix-2', participant: 'ix-2.p1', reason: 'hung-up' })
  clock.pass(20)
  await hangUp('ix-1')
  clock.pass(30)
  await centre.call('ix-3')
  clock.pass(4)
  await centre.answer('ix-3')
  clock.pass(40)
  await hangUp('ix-3')
  await centre.settle()
}

/** The caller goes, and the agent has nothing to note. */
async function hangUp(interaction: string): Promise<void> {
  await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
  clock.pass(1)
  await centre.submit({ type: 'EndWrapUp', interaction, user: 'agent1' })
}

beforeAll(async () => {
  centre = await TestCentre.start({ clock })
  admin = await Asker.as(centre.base, 'admin')
  supervisor = await Asker.as(centre.base, 'supervisor')
  agent1 = await Asker.as(centre.base, 'agent1')
  await record()
})
afterAll(() => centre?.close())

function span() {
  const now = clock.now()
  return { from: new Date(now - 3_600_000).toISOString(), to: new Date(now + 60_000).toISOString() }
}

const ask = (who: Asker, more: object = {}): Promise<Answer> => who.ask('POST', '/what-if', { ...span(), ...more })

describe('what if', () => {
  it('promise 5: replays what was recorded, and nothing changed gives it again', async () => {
    const { status, body } = await ask(supervisor)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ arrivals: 3, plays: 3 })
    const [recorded, replayed] = [body.recorded.queues.support, body.replayed.queues.support]
    expect(recorded).toMatchObject({ offered: 3, answered: 2, shortAbandoned: 0, abandoned: 1 })
    expect(recorded.waitMaxMs / 1_000).toBeCloseTo(30, 0)
    expect(replayed.waitMaxMs).toBe(recorded.waitMaxMs)
    expect(replayed).toEqual(recorded)
    expect(body.replayed.agents.agent1).toMatchObject({ answered: 2, busyMs: body.recorded.agents.agent1.busyMs })
    expect(body.recorded.agents.agent1.busyMs / 1_000).toBeCloseTo(102, 0)
    expect(body.patience.support).toMatchObject({ from: 'all', hangUps: 1 })
  })

  it('promise 5: says what would have been with an agent more, and changes nothing', async () => {
    const before = (await admin.ask('GET', '/configuration')).body.version
    const { body } = await ask(supervisor, { addAgents: [{ like: 'agent1', count: 1 }], plays: 1 })
    expect(body.changed.queues.support).toMatchObject({ offered: 3, answered: 3, abandoned: 0 })
    expect(Object.keys(body.changed.agents).sort()).toEqual(['agent1', 'new-1'])
    expect((await admin.ask('GET', '/configuration')).body.version).toBe(before)
  })

  it('takes a difference, a whole object and a removal', async () => {
    const changes = [
      { kind: 'queue', name: 'support', merge: { serviceLevel: { percent: 80, withinMs: 1_000 } } },
      { kind: 'number', name: '1010' },
      { kind: 'number', name: '1099', value: { type: 'queue', queue: 'support' } },
    ]
    expect((await ask(admin, { changes, plays: 1 })).status).toBe(200)
  })

  it('is for supervisors and administrators', async () => {
    expect((await ask(agent1)).status).toBe(403)
  })

  it('refuses what does not fit, saying where', async () => {
    const problem = async (more: object) => {
      const { status, body } = await ask(supervisor, more)
      return [status, body.detail]
    }
    const now = new Date(clock.now()).toISOString()
    expect(await problem({ from: now, to: now })).toEqual([422, expect.stringContaining('is not after "from"')])
    expect(await problem({ from: '2020-01-01T00:00:00Z' })).toEqual([422, expect.stringContaining('31 days')])
    expect(await problem({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).toEqual([
      422,
      expect.stringContaining('there is nothing to replay'),
    ])
    expect(await problem({ changes: [{ kind: 'queue', name: 'parking', merge: {} }] })).toEqual([
      404,
      'there is no queue "parking"',
    ])
    expect(await problem({ addAgents: [{ like: 'nobody', count: 1 }] })).toEqual([404, 'there is no user "nobody"'])
    expect(await problem({ changes: [{ kind: 'queue', name: 'support', merge: { wrapUpMs: -1 } }] })).toEqual([
      422,
      expect.stringContaining('queues.support.wrapUpMs'),
    ])
    expect((await ask(supervisor, { plays: 1_000 })).status).toBe(422)
  })
})
