import type { Finding, Seen, SeenCall } from './seen.ts'

/** Calls that come to an agent if all goes well. */
const MEETS_AGENT = new Set(['talk', 'hold', 'late-ack', 'rona', 'busy', 'menu', 'transfer'])

/** Invariant 1: whoever was answered is served to an end that a person wanted. */
export function checkLostCalls(seen: Seen): Finding[] {
  return seen.calls.flatMap((call) => {
    const what = whyLost(seen, call)
    return what ? [{ checker: 'lost-calls', invariant: 1, who: call.plan.number, what }] : []
  })
}

function whyLost(seen: Seen, call: SeenCall): string | undefined {
  const { plan, end } = call
  if (!end) return 'never came to an end'
  if (end.by === 'refused') {
    if (end.status === 503 && seen.marks.refusals) return undefined
    return `was refused with ${end.status}`
  }
  if (call.answeredAt === undefined) return 'was never answered'
  if (end.by === 'nobody') return 'its end was never told'
  if (end.by === 'them' && plan.kind !== 'record' && !agentEnded(seen, call))
    return 'was ended by nobody who took part in it'
  if (MEETS_AGENT.has(plan.kind) && call.metAt === undefined) return 'waited and no agent came'
  if (plan.kind === 'echo' && !end.heard.some(({ stream }) => stream === call.stream)) return 'heard no echo of itself'
  return undefined
}

function agentEnded(seen: Seen, { plan, endedAt = 0 }: SeenCall): boolean {
  return seen.rings.some(
    ({ caller, hungUpAt }) => caller === plan.number && hungUpAt !== undefined && hungUpAt <= endedAt,
  )
}
