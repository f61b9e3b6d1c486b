import type { Millis } from '#base'
import type { MediaLocal } from '#protocols/control'
import { isInviting, type SessionTimer } from './leg/leg.ts'
import { awaySinceOf } from './media-spec.ts'
import { type AdapterCommand, type LegView, lost, NOTHING, type Repair, soonest, voice } from './repair.ts'
import { offerSdp } from './sdp-terms.ts'

/** A party that is silent so long is asked whether it is still there: some phones send nothing while they are muted. */
export const SILENCE_MS = 60_000

/**
 * How long a call waits for its agent's browser (promise 9): a reload, a closed lid, a walk from one network to the next. Then the
 * customer goes back to the front of the queue; much longer, and the customer would rather have another agent.
 */
export const AWAY_MS_MAX = 60_000

/** RFC 4028 10: BYE at this much before the end of the session, or a third of the interval if that is less. */
const EXPIRY_MARGIN_MS = 32_000

/**
 * A party that has refused our new address so often is let go: where it sends its sound to nobody listens any more, and the other
 * party should be free. With the pauses between, some seven seconds are over by then.
 */
export const REFUSALS_MAX = 4

/** What a standing dialog needs from time to time: a new address told, a session refreshed, a sign of life asked for. */
export function keepUp(view: LegView): Repair {
  const { leg, now, local, opus = false } = view
  const { media, timer } = leg
  const expiresAt = timer?.refresher === 'peer' ? expiryOf(timer) : NEVER
  if (now >= expiresAt) return { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
  const awaySince = awaySinceOf(leg)
  const goneAt = awaySince === undefined ? NEVER : awaySince + AWAY_MS_MAX
  if (now >= goneAt) return { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
  if (isInviting(leg)) return soonest(NOTHING, expiresAt, goneAt)
  const move = moveOf(view)
  if (move) return { ...move, sends: [] }
  if (local && !sameLocal(local, media.local)) {
    return { submit: [voice({ type: 'Place', leg: leg.id, process: media.process, local })], sends: [] }
  }
  const moved = !sameLocal(media.local, media.told)
  // A browser that is away refuses nothing, and is given its time.
  if (moved && (leg.refusals ?? 0) >= REFUSALS_MAX && awaySince === undefined) {
    return { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
  }
  const refreshAt = timer?.refresher === 'us' ? timer.refreshedAt + timer.intervalMs / 2 : NEVER
  const needAt = moved ? now : refreshAt
  const offerAt = media.local ? Math.max(needAt, leg.offerNotBefore ?? 0) : NEVER
  if (media.local && now >= offerAt) {
    const sdp = offerSdp({ leg, local: media.local, opus, narrow: leg.refusals !== undefined })
    return { submit: [voice({ type: 'Reinvite', leg: leg.id, sdp })], sends: [] }
  }
  const probing = leg.requests.some((request) => request.method === 'OPTIONS')
  const probeAt =
    leg.silentSince === undefined || probing || awaySince !== undefined ? NEVER : leg.silentSince + SILENCE_MS
  if (now >= probeAt) return { submit: [voice({ type: 'Probe', leg: leg.id })], sends: [] }
  return soonest(NOTHING, offerAt, probeAt, expiresAt, goneAt)
}

/** An interaction's legs are all on one media process; a leg that is on another goes there (MED-25). */
export function moveOf({ leg, process }: LegView): { submit: readonly AdapterCommand[] } | undefined {
  if (process === undefined || process === leg.media.process) return undefined
  return { submit: [voice({ type: 'Place', leg: leg.id, process })] }
}

const NEVER = Number.POSITIVE_INFINITY

function expiryOf({ refreshedAt, intervalMs }: SessionTimer): Millis {
  return refreshedAt + intervalMs - Math.min(EXPIRY_MARGIN_MS, intervalMs / 3)
}

/** Whether two addresses of ours are the same one. */
export function sameLocal(a: MediaLocal | undefined, b: MediaLocal | undefined): boolean {
  const [one, other] = [a?.webrtc, b?.webrtc]
  const keyed = a?.srtp?.key === b?.srtp?.key
  const same = keyed && one?.ufrag === other?.ufrag && one?.fingerprint === other?.fingerprint
  return same && a?.address === b?.address && a?.port === b?.port
}
