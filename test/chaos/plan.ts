import { Random } from '../simulation/random.ts'

/** What one caller does, and what the agent who gets the call does; both ends look it up by the caller's number. */
export interface CallPlan {
  readonly number: string
  /** Milliseconds after the start of the load at which it dials. */
  readonly dialAtMs: number
  readonly dials: string
  readonly kind: CallKind
  readonly talkMs: number
  readonly hangsUp: 'caller' | 'agent'
  /** How long the agent lets it ring. */
  readonly ringMs: number
  /** How long a caller waits before giving up, for `abandon`. */
  readonly patienceMs: number
  /** Its RTP sequence numbers begin here. */
  readonly firstSequence: number
}

/**
 * `talk`: queue, agent, talk. `hold`: the agent holds and retrieves in the midst. `late-ack`: the caller's ACK comes seconds late. `rona`: the first agent
 * lets it ring. `busy`: the first agent refuses. `abandon`: gives up in the queue. `menu`: chooses the queue by a digit. `transfer`: the
 * agent sends it to the other queue. `echo`, `music`: flows without an agent. `record`: leaves a message and hears it.
 */
export type CallKind = keyof typeof SHARES

/** How many of a hundred calls are of each kind. */
const SHARES = {
  talk: 34,
  hold: 12,
  'late-ack': 8,
  rona: 5,
  busy: 4,
  abandon: 9,
  menu: 8,
  transfer: 5,
  echo: 7,
  music: 6,
  record: 2,
} as const

/** Of 250: 150 for 50 agents, so that 100 wait, and 100 that stand without one. */
const FIGURES_SHARES: Partial<Record<CallKind, number>> = { talk: 60, echo: 20, music: 20 }

export interface LoadOptions {
  readonly seed: number
  readonly calls: number
  /** New calls a second. */
  readonly rate: number
  /** Mean talk of a call with an agent. */
  readonly talkMs: number
  /** How long calls without an agent last. */
  readonly standingMs: number
  /** `figures`: calls that stand and wait in place of every kind. */
  readonly mix?: 'figures'
}

/** The calls of a run: the same seed makes the same calls. */
export function planCalls(options: LoadOptions): CallPlan[] {
  const random = new Random(options.seed)
  const prefix = 700_000 + (options.seed % 100) * 1_000
  return Array.from({ length: options.calls }, (_, index) => {
    const kind = pickKind(random, options.mix === 'figures' ? FIGURES_SHARES : SHARES)
    const standing = kind === 'echo' || kind === 'music'
    return {
      number: `${prefix + index}`,
      dialAtMs: Math.round((index * 1_000) / options.rate),
      dials: numberFor(kind, random),
      kind,
      talkMs: standing
        ? options.standingMs
        : Math.round(options.talkMs * (0.5 + random.next())) + (kind === 'hold' ? 2_000 : 0),
      hangsUp: random.chance(0.5) ? 'caller' : 'agent',
      ringMs: random.between(100, 700),
      patienceMs: random.between(1_500, 6_000),
      firstSequence: index % 3 === 0 ? 65_000 : random.between(0, 60_000),
    }
  })
}

function pickKind(random: Random, shares: Partial<Record<CallKind, number>>): CallKind {
  const entries = Object.entries(shares) as [CallKind, number][]
  let at = random.next() * entries.reduce((sum, [, share]) => sum + share, 0)
  for (const [kind, share] of entries) {
    at -= share
    if (at < 0) return kind
  }
  return 'talk'
}

function numberFor(kind: CallKind, random: Random): string {
  if (kind === 'menu') return '1000'
  if (kind === 'echo') return '1009'
  if (kind === 'music') return '1010'
  if (kind === 'record') return '1011'
  return random.chance(0.6) ? '1001' : '1002'
}

/** The RTP stream of the caller at this place in the plan; agents' streams begin above all of them. */
export function callerStream(index: number): number {
  return 1 + index
}

/** Agents' streams are numbered from here. */
export const AGENT_STREAMS = 1_000_000
