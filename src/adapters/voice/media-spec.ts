import { assertNever, type Millis } from '#base'
import type { DesiredParticipant, ParticipantHears, ParticipantId } from '#kernel/interaction'
import type { Hears, MediaSpec } from '#protocols/control'
import { isOver, type Leg } from './leg/leg.ts'

/** Whether the leg has a media session: not any more once its end has begun. */
export function hasMedia(leg: Leg): boolean {
  const { state } = leg.progress
  return !isOver(leg) && state !== 'releasing' && state !== 'cancelling'
}

/**
 * How the leg's media session shall be; nothing when it shall not be at all. It follows from the log alone, so that every core
 * says the same, and a session that plays is not disturbed by a takeover.
 */
export function mediaSpecOf(
  leg: Leg,
  desired: DesiredParticipant,
  legOf: (participant: ParticipantId) => Leg | undefined,
): MediaSpec | undefined {
  if (!hasMedia(leg)) return undefined
  const { state } = leg.progress
  const { terms, local } = leg.media
  const srtp = terms?.srtp ?? (leg.media.srtp && !terms ? {} : undefined)
  const stands = state === 'answered' || state === 'confirmed'
  return {
    ...(local && { localPort: local.port }),
    ...(terms?.remote && { remote: terms.remote }),
    ...(isWeb(leg) && { webrtc: terms?.webrtc ?? {} }),
    ...(srtp && { srtp }),
    ...(leg.media.path !== undefined && { path: leg.media.path }),
    ...(terms?.codec && { codec: terms.codec }),
    ...(terms?.telephoneEvent !== undefined && { telephoneEvent: terms.telephoneEvent }),
    ...(terms?.telephoneEventHz && { telephoneEventHz: terms.telephoneEventHz }),
    ...(terms?.telephoneEventNarrow !== undefined && { telephoneEventNarrow: terms.telephoneEventNarrow }),
    sends: stands && (terms?.sends ?? false),
    receives: stands && !desired.muted && (terms?.receives ?? false),
    hears: stands && desired.connection === 'connected' ? hearsOf(leg, desired.hears, legOf) : { type: 'silence' },
  }
}

/** Since when an agent's browser is away: its page was closed or loaded anew, or no way leads there. Its call waits for it. */
export function awaySinceOf(leg: Leg): Millis | undefined {
  if (leg.direction === 'in' || isOver(leg)) return undefined
  return leg.renewedSince ?? (isWeb(leg) ? leg.silentSince : undefined)
}

/** What is heard of a browser that is away. */
function comfort(program: string): Hears {
  return { type: 'program', program, items: [{ type: 'prompt', prompt: 'music' }], repeat: true }
}

/** Whether the party speaks WebRTC. */
export function isWeb({ media }: Pick<Leg, 'media'>): boolean {
  return media.terms?.webrtc !== undefined || (media.webrtc === true && media.terms === undefined)
}

function hearsOf(leg: Leg, hears: ParticipantHears, legOf: (id: ParticipantId) => Leg | undefined): Hears {
  switch (hears.type) {
    case 'silence':
    case 'echo':
    case 'program':
      return hears
    case 'participant': {
      const party = legOf(hears.participant)
      const awaySince = party && awaySinceOf(party)
      if (awaySince !== undefined) return comfort(`${party!.id}.away${awaySince}`)
      const other = reachable(leg, party)
      return other ? { type: 'session', session: other.id } : { type: 'silence' }
    }
    case 'participants':
      return together(hears.participants.flatMap((id) => reachable(leg, legOf(id))?.id ?? []))
    default:
      return assertNever(hears)
  }
}

/** What one session is enough for is passed on as it is. */
function together(sessions: readonly string[]): Hears {
  const [first] = sessions
  if (first === undefined) return { type: 'silence' }
  return sessions.length === 1 ? { type: 'session', session: first } : { type: 'mix', sessions }
}

/** The other leg, if it is on the same media process. */
function reachable(leg: Leg, other: Leg | undefined): Leg | undefined {
  return other && !isOver(other) && other.media.process === leg.media.process ? other : undefined
}
