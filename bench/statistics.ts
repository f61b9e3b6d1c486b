import { type CentreCommand, type CentreEvent, centreMachine } from '#kernel/centre'
import { type ConfigurationChange, demoCentre, type User } from '#kernel/config'

/**
 * What figures cost the primary's loop: µs of folding one event with its figures, and how much of that the figures are. The events are
 * those of whole calls through a queue (arrival, offer, answer, hold, wrap-up) in a centre of three sizes; what is compared is the same
 * fold with a follower that is told nothing. And what a snapshot of a full memory of figures costs.
 */
const SIZES = [200, 800, 3_200] as const

const CALLS = 4_000
const ROUNDS = 5

interface Dated {
  readonly at: number
  readonly event: CentreEvent
}

/** The events of calls that follow on each other, so many a second that intervals come and go. */
function callsOf(agents: number): readonly Dated[] {
  const state = centreMachine.initial()
  const log: Dated[] = []
  let now = Date.UTC(2026, 0, 5, 8)
  const run = (command: CentreCommand): void => {
    for (const event of centreMachine.decide(state, command, now)) {
      centreMachine.evolve(state, event, now)
      log.push({ at: now, event })
    }
  }
  run({ type: 'ChangeConfiguration', by: 'bench', basedOn: 0, changes: demoCentre() })
  for (let from = 201; from <= agents; from += 1000) {
    const changes = Array.from({ length: Math.min(1000, agents - from + 1) }, (_, index) => agent(from + index))
    run({ type: 'ChangeConfiguration', by: 'bench', basedOn: state.configuration.version, changes })
  }
  for (let n = 1; n <= agents; n++) run({ type: 'SetReachable', user: `agent${n}`, reachable: true })
  for (let n = 1; n <= CALLS; n++) {
    const interaction = `ix-${n}`
    run({ type: 'Arrive', interaction, from: '555', to: n % 2 === 0 ? '1001' : '1002' })
    run({ type: 'ReportConnected', interaction, participant: `${interaction}.p1` })
    run({ type: 'ReportAlerting', interaction, participant: `${interaction}.p2` })
    now += 3000
    run({ type: 'ReportConnected', interaction, participant: `${interaction}.p2` })
    run({ type: 'Hold', interaction, participant: `${interaction}.p2` })
    run({ type: 'Retrieve', interaction, participant: `${interaction}.p2` })
    now += 2000
    run({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
    for (
      let due = centreMachine.nextDeadline(state);
      due !== undefined && due <= now;
      due = centreMachine.nextDeadline(state)
    ) {
      run({ type: 'Tick' })
    }
  }
  return log
}

function agent(n: number): ConfigurationChange {
  const name = `agent${n}`
  const value: User = {
    ...{ name, displayName: `Agent ${n}`, extension: String(20_000 + n), role: 'agent', initialStatus: 'ready' },
    skills: { [n % 2 === 0 ? 'sales' : 'support']: 80 },
  }
  return { kind: 'user', name, value }
}

/** µs of CPU an event: the best of some rounds, since only what disturbs makes a round longer. */
function fold(log: readonly Dated[], counted: boolean): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const state = centreMachine.initial()
    if (!counted) {
      const { follower } = state.statistics
      Object.assign(follower, { contactChanged: () => {}, agentChanged: () => {}, follow: () => {} })
    }
    const before = process.cpuUsage()
    for (const { at, event } of log) centreMachine.evolve(state, event, at)
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / log.length)
  }
  return best
}

/** Runs the benchmark and prints one JSON object a line. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const line = { bench: 'statistics.fold', peer: null, limit: 'maps and small objects; one core' }
  for (const size of SIZES) {
    const log = callsOf(size)
    const [whole, without] = [fold(log, true), fold(log, false)]
    const figure = Number((whole - without).toFixed(2))
    print(
      JSON.stringify({
        ...line,
        size,
        figure,
        unit: 'CPU-µs an event for its figures',
        whole: Number(whole.toFixed(2)),
        events: log.length,
      }),
    )
    const state = centreMachine.initial()
    for (const { at, event } of log) centreMachine.evolve(state, event, at)
    // The one before has written what does not change any more, as in a core that takes one after the other.
    state.statistics.dump()
    const before = process.cpuUsage()
    const text = JSON.stringify(state.statistics.dump())
    const { user, system } = process.cpuUsage(before)
    const dumpMs = (user + system) / 1000
    const entries = state.statistics.kept.size
    print(
      JSON.stringify({
        ...{
          bench: 'statistics.snapshot',
          size,
          figure: Number(dumpMs.toFixed(1)),
          unit: 'CPU-ms to write the figures of a snapshot',
          peer: null,
        },
        ...{ limit: 'making JSON', chars: text.length, entries },
      }),
    )
  }
}

if (import.meta.main) await run()
