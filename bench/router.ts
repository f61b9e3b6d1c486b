import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type CentreCommand, type CentreStore, centreMachine } from '#kernel/centre'
import type { ConfigurationChange, Queue, User } from '#kernel/config'

/**
 * What a routing decision costs, by how many agents there are and how many contacts wait: 50 queues with rings, preferred skills and all
 * strategies, 100 skills, one contact in ten a work item with wishes of its own. Half of the queues have more callers than agents, so that
 * an agent who becomes free chooses among waiting contacts; the other half has more agents than callers, so that a caller who comes is given
 * one of many. What is measured is the kernel alone, decide and evolve: no log, no network.
 */
const QUEUES = 50
const SKILLS = 100
const SIZES = [100, 1_000, 10_000] as const
/** What the aim is said for. */
const AIMED = 5_000

/** Rounds of a pass; each has four decisions that route. */
const ROUNDS = 500
/** The quietest pass counts: what other programs take of the processor meanwhile is not the router's. */
const PASSES = 5
const WARM_UP_ROUNDS = 300

/** What the core must carry. */
const ARRIVALS_PER_SECOND = 100

const STRATEGIES = ['longest-idle', 'least-loaded', 'most-skilled', 'round-robin', 'weighted'] as const

interface Line {
  readonly bench: string
  readonly figure: number
  readonly unit: string
  readonly peer: null
  readonly agents?: number
  readonly waiting?: number
}

