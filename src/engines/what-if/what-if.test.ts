import { describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import type { ConfigurationChange } from '#kernel/config'
import type { RecordedDay, RecordedWait } from './recorded-day.ts'
import { OWN_PRIORITY, Replay, type WholeConfiguration } from './replay.ts'
import { alikeAgents, type Scenario, scenarioChanges } from './scenario.ts'
import { recordScenario } from './test-day.ts'
import { CONTACTS_MAX, whatIf } from './what-if.ts'
import { WhatIfRunner } from './what-if-runner.ts'

const HOUR = 3_600_000
const LENGTH_MS = 4 * HOUR
const WRAP_UP_MS = 20_000

const rate = (base: number) => (at: number) => base * (0.6 + 0.8 * Math.sin((Math.PI * at) / LENGTH_MS))

/** A day with a peak at noon, two queues, and agents who serve both. */
function day(salesAgents: number): Scenario {
  const queue = (name: string, base: number, talkMs: number, patienceMs: number, priority: number) => ({
    ...{ name, talkMs, patienceMs, talkSpread: 0.8, callsPerHour: rate(base), callsPerHourMax: base * 1.4 },
    settings: { skills: { [name]: 1 }, wrapUpMs: WRAP_UP_MS, priority },
  })
  return {
    queues: [queue('sales', 200, 180_000, 120_000, 50), queue('support', 100, 240_000, 200_000, 50)],
    agents: [
      ...alikeAgents(salesAgents, { sales: 50 }, 's'),
      ...alikeAgents(6, { support: 50 }, 't'),
      ...alikeAgents(4, { sales: 20, support: 20 }, 'b'),
    ],
  }
}

const record = (salesAgents: number, seed: number) => recordScenario(day(salesAgents), seed, LENGTH_MS, WRAP_UP_MS)
const configured = (salesAgents: number): WholeConfiguration => scenarioChanges(day(salesAgents))

/** Some ten thousand calls are played: seconds on a machine that has other work. */
describe('what if', () => {
  it('nothing changed: the replay gives the day as it was', () => {
    const report = whatIf({ day: record(12, 1), before: configured(12), after: configured(12), plays: 2 })
    expect(report.replayed.queues).toEqual(report.recorded.queues)
    expect(report.changed).toEqual(report.replayed)
    for (const [name, { busyMs }] of Object.entries(report.recorded.agents)) {
      expect(report.replayed.agents[name]?.busyMs, name).toBeCloseTo(busyMs, 6)
    }
  })

  it('three more agents: the forecast is what such a day truly brings', () => {
    for (const seed of [1, 2]) {
      const report = whatIf({ day: record(12, seed), before: configured(12), after: configured(15), plays: 2 })
      const truth = new Replay(record(15, seed)).recorded(configured(15))
      const before = report.replayed.queues['sales']!
      const forecast = report.changed.queues['sales']!
      const sales = truth.queues['sales']!
      expect(forecast.offered).toBe(sales.offered)
      // The change is worth some twenty points; what history leaves open (patience, talks of those who hung up) moves the forecast by a few.
      expect(forecast.serviceLevel! - before.serviceLevel!).toBeGreaterThan(10)
      expect(Math.abs(forecast.serviceLevel! - sales.serviceLevel!)).toBeLessThan(5)
      expect(Math.abs(forecast.abandoned - sales.abandoned)).toBeLessThan(0.02 * sales.offered)
      expect(Object.keys(report.changed.agents)).toHaveLength(25)
    }
  })

  it('priorities changed: what one queue wins the other loses', () => {
    const urgent = configured(12).map((change): ConfigurationChange => {
      if (change.kind !== 'queue' || !change.value || change.name !== 'support') return change
      return { ...change, value: { ...change.value, priority: 90 } }
    })
    const { replayed, changed } = whatIf({ day: record(12, 1), before: configured(12), after: urgent, plays: 2 })
    expect(changed.queues['support']!.serviceLevel!).toBeGreaterThan(replayed.queues['support']!.serviceLevel!)
    expect(changed.queues['sales']!.waitMeanMs!).toBeGreaterThan(replayed.queues['sales']!.waitMeanMs!)
  })

  it('says how patience was estimated', () => {
    const { patience } = whatIf({ day: record(12, 1), before: configured(12), after: configured(12), plays: 1 })
    expect(patience['sales']).toMatchObject({ from: 'own' })
    expect(patience['sales']!.meanMs! / 120_000).toBeCloseTo(1, 0)
    const few = whatIf({ day: oneCall(), before: configured(12), after: configured(12), plays: 1 })
    expect(few.patience['sales']).toEqual({ from: 'none', hangUps: 0, meanMs: null })
  })

  it('refuses a day without calls, and one with too many', () => {
    const ask = (waits: readonly RecordedWait[]) =>
      whatIf({ day: { ...oneCall(), waits }, before: configured(1), after: configured(1), plays: 1 })
    expect(() => ask([])).toThrow(/no call in a queue from 1970-01-01T00:00:00.000Z/)
    const [wait] = oneCall().waits
    expect(() => ask(Array.from({ length: CONTACTS_MAX + 1 }, () => wait!))).toThrow(
      /100001 calls are more than the 100000/,
    )
  })
})

function oneCall(): RecordedDay {
  const wait = {
    interaction: 'ix',
    queue: 'sales',
    priority: OWN_PRIORITY,
    enteredAt: 1_000,
    waitedMs: 500,
    follows: false,
  } as const
  return {
    from: 0,
    to: HOUR,
    waits: [
      { ...wait, result: 'answered', agent: 's1', ringMs: 500, talkMs: 60_000, wrapUpMs: 5_000, wrapUpWhole: false },
    ],
    presences: [{ user: 's1', from: 0, to: HOUR }],
    offers: { s1: { offered: 1, unanswered: 0 } },
  }
}

describe('a replay', () => {
  const everybody = new Set(configured(1).map(({ name }) => name))
  const play = (recorded: RecordedDay, configuration = configured(1)) =>
    new Replay(recorded).play(configuration, everybody, 1)

  it('rings as long as it did, and ends work after a call when the agent did', () => {
    const { queues, agents } = play(oneCall(), configured(1))
    expect(queues['sales']).toMatchObject({ offered: 1, answered: 1, waitMeanMs: 500 })
    expect(agents['s1']).toMatchObject({ answered: 1, busyMs: 65_000 })
  })

  it('lets phones ring that were let ring', () => {
    const recorded = { ...oneCall(), offers: { s1: { offered: 10, unanswered: 10 } } }
    const { queues } = play(recorded)
    expect(queues['sales']).toMatchObject({ offered: 0, answered: 0 })
  })

  it('keeps a priority that a flow gave, and lets others follow their queue', () => {
    const [wait] = oneCall().waits
    const at = (interaction: string, priority: number, enteredAt: number): RecordedWait => ({
      ...wait!,
      interaction,
      priority,
      enteredAt,
      ringMs: 0,
    })
    // The second comes later and was given a higher priority by its flow.
    const waits = [at('busy', OWN_PRIORITY, 0), at('plain', OWN_PRIORITY, 1_000), at('urgent', 100, 2_000)]
    const { queues } = play({ ...oneCall(), waits })
    // busy at once; urgent after its 65 s less 2; plain behind both.
    expect(queues['sales']!.waitMaxMs).toBe(129_000)
  })

  it('leaves out who came from another queue, whom the configuration sends itself, and calls to a queue that is gone', () => {
    const [wait] = oneCall().waits
    const recorded = { ...oneCall(), waits: [wait!, { ...wait!, interaction: 'b', follows: true }] }
    expect(play(recorded).queues['sales']).toMatchObject({ offered: 1 })
    const gone = configured(1).filter(({ name }) => name !== 'sales' && name !== '100')
    expect(play(recorded, gone).queues['sales']).toBeUndefined()
  })

  it('has nobody there who was not', () => {
    const recorded = { ...oneCall(), presences: [{ user: 's1', from: 100_000, to: 2_000_000 }] }
    expect(play(recorded).queues['sales']).toMatchObject({ answered: 1, waitMeanMs: 99_500 })
  })
})

describe('the runner', () => {
  const runner = (runMsMax?: number) =>
    new WhatIfRunner({ clock: systemClock, logger: silentLogger, ...(runMsMax === undefined ? {} : { runMsMax }) })
  const input = { day: oneCall(), before: configured(1), after: configured(1), plays: 1 }

  it('tries it in a process of its own', async () => {
    expect(await runner().run(input)).toEqual(whatIf(input))
  })

  it('takes one at a time', async () => {
    const one = runner()
    const first = one.run(input)
    await expect(one.run(input)).rejects.toThrow('another replay is running')
    await first
    expect((await one.run(input)).arrivals).toBe(1)
  })

  it('says what the process found wrong, with its code', async () => {
    await expect(runner().run({ ...input, day: { ...oneCall(), waits: [] } })).rejects.toMatchObject({
      code: 'what-if.nothing',
    })
    const broken = configured(1).map((change) =>
      change.kind === 'queue' && change.value ? { ...change, value: { ...change.value, priority: 1_000 } } : change,
    )
    await expect(runner().run({ ...input, after: broken })).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('ends a replay that takes too long, and one that nobody waits for any more', async () => {
    await expect(runner(1).run(input)).rejects.toThrow('the replay was ended after 0.001 s')
    const one = runner()
    const run = one.run(input)
    one.close()
    await expect(run).rejects.toThrow(/its process ended with SIGKILL/)
    one.close()
  })
})
