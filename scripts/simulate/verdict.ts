import type { CallReport, GapSlot } from './messages.ts'

/** What became of all calls of a run, from what both ends saw: nothing of this is taken from the system's own words. */
export interface Verdict {
  readonly offered: number
  readonly answered: number
  readonly abandoned: number
  /** Calls that ended although nobody wanted it, or never were taken. */
  readonly lost: readonly string[]
  readonly waitMs: { readonly p50: number; readonly p95: number }
  /** Packets that one end sent in a conversation and the other did not get, got twice, or changed; and streams of strangers. */
  readonly packets: {
    readonly heard: number
    readonly lost: number
    readonly doubled: number
    readonly changed: number
  }
  readonly wrongStreams: readonly string[]
}

/** How a call went, from the caller's end and, if it reached one, the agent's. */
export function judgeCalls(calls: readonly CallReport[]): Verdict {
  const callers = calls.filter(({ side }) => side === 'caller')
  const agentsByStream = new Map(calls.filter(({ side }) => side === 'agent').map((call) => [call.stream, call]))
  const answered = callers.filter(({ talkedAt }) => talkedAt !== undefined)
  const abandoned = callers.filter(({ talkedAt, wanted }) => talkedAt === undefined && wanted === 'gave-up')
  const lost = callers.flatMap((call) => {
    const reason = whyLost(call, agentsByStream)
    return reason ? [`${call.caller}: ${reason}`] : []
  })
  const waits = answered.map(({ startedAt, talkedAt }) => (talkedAt ?? 0) - startedAt)
  const heard = calls.flatMap((call) => call.heard)
  const sum = (key: 'packets' | 'lost' | 'doubled' | 'changed') => heard.reduce((total, one) => total + one[key], 0)
  return {
    offered: callers.length,
    answered: answered.length,
    abandoned: abandoned.length,
    lost,
    waitMs: { p50: percentile(waits, 50), p95: percentile(waits, 95) },
    packets: { heard: sum('packets'), lost: sum('lost'), doubled: sum('doubled'), changed: sum('changed') },
    wrongStreams: wrongStreams(callers, agentsByStream),
  }
}

function whyLost(call: CallReport, agents: ReadonlyMap<number, CallReport>): string | undefined {
  if (call.wanted === 'gave-up') return undefined
  if (call.talkedAt === undefined)
    return `ended (${call.end.by}${call.end.status ? ` ${call.end.status}` : ''}) before an agent came`
  if (call.wanted === 'hang-up') {
    const status = call.end.status ?? 0
    return status === 200 || call.end.by === 'them' ? undefined : `its BYE was answered ${status || 'never'}`
  }
  const asked = call.heard.some(({ stream }) => agents.get(stream)?.wanted === 'hang-up')
  return asked ? undefined : `ended (${call.end.by}) while both were talking`
}

/** Each conversation must be heard by its two ends and by nobody else. */
function wrongStreams(callers: readonly CallReport[], agents: ReadonlyMap<number, CallReport>): string[] {
  return callers.flatMap((call) => {
    const others = call.heard.filter(
      ({ stream }) => !agents.get(stream)?.heard.some((one) => one.stream === call.stream),
    )
    const several = call.heard.length > 1 ? [`${call.caller} heard ${call.heard.length} agents`] : []
    return [
      ...others.map(({ stream }) => `${call.caller} heard stream ${stream}, whose sender did not hear ${call.caller}`),
      ...several,
    ]
  })
}

/** The value below which so many per cent of the values lie; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1))] ?? 0
}

/** The longest gaps in a stretch of time. */
export interface LongestGap {
  readonly ms: number
  readonly transitMs: number
  readonly otherMs: number
}

/** The longest gap between these moments, over the slots of both processes. */
export function longestGap(slots: readonly GapSlot[], from: number, to: number): LongestGap {
  const within = slots.filter(({ at }) => at >= from && at < to)
  const most = (key: 'ms' | 'transitMs' | 'otherMs') =>
    within.reduce((longest, slot) => Math.max(longest, slot[key]), 0)
  return { ms: most('ms'), transitMs: most('transitMs'), otherMs: most('otherMs') }
}