/** Numbers that follow from a seed, so that every run measures the same centre. */
function* randomNumbers(seed: number): Generator<number, never, undefined> {
  for (let state = seed >>> 0; ; ) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One kernel with people at work and contacts that wait. */
class Centre {
  readonly state: CentreStore = centreMachine.initial()
  /** Milliseconds of each decision of this pass that offered something, or put something into a queue. */
  decideMs: number[] = []
  now = 1_000_000
  contacts = 0
  #measuring = false
  readonly #random = randomNumbers(7)
  /** Who talks, by half of the queues. */
  readonly #talking: [string[], string[]] = [[], []]

  constructor(agents: number, waiting: number) {
    this.submit({ type: 'ChangeConfiguration', by: 'bench', basedOn: 0, changes: queues() })
    for (let from = 0; from < agents; from += 1_000) {
      const changes = Array.from({ length: Math.min(1_000, agents - from) }, (_, n) => this.#user(from + n))
      this.submit({ type: 'ChangeConfiguration', by: 'bench', basedOn: this.state.configuration.version, changes })
    }
    // Enough that all agents of the first half have somebody, and the rest waits.
    for (let n = 0; this.#waitingNow() < waiting; n++) this.#arrive(0, n)
    for (let n = 0; n < agents; n++) this.submit({ type: 'SetReachable', user: `agent${n}`, reachable: true })
    this.#answerAll(0)
    for (let n = 0; this.#waitingNow() < waiting; n++) this.#arrive(0, n)
    for (let n = 0; n < agents / 8; n++) this.#arrive(1, n)
    this.#answerAll(1)
  }

  /** Somebody hangs up in each half, and somebody comes in each. */
  round(n: number): void {
    for (const half of [0, 1] as const) {
      this.now += 5
      const over = this.#talking[half].shift()
      if (over !== undefined) this.#end(over)
      this.#answerAll(half)
      this.#arrive(half, n)
      this.#answerAll(half)
    }
  }

  /** One pass; says the processor time that a contact took, from coming to its end. */
  pass(rounds: number): number {
    this.decideMs = []
    this.#measuring = true
    const before = this.contacts
    const begun = process.threadCpuUsage()
    for (let n = 0; n < rounds; n++) this.round(n)
    const { user, system } = process.threadCpuUsage(begun)
    this.#measuring = false
    return (user + system) / (this.contacts - before)
  }

  submit(command: CentreCommand): void {
    const begun = this.#measuring ? performance.now() : 0
    const events = centreMachine.decide(this.state, command, this.now)
    if (this.#measuring && events.some(({ type }) => type === 'Offered' || type === 'Queued')) {
      this.decideMs.push(performance.now() - begun)
    }
    for (const event of events) {
      centreMachine.evolve(this.state, event, this.now)
      if (event.type === 'Offered') this.#offered.push(event.interaction)
    }
  }

  readonly #offered: string[] = []

  #arrive(half: 0 | 1, n: number): void {
    const interaction = `ix-${++this.contacts}`
    const queue = half * (QUEUES / 2) + Math.floor(this.#next() * (QUEUES / 2))
    if (n % 10 === 9) {
      const wants = n % 20 === 9 ? { skills: { [`skill${queue + 1}`]: 1 } } : undefined
      this.submit({ type: 'CreateWorkItem', interaction, subject: 'x', queue: `q${queue}`, ...(wants && { wants }) })
    } else this.submit({ type: 'Arrive', interaction, from: `${n % 5_000}`, to: String(1_000 + queue) })
  }

  #answerAll(half: 0 | 1): void {
    for (let id = this.#offered.pop(); id !== undefined; id = this.#offered.pop()) {
      const interaction = this.state.interactions.get(id)
      if (interaction?.phase.state !== 'offered') continue
      const { participant, user } = interaction.phase
      if (interaction.medium === 'voice') this.submit({ type: 'ReportConnected', interaction: id, participant })
      else this.submit({ type: 'Accept', interaction: id, user })
      this.#talking[half].push(id)
    }
  }

  #end(id: string): void {
    const interaction = this.state.interactions.get(id)
    const agent = interaction?.participants.find((one) => one.kind === 'agent')
    if (!interaction || !agent) return
    if (interaction.medium !== 'voice') this.submit({ type: 'Complete', interaction: id, user: agent.user ?? '' })
    else this.submit({ type: 'ReportCleared', interaction: id, participant: agent.id, reason: 'hung-up' })
    const left = this.state.interactions.get(id)
    if (left) this.submit({ type: 'End', interaction: id, by: 'bench' })
  }

  #waitingNow(): number {
    let waiting = 0
    for (const queue of this.state.queues.values()) waiting += queue.waiting.size
    return waiting
  }

  #next(): number {
    return this.#random.next().value
  }

  #user(n: number): ConfigurationChange {
    // The even agents serve the first half of the queues, the others the second; each has ten skills of a hundred.
    const half = n % 2
    const skills: Record<string, number> = {}
    for (let k = 0; k < 5; k++)
      skills[`skill${half * (QUEUES / 2) + Math.floor(this.#next() * (QUEUES / 2))}`] = this.#level()
    for (let k = 0; k < 5; k++) skills[`skill${QUEUES + Math.floor(this.#next() * (SKILLS - QUEUES))}`] = this.#level()
    const value: User = {
      ...{ name: `agent${n}`, displayName: `Agent ${n}`, extension: String(100_000 + n), role: 'agent', skills },
      initialStatus: 'ready',
    }
    return { kind: 'user', name: value.name, value }
  }

  #level(): number {
    return 20 + Math.floor(this.#next() * 80)
  }
}

