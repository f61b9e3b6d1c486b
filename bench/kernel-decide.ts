import { type CentreCommand, type CentreStore, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Queue, User } from '#kernel/config'

/**
 * How many commands the kernel decides and folds in a second, on one core: the commands of whole calls through a queue, and single
 * routing decisions, at three sizes. What is measured is decide + evolve alone: no log, no network, no timers.
 */

/** Agents, and callers who wait, at size one. */
const SIZE = 100
const SIZES = [1, 4, 16] as const

/** Long enough that the compiler has settled and a hundred thousand commands are in it. */
const MEASURE_MS = 700

interface Line {
  readonly bench: 'kernel.decide' | 'kernel.decide.growth'
  readonly figure: number
  readonly unit: string
  /** What other products do; none publishes such a figure. */
  readonly peer: null
  readonly limit: string
  readonly case: string
  /** Agents, and in the second case as many callers who wait. */
  readonly size?: number
}

/** One kernel with people and calls in it. */
class Bench {
  readonly state: CentreStore = centreMachine.initial()
  now = 1_000_000
  commands = 0
  #calls = 0

  constructor(agents: number) {
    this.submit({ type: 'ChangeConfiguration', by: 'bench', basedOn: 0, changes: queues() })
    for (let from = 1; from <= agents; from += 1_000) {
      const changes = Array.from({ length: Math.min(1_000, agents - from + 1) }, (_, index) => agent(from + index))
      this.submit({ type: 'ChangeConfiguration', by: 'bench', basedOn: this.state.configuration.version, changes })
    }
  }

  submit(command: CentreCommand): void {
    this.commands++
    for (const event of centreMachine.decide(this.state, command, this.now)) {
      centreMachine.evolve(this.state, event, this.now)
    }
  }

  /** Lets time pass as the sequencer does: a tick when something is due. */
  pass(durationMs: number): void {
    const end = this.now + durationMs
    for (let due = centreMachine.nextDeadline(this.state); due !== undefined && due <= end; ) {
      this.now = Math.max(this.now, due)
      this.submit(centreMachine.tick())
      due = centreMachine.nextDeadline(this.state)
    }
    this.now = end
  }

  arrive(): string {
    const interaction = `ix-${++this.#calls}`
    this.submit({ type: 'Arrive', interaction, from: '555', to: '1001' })
    return interaction
  }

  ready(user: string, reachable: boolean): void {
    this.submit({ type: 'SetReachable', user, reachable })
  }
}

function agent(n: number): ConfigurationChange {
  const name = `agent${n}`
  const value: User = {
    name,
    displayName: `Agent ${n}`,
    extension: String(20_000 + n),
    role: 'agent',
    skills: { support: 80 },
    initialStatus: 'ready',
  }
  return { kind: 'user', name, value }
}

function queues(): readonly ConfigurationChange[] {
  const value: Queue = {
    name: 'support',
    skills: { support: 1 },
    priority: 50,
    ringTimeoutMs: 15_000,
    ronaMs: 10_000,
    wrapUpMs: 2_000,
    welcomePrompts: ['ring', 'queue-announcement'],
    musicPrompt: 'music',
    positionEveryMs: 30_000,
    recorded: true,
    serviceLevel: { percent: 80, withinMs: 20_000 },
  }
  return [
    { kind: 'queue', name: 'support', value },
    { kind: 'number', name: '1001', value: { type: 'queue', queue: 'support' } },
  ]
}

/** A call from its arrival to the end of the work after it, while all other agents are free too. */
function wholeCall(bench: Bench): void {
  const interaction = bench.arrive()
  bench.submit({ type: 'ReportConnected', interaction, participant: `${interaction}.p1` })
  bench.submit({ type: 'ReportAlerting', interaction, participant: `${interaction}.p2` })
  bench.submit({ type: 'ReportConnected', interaction, participant: `${interaction}.p2` })
  bench.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
  const sealed = { durationMs: 1, bytes: 1, sha256: '' }
  bench.submit({ type: 'SealRecording', interaction, recording: `${interaction}.r1`, ...sealed })
  bench.pass(3)
}

/** Nobody is free, many wait: a call arrives at the end, an agent comes and is given the front, and both leave again. */
function routeToComer(bench: Bench): void {
  bench.arrive()
  bench.ready('agent1', true)
  const work = bench.state.agents.get('agent1')?.work[0]
  if (work === undefined) return
  bench.submit({
    type: 'ReportCleared',
    interaction: work.interaction,
    participant: `${work.interaction}.p1`,
    reason: 'hung-up',
  })
  const next = bench.state.agents.get('agent1')?.work[0]
  bench.ready('agent1', false)
  if (next === undefined) return
  bench.submit({
    type: 'ReportCleared',
    interaction: next.interaction,
    participant: `${next.interaction}.p1`,
    reason: 'hung-up',
  })
  bench.arrive()
}

/** Commands a second while the round is repeated. */
function measure(bench: Bench, round: (bench: Bench) => void): number {
  for (let warm = 0; warm < 200; warm++) round(bench)
  const before = bench.commands
  const start = performance.now()
  while (performance.now() - start < MEASURE_MS) for (let n = 0; n < 10; n++) round(bench)
  return ((bench.commands - before) / (performance.now() - start)) * 1000
}

function measureCase(name: string, limit: string, prepare: (size: number) => Bench, round: (b: Bench) => void): Line[] {
  const figures = SIZES.map((factor) => ({ size: factor * SIZE, perSecond: measure(prepare(factor * SIZE), round) }))
  const first = figures[0]!.perSecond
  const last = figures.at(-1)!.perSecond
  const exponent = Math.log(first / last) / Math.log(SIZES.at(-1)!)
  const line = { bench: 'kernel.decide', peer: null, limit, case: name } as const
  return [
    ...figures.map(({ size, perSecond }): Line => {
      return { ...line, figure: Math.round(perSecond), unit: 'commands/s', size }
    }),
    {
      ...line,
      bench: 'kernel.decide.growth',
      figure: Number(exponent.toFixed(2)),
      unit: 'exponent of the cost over the size',
    },
  ]
}

/** Runs the benchmark and prints one JSON object a line. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const lines = [
    ...measureCase(
      'whole queued call, agents idle',
      'making the events and the decision record; one core',
      (size) => {
        const bench = new Bench(size)
        for (let n = 1; n <= size; n++) bench.ready(`agent${n}`, true)
        return bench
      },
      wholeCall,
    ),
    ...measureCase(
      'routing to an agent who comes free, callers waiting',
      'finding the ends of the ordered sets and making the decision record; one core',
      (size) => {
        const bench = new Bench(size)
        for (let n = 0; n < size; n++) bench.arrive()
        return bench
      },
      routeToComer,
    ),
  ]
  for (const line of lines) print(JSON.stringify(line))
}

if (import.meta.main) await run()
