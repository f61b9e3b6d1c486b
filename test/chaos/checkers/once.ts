import type { LogRow } from '../collect.ts'
import { type Finding, numberOf, type Seen } from './seen.ts'

/** Events that one interaction, or one party or recording of it, has once at most. */
const ONCE: Readonly<Record<string, (event: LogRow['e']) => unknown>> = {
  InteractionCreated: ({ interaction }) => interaction,
  InteractionClosed: ({ interaction }) => interaction,
  ParticipantAlerting: ({ participant }) => participant,
  ParticipantConnected: ({ participant }) => participant,
  ParticipantCleared: ({ participant }) => participant,
  RecordingStarted: ({ recording }) => recording,
  RecordingEnded: ({ recording }) => recording,
  RecordingSealed: ({ recording }) => recording,
  WrapUpStarted: ({ participant }) => participant,
  WrapUpEnded: ({ participant }) => participant,
}

/** What may still be told of an interaction that is closed. */
const AFTERWARDS = new Set([
  'RecordingSealed',
  'RecordingPartSealed',
  'RecordingFailed',
  'RecordingPartFailed',
  'RecordingContinued',
  'RecordingEnded',
])

/** Invariant 3: the log is one gapless sequence, and each effect happens once. */
export function checkOnce(seen: Seen): Finding[] {
  return [...gapless(seen), ...effects(seen), ...rings(seen)]
}

function finding(who: string, what: string): Finding {
  return { checker: 'once', invariant: 3, who, what }
}

function gapless({ collected: { log } }: Seen): Finding[] {
  return log.flatMap(({ sequence, at }, index) => {
    const before = log[index - 1]
    if (before && sequence !== before.sequence + 1)
      return [finding(`event ${sequence}`, `follows event ${before.sequence}`)]
    if (before && at < before.at)
      return [finding(`event ${sequence}`, `is ${before.at - at} ms older than the one before it`)]
    return []
  })
}

function effects({ collected: { log } }: Seen): Finding[] {
  const done = new Set<string>()
  const closed = new Set<unknown>()
  const found: Finding[] = []
  for (const { e, m, sequence } of log) {
    if (m !== 'centre') continue
    const key = ONCE[e.type]?.(e)
    if (key !== undefined) {
      if (done.has(`${e.type} ${key}`)) found.push(finding(String(key), `has ${e.type} twice, again at ${sequence}`))
      done.add(`${e.type} ${key}`)
    }
    if (closed.has(e['interaction']) && !AFTERWARDS.has(e.type))
      found.push(finding(String(e['interaction']), `has ${e.type} after its end`))
    if (e.type === 'InteractionClosed') closed.add(e['interaction'])
  }
  return found
}

/** An agent's phone rings once for each time that the call was offered to it. */
function rings({ rings, collected: { log }, meta }: Seen): Finding[] {
  const callerOf = new Map<unknown, string>()
  const offers = new Map<string, number>()
  const extensions = new Map(meta.played.map(({ user, extension }) => [user, extension]))
  for (const { e } of log) {
    if (e.type === 'InteractionCreated') callerOf.set(e['interaction'], numberOf(String(e['from'])))
    if (e.type !== 'Offered') continue
    const key = `${callerOf.get(e['interaction'])} at ${extensions.get(String(e['user'])) ?? e['user']}`
    offers.set(key, (offers.get(key) ?? 0) + 1)
  }
  const rang = Map.groupBy(rings, ({ caller, agent }) => `${caller} at ${agent}`)
  return [...rang].flatMap(([key, list]) => {
    const offered = offers.get(key) ?? 0
    return list.length > offered ? [finding(key, `rang ${list.length} times for ${offered} offers`)] : []
  })
}