function queues(): readonly ConfigurationChange[] {
  return Array.from({ length: QUEUES }, (_, n): readonly ConfigurationChange[] => {
    const value: Queue = {
      ...{ name: `q${n}`, skills: { [`skill${n}`]: 20 }, priority: 40 + (n % 20) },
      ...{ ringTimeoutMs: 15_000, ronaMs: 10_000, wrapUpMs: 0, welcomePrompts: [], musicPrompt: 'music' },
      ...{ positionEveryMs: 0, recorded: false, serviceLevel: { percent: 80, withinMs: 20_000 } },
      strategy: STRATEGIES[n % STRATEGIES.length]!,
      preferred: { [`skill${QUEUES + n}`]: 50 },
      rings: [{ afterMs: 3_600_000, preferred: {} }],
      behindStepMs: 500,
    }
    return [
      { kind: 'queue', name: value.name, value },
      { kind: 'number', name: String(1_000 + n), value: { type: 'queue', queue: value.name } },
    ]
  }).flat()
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Bytes of the heap after everything that can be thrown away is. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

interface Measured {
  readonly agents: number
  readonly waiting: number
  readonly decisionsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly contactUs: number
}

function measure(agents: number, waiting: number): Measured {
  const centre = new Centre(agents, waiting)
  centre.pass(WARM_UP_ROUNDS)
  const passes = Array.from({ length: PASSES }, () => {
    const contactUs = centre.pass(ROUNDS)
    const spent = centre.decideMs.reduce((sum, ms) => sum + ms, 0)
    return {
      contactUs,
      decisionsPerSecond: (centre.decideMs.length / spent) * 1_000,
      p50: percentile(centre.decideMs, 0.5),
      p99: percentile(centre.decideMs, 0.99),
    }
  })
  const least = (key: 'contactUs' | 'p50' | 'p99') => Math.min(...passes.map((pass) => pass[key]))
  return {
    ...{ agents, waiting, p50: least('p50'), p99: least('p99'), contactUs: least('contactUs') },
    decisionsPerSecond: Math.max(...passes.map((pass) => pass.decisionsPerSecond)),
  }
}

function linesOf({ agents, waiting, decisionsPerSecond, p50, p99, contactUs }: Measured): readonly Line[] {
  const size = { peer: null, agents, waiting } as const
  return [
    { bench: 'router.decisions', figure: Math.round(decisionsPerSecond), unit: 'decisions/s', ...size },
    { bench: 'router.p50', figure: rounded(p50), unit: 'ms', ...size },
    { bench: 'router.p99', figure: rounded(p99), unit: 'ms', ...size },
    { bench: 'router.contact', figure: rounded(contactUs), unit: 'CPU-µs a contact, from coming to its end', ...size },
  ]
}

/** How the processor time of a contact grows from the smallest to the largest size: 0 is not at all, 1 as fast as the size. */
function exponent(from: Measured, to: Measured, factor: number): number {
  return Number((Math.log(to.contactUs / from.contactUs) / Math.log(factor)).toFixed(2))
}

function memoryLines(): readonly Line[] {
  const bytes = ([agents, waiting]: readonly [number, number]): number => {
    const before = heapBytes()
    const centre = new Centre(agents, waiting)
    const after = heapBytes()
    return centre.state.agents.size > 0 ? after - before : 0
  }
  const base = bytes([1_000, 1_000])
  const agents = (bytes([6_000, 1_000]) - base) / 5_000
  const waiting = (bytes([1_000, 6_000]) - base) / 5_000
  return [
    { bench: 'router.memory.agent', figure: Math.round(agents), unit: 'bytes', peer: null },
    { bench: 'router.memory.waiting', figure: Math.round(waiting), unit: 'bytes', peer: null },
  ]
}

/** Runs the benchmark and prints one JSON object a line. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const all = SIZES.flatMap((agents) => SIZES.map((waiting) => measure(agents, waiting)))
  const aimed = measure(AIMED, AIMED)
  const find = (agents: number, waiting: number) => all.find((one) => one.agents === agents && one.waiting === waiting)!
  const [small, , large] = SIZES
  const factor = large / small
  const share = (aimed.contactUs / 1_000_000) * ARRIVALS_PER_SECOND * 100
  const lines: readonly Line[] = [
    ...[...all, aimed].flatMap(linesOf),
    {
      bench: 'router.growth.agents',
      figure: exponent(find(small, large), find(large, large), factor),
      unit: 'exponent',
      peer: null,
    },
    {
      bench: 'router.growth.waiting',
      figure: exponent(find(large, small), find(large, large), factor),
      unit: 'exponent',
      peer: null,
    },
    {
      bench: 'router.share',
      figure: rounded(share),
      unit: '% of a core at 100 contacts/s',
      peer: null,
      agents: AIMED,
      waiting: AIMED,
    },
    ...memoryLines(),
  ]
  for (const line of lines) print(JSON.stringify(line))
}

if (import.meta.main) await run()
