import { type Finding, ranOut, type Seen, slackMs } from './seen.ts'
import { readSipSeen, type SipSeen } from './sip-reader.ts'

/** A 2xx that is not acknowledged by then ends its call (64 × T1). */
const ACK_MS_MAX = 32_000

/** Invariant 10: seen from the phones, every dialog keeps the rules of RFC 3261 and RFC 3264 through every fault. */
export function checkDialogs(seen: Seen): Finding[] {
  const messages = seen.sip.flatMap((line) => readSipSeen(line) ?? [])
  const calls = Map.groupBy(messages, ({ who, callId }) => `${who} ${callId}`)
  const perCall = [...calls.values()].flatMap((mine) => {
    const who = mine[0]?.who ?? ''
    const say = (what: string): Finding => ({ checker: 'dialogs', invariant: 10, who, what })
    const received = mine.filter(({ way }) => way === 'received')
    return [
      ...statuses(seen, mine).map(say),
      ...answers(received).map(say),
      ...requests(mine, received).map(say),
      ...descriptions(received).map(say),
      ...byes(mine).map(say),
    ]
  })
  return [...perCall, ...repetitions(seen, calls), ...acknowledged(seen), ...endings(seen)]
}

/** After a BYE, of either side, 481 is what the RFC asks for. */
function statuses(seen: Seen, mine: readonly SipSeen[]): string[] {
  const bye = mine.find(({ status, method }) => status === 0 && method === 'BYE')?.at ?? Number.POSITIVE_INFINITY
  const received = mine.filter(({ way }) => way === 'received')
  return received.flatMap(({ at, status, method, retryAfter, toTag }) => {
    if (status === 481 && (at < bye || method === 'BYE')) return [`its ${method} was answered 481`]
    if (status === 500 && toTag !== '' && method !== 'INVITE') return [`its ${method} was answered 500`]
    if (status === 503 && !retryAfter && seen.marks.refusals !== true)
      return [`its ${method} was answered 503 without Retry-After`]
    return []
  })
}

/** All 2xx to one INVITE are one and the same, and belong to the dialog that rang. */
function answers(received: readonly SipSeen[]): string[] {
  const finals = received.filter(({ status, method }) => method === 'INVITE' && status >= 200 && status < 300)
  return [...Map.groupBy(finals, ({ cseq }) => cseq).entries()].flatMap(([cseq, list]) => [
    ...(new Set(list.map(({ toTag }) => toTag)).size > 1 ? [`INVITE ${cseq} was answered with several tags`] : []),
    ...(new Set(list.map(({ body }) => body)).size > 1
      ? [`INVITE ${cseq} was answered with several descriptions`]
      : []),
  ])
}

/** Requests of the other side: CSeq grows with each new one, tags are those of the dialog. */
function requests(mine: readonly SipSeen[], received: readonly SipSeen[]): string[] {
  const new_ = received.filter(({ status, method }) => status === 0 && method !== 'ACK' && method !== 'CANCEL')
  const branches = new Set<string>()
  let highest = 0
  const found: string[] = []
  for (const { branch, cseq, method } of new_) {
    if (branches.has(branch)) continue
    branches.add(branch)
    if (cseq <= highest) found.push(`${method} came with CSeq ${cseq} after ${highest}`)
    highest = Math.max(highest, cseq)
  }
  const ours = mine.find(
    ({ way, status, method, toTag }) => way === 'sent' && method === 'INVITE' && (status === 0 || toTag !== ''),
  )
  const tag = ours && (ours.status === 0 ? ours.fromTag : ours.toTag)
  const theirs = mine.find(
    ({ way, status, method }) =>
      way === 'received' && method === 'INVITE' && (status === 0 || (status >= 200 && status < 300)),
  )
  const theirTag = theirs && (theirs.status === 0 ? theirs.fromTag : theirs.toTag)
  for (const { method, toTag, fromTag } of received.filter(({ status, toTag }) => status === 0 && toTag !== '')) {
    if (method === 'CANCEL') continue
    if (tag && toTag !== tag) found.push(`${method} came to tag ${toTag}, ours is ${tag}`)
    if (theirTag && fromTag !== theirTag) found.push(`${method} came from tag ${fromTag}, theirs is ${theirTag}`)
  }
  return found
}

