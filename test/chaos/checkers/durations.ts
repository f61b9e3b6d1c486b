import {
  cameTooLate,
  type Finding,
  measureMs,
  numberOf,
  type Seen,
  type SeenCall,
  type SeenRing,
  slackMs,
} from './seen.ts'

/** Invariant 4: what history says that something took is what those who were there saw. */
export function checkDurations(seen: Seen): Finding[] {
  return [...seen.calls.flatMap((call) => ofCall(seen, call)), ...seen.rings.flatMap((ring) => ringTimeout(seen, ring))]
}

interface Compared {
  readonly name: string
  readonly told: number
  readonly lasted: number
  /** When its beginning or end lies between two moments that were seen: the longer of the two. */
  readonly atMost?: number
  readonly moments: readonly (number | undefined)[]
}

function ofCall(seen: Seen, call: SeenCall): Finding[] {
  const { plan, dialledAt, endedAt } = call
  const records = seen.collected.records.filter(({ from }) => numberOf(from) === plan.number)
  const [record] = records
  if (records.length !== 1 || !record || endedAt === undefined || call.end?.by === 'refused') return []
  const talks = seen.rings.filter(
    (one) => one.caller === plan.number && one.answeredAt !== undefined && !cameTooLate(seen, one),
  )
  const { flow, wait, ring, talk, hold, wrapUp } = record.parts
  const [first] = talks
  const last = talks.at(-1)
  const callEnd = last?.endedAt !== undefined ? Math.min(last.endedAt, endedAt) : endedAt
  const compared: Compared[] = [
    {
      name: 'until its end',
      told: flow + wait + ring + talk + hold,
      lasted: callEnd - dialledAt,
      moments: [dialledAt, callEnd],
    },
    {
      name: 'wrap-up',
      told: wrapUp,
      lasted: talks.length > 0 ? seen.meta.wrapUpMs : 0,
      moments: [callEnd, callEnd + seen.meta.wrapUpMs],
    },
  ]
  if (talks.length === 1 && first?.answeredAt !== undefined && plan.kind !== 'transfer') {
    const until = first.ackedAt ?? first.answeredAt
    compared.push(
      {
        name: 'before an agent',
        told: flow + wait + ring,
        // It becomes a talk between the agent's 200 and the ACK.
        lasted: first.answeredAt - dialledAt,
        atMost: until - dialledAt,
        moments: [dialledAt, first.answeredAt, until],
      },
      {
        name: 'with an agent',
        told: talk + hold,
        lasted: callEnd - until,
        atMost: callEnd - first.answeredAt,
        moments: [first.answeredAt, until, callEnd],
      },
      { name: 'on hold', told: hold, lasted: heldMs(first), moments: first.holds.flat() },
    )
  }
  return compared.flatMap((one) => differs(seen, plan.number, one))
}

function heldMs({ holds }: SeenRing): number {
  return holds.reduce((sum, [from, to]) => sum + (Number.isFinite(to) ? to - from : 0), 0)
}

function differs(seen: Seen, who: string, { name, told, lasted, atMost = lasted, moments }: Compared): Finding[] {
  const allowed = measureMs(seen) + slackMs(seen, ...moments)
  const off = Math.max(lasted - told, told - atMost, 0)
  if (off <= allowed) return []
  const what = `${name}: history says ${told} ms, it lasted ${Math.round(lasted)} ms (allowed ${Math.round(allowed)} ms)`
  return [{ checker: 'durations', invariant: 4, who, what }]
}

/** An agent who lets it ring is left alone at the original end of the time, not at one that began anew. */
function ringTimeout(seen: Seen, { agent, caller, rangAt, failedAt, failedWhy }: SeenRing): Finding[] {
  const call = seen.calls.find(({ plan }) => plan.number === caller)
  if (failedAt === undefined || failedWhy !== 'cancelled' || call?.plan.kind !== 'rona') return []
  if (call.endedAt !== undefined && call.endedAt <= failedAt) return []
  return differs(seen, `${caller} at ${agent}`, {
    name: 'ring without answer',
    told: seen.meta.ringTimeoutMs,
    lasted: failedAt - rangAt,
    moments: [rangAt, failedAt],
  })
}
