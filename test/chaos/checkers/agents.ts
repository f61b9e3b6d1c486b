import type { HistoryLine } from '../history.ts'
import { type Finding, type Seen, type SeenRing, slackMs } from './seen.ts'

/** A status must be true within this (promise 2). */
const TRUE_WITHIN_MS = 5_000
/** One call may still say goodbye while the next begins to ring. */
const OVERLAP_MS = 300

/** Invariant 6 and promise 2: an agent has one call at a time, and is never shown as what it is not. */
export function checkAgents(seen: Seen): Finding[] {
  return [...seen.meta.played.flatMap((agent) => ofAgent(seen, agent)), ...deadRings(seen)]
}

function finding(who: string, what: string): Finding {
  return { checker: 'agents', invariant: 6, who, what }
}

function ofAgent(seen: Seen, { user, extension }: { user: string; extension: string }): Finding[] {
  const mine = seen.rings.filter(({ agent }) => agent === extension).sort((a, b) => a.rangAt - b.rangAt)
  const load = seen.nemesis.find(({ op }) => op === 'load')?.at ?? 0
  const shown = statusLines(seen.clients, user)
  const final = seen.collected.agents.find((agent) => agent.user === user)?.status
  return [
    ...overlaps(seen, user, mine),
    ...statuses(seen, { user, mine, shown }),
    ...(final === 'ready' ? [] : [finding(user, `is ${final} when all calls are over`)]),
    ...shown
      .filter(({ at, status }) => at >= load && (status === 'unreachable' || status === 'logged-off'))
      .slice(0, 1)
      .map(({ status }) => finding(user, `was shown as ${status} while the phone was registered`)),
  ]
}

function overlaps(seen: Seen, user: string, rings: readonly SeenRing[]): Finding[] {
  return rings.flatMap((ring, index) => {
    const before = rings[index - 1]
    if (!before) return []
    const over = (before.endedAt ?? Number.POSITIVE_INFINITY) - ring.rangAt
    return over > OVERLAP_MS + slackMs(seen, before.endedAt, ring.rangAt)
      ? [finding(user, `was rung for ${ring.caller} while in a call with ${before.caller}`)]
      : []
  })
}

interface Shown {
  readonly at: number
  readonly who: string
  readonly status: string
}

/** What the browsers were told of this agent since the load began. */
function statusLines(clients: readonly HistoryLine[], user: string): Shown[] {
  return clients
    .filter(({ op }) => op === 'status')
    .map(({ at, who, value }) => ({ at, who, ...(value as { user: string; status: string }) }))
    .filter((line) => line.user === user)
}

/** Where an agent has been free, or in a call, for five seconds, every browser must believe so. */
function statuses(
  seen: Seen,
  { user, mine, shown }: { user: string; mine: readonly SeenRing[]; shown: readonly Shown[] },
): Finding[] {
  const over = seen.nemesis.find(({ op }) => op === 'settled')?.at ?? 0
  const browsers = [...new Set(shown.map(({ who }) => who))]
  const wrong = (at: number, fits: readonly string[], what: string): Finding[] =>
    browsers.flatMap((who) => {
      const last = shown.findLast((line) => line.who === who && line.at <= at)
      return last && !fits.includes(last.status) ? [finding(user, `was shown as ${last.status} to ${who} ${what}`)] : []
    })
  return mine.flatMap((ring, index) => {
    const { answeredAt, endedAt = over, rangAt } = ring
    const next = mine[index + 1]?.rangAt ?? over
    const rest = answeredAt !== undefined ? seen.meta.wrapUpMs : 3_000
    const freeAt = endedAt + rest + TRUE_WITHIN_MS + slackMs(seen, endedAt, endedAt + rest)
    // Whoever has hung up talks no more, however long the network keeps the answer to that.
    const talksUntil = Math.min(endedAt, ring.hungUpAt ?? Number.POSITIVE_INFINITY)
    const talkingAt = (answeredAt ?? rangAt) + TRUE_WITHIN_MS + slackMs(seen, answeredAt)
    return [
      ...(freeAt < next && freeAt < over
        ? wrong(freeAt, ['ready', 'offered'], `5 s after a call with ${ring.caller} was over`)
        : []),
      ...(answeredAt !== undefined && talkingAt < talksUntil - 500
        ? wrong(talkingAt, ['busy'], `5 s into a call with ${ring.caller}`)
        : []),
    ]
  })
}

/** Nobody rings for, or talks to, a caller who is gone. */
function deadRings(seen: Seen): Finding[] {
  const gone = new Map(seen.calls.map(({ plan, endedAt }) => [plan.number, endedAt]))
  return seen.rings.flatMap((ring) => {
    const callerGone = gone.get(ring.caller)
    const ended = ring.endedAt ?? Number.POSITIVE_INFINITY
    return callerGone !== undefined && ended > callerGone + TRUE_WITHIN_MS + slackMs(seen, callerGone)
      ? [finding(ring.agent, `had a call of ${ring.caller} for more than 5 s after the caller was gone`)]
      : []
  })
}