/** The other side's descriptions: one session id; the version says whether anything changed (RFC 3264 8). */
function descriptions(received: readonly SipSeen[]): string[] {
  const found: string[] = []
  let before: { id: string; version: number; body: string } | undefined
  for (const { body } of received) {
    const [, id = '', version = ''] = /^o=\S+ (\d+) (\d+) /m.exec(body) ?? []
    if (id === '') continue
    const now = { id, version: Number(version), body: body.replace(/^o=.*$/m, '') }
    if (before && before.id !== now.id) found.push(`the description's id went from ${before.id} to ${now.id}`)
    else if (before && now.version < before.version) found.push(`o= went back from ${before.version} to ${now.version}`)
    else if (before && now.body !== before.body && now.version === before.version)
      found.push(`the description changed and o= did not`)
    before = now
  }
  return found
}

/** After a BYE nobody speaks in the dialog. */
function byes(mine: readonly SipSeen[]): string[] {
  const bye = mine.find(({ status, method }) => status === 0 && method === 'BYE')
  if (!bye) return []
  const late = mine.find(
    ({ at, way, status, method }) => at > bye.at + 1_000 && way === 'received' && status === 0 && method === 'INVITE',
  )
  return late ? ['an INVITE came after the BYE'] : []
}

/** RFC 3261 17.1.1.1: a 200 is repeated after T1 the first time. */
const T1_MS = 500

/** Whoever does not acknowledge hears the very same 200 again, by whoever is there to say it. */
function repetitions(seen: Seen, calls: ReadonlyMap<string, readonly SipSeen[]>): Finding[] {
  return seen.calls.flatMap(({ plan, answeredAt }) => {
    if (plan.kind !== 'late-ack' || answeredAt === undefined) return []
    const mine = [...calls.values()].flat().filter(({ who }) => who === plan.number)
    const acked = mine.find(({ way, status, method }) => way === 'sent' && status === 0 && method === 'ACK')
    const oks = mine.filter(({ way, status, method }) => way === 'received' && status === 200 && method === 'INVITE')
    const before = oks.filter(({ at }) => !acked || at <= acked.at)
    const nobodyMs = acked ? slackMs(seen, answeredAt, acked.at) : 0
    return acked && before.length < 2 && acked.at - answeredAt - nobodyMs > T1_MS
      ? [
          {
            checker: 'dialogs',
            invariant: 10,
            who: plan.number,
            what: `its 200 was not repeated in ${Math.round(acked.at - answeredAt)} ms without an ACK`,
          },
        ]
      : []
  })
}

function acknowledged(seen: Seen): Finding[] {
  return seen.rings.flatMap(({ agent, caller, answeredAt, ackedAt, endedAt = Number.POSITIVE_INFINITY }) => {
    if (answeredAt === undefined) return []
    const waited = Math.min(ackedAt ?? endedAt, endedAt) - answeredAt
    const never = ackedAt === undefined && endedAt - answeredAt > 2_000 + slackMs(seen, answeredAt)
    return waited > ACK_MS_MAX || never
      ? [{ checker: 'dialogs', invariant: 10, who: agent, what: `its 200 for ${caller} was not acknowledged` }]
      : []
  })
}

/** No agent gets a BYE while the caller is still there, unless the agent sent the caller on. */
function endings(seen: Seen): Finding[] {
  return seen.rings.flatMap((ring) => {
    const { agent, caller, end, endedAt, transferredAt, answeredAt } = ring
    const call = seen.calls.find(({ plan }) => plan.number === caller)
    if (!call || end?.by !== 'them' || answeredAt === undefined || transferredAt !== undefined) return []
    const wanted = Math.min(call.hungUpAt ?? Number.POSITIVE_INFINITY, call.endedAt ?? Number.POSITIVE_INFINITY)
    return (endedAt ?? 0) < wanted && !ranOut(seen, ring)
      ? [{ checker: 'dialogs', invariant: 10, who: agent, what: `got a BYE although ${caller} was still there` }]
      : []
  })
}
