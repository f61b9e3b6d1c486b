import { assertNever, type Millis } from '#base'
import type { CentreCommand } from '#kernel/centre'
import type { DesiredParticipant } from '#kernel/interaction'
import type { MediaLocal } from '#protocols/control'
import type { VoiceCommand } from './leg/command.ts'
import { isOver, type Leg } from './leg/leg.ts'
import { cancelOf, inviteResponse } from './leg-messages.ts'
import {
  type AdapterCommand,
  centre,
  type LegView,
  lost,
  NOTHING,
  once,
  type Repair,
  repeat,
  repeatRequests,
  requestKey,
  soonest,
  voice,
} from './repair.ts'
import { answerSdp, offerSdp } from './sdp-terms.ts'
import { agreeTimer } from './session-timer.ts'
import { TRANSACTION_MS } from './sip-methods.ts'
import { AWAY_MS_MAX, keepUp, moveOf } from './upkeep.ts'

/** Half of RFC 3261's 200 ms, since the log and the edge take their part. */
const TRYING_MS = 100

/** No media process gives a port (all are full, or away): a caller should try elsewhere before his own patience ends. */
export const PORT_MS_MAX = 10_000

/** A media process that gives no port for so long is not the one to wait for, if there is another: a healthy one takes some ms. */
const PORT_MS_DOUBT = 1000

/** A BYE waits so long for the answer to a NOTIFY: the phone that asked for a transfer should learn that it went well. */
export const NOTIFY_MS_MAX = 2000

/** Compares one leg with what it shall be. Pure: the same in steady state, after a takeover and after a lost connection. */
export function reconcileLeg(view: LegView): Repair {
  const { leg } = view
  switch (leg.progress.state) {
    case 'arrived':
    case 'ringing':
      return reconcileArrived(view)
    case 'answered':
      return reconcileAnswered(view)
    case 'rejected':
      return leg.server ? once(view, `${leg.progress.status}`, leg.progress.status) : NOTHING
    case 'preparing':
      return reconcilePreparing(view)
    case 'dialling':
    case 'alerting':
      return reconcileDialling(view)
    case 'cancelling':
      return reconcileCancelling(view)
    case 'confirmed':
      return reconcileConfirmed(view)
    case 'releasing':
      return repeatRequests(view, voice({ type: 'End', leg: leg.id }))
    case 'released':
      return NOTHING
    default:
      return assertNever(leg.progress)
  }
}

/** Whether the leg has waited for its port for so long that another media process should be asked. */
export function lacksPort({ media, progress }: Leg, now: Millis): boolean {
  const waits = progress.state === 'preparing' || progress.state === 'arrived' || progress.state === 'ringing'
  return waits && media.local === undefined && now >= progress.since + PORT_MS_DOUBT
}

/** Whether the centre believes of a party what its leg no longer is; then it is told. */
export function reportOf({ leg, participant, interaction }: LegView): CentreCommand | undefined {
  if (!participant) return undefined
  const { id, connection } = participant
  const gone = connection === 'failed' || connection === 'cleared'
  if (gone) return undefined
  const waiting = connection === 'initiated' || connection === 'alerting'
  if (isOver(leg)) {
    return waiting && leg.direction === 'out'
      ? { type: 'ReportFailed', interaction, participant: id, reason: 'error' }
      : { type: 'ReportCleared', interaction, participant: id, reason: 'lost' }
  }
  const { state } = leg.progress
  const stands = state === 'confirmed' || (state === 'answered' && leg.direction === 'in')
  if (stands && waiting) return { type: 'ReportConnected', interaction, participant: id }
  if (state === 'alerting' && connection === 'initiated') {
    return { type: 'ReportAlerting', interaction, participant: id }
  }
  return undefined
}

function reconcileArrived(view: LegView): Repair {
  const { leg, desired, local } = view
  const { state } = leg.progress
  if (desired.connection === 'cleared') {
    return { submit: [voice({ type: 'Reject', leg: leg.id, status: refusal(desired) })], sends: [] }
  }
  const told = state === 'ringing' ? once(view, '180', 180) : tryingOf(view)
  if (desired.connection === 'alerting') {
    return state === 'arrived' ? { ...told, submit: [voice({ type: 'Ring', leg: leg.id })] } : told
  }
  if (!local && view.now >= leg.progress.since + PORT_MS_MAX) {
    return { submit: [voice({ type: 'Reject', leg: leg.id, status: 503 }), ...lost(view)], sends: [] }
  }
  if (!local) return soonest({ ...told, ...moveOf(view) }, doubtAt(view), leg.progress.since + PORT_MS_MAX)
  return {
    ...told,
    submit: [voice({ type: 'Answer', leg: leg.id, local, ...answerFor(view, local) }), ...connected(view)],
  }
}

function doubtAt({ leg, now }: LegView): Millis | undefined {
  const at = leg.progress.since + PORT_MS_DOUBT
  return at > now ? at : undefined
}

/**
 * RFC 3261 17.2.1: 100 is due "unless it knows that the TU will generate a provisional or final response within 200 ms". Most
 * calls are answered or ring by then, and spare the phone, the edge and us a message.
 */
function tryingOf(view: LegView): Repair {
  const dueAt = view.leg.progress.since + TRYING_MS
  return view.now >= dueAt ? once(view, '100', 100) : { sends: [], lookAt: dueAt }
}

function answerFor(
  { leg, opus = false }: LegView,
  local: MediaLocal,
): Pick<Extract<VoiceCommand, { type: 'Answer' }>, 'sdp'> {
  const { offer, terms } = leg.media
  const sdp = offer !== undefined && terms ? answerSdp({ leg, local }, offer, terms) : offerSdp({ leg, local, opus })
  return { sdp, ...(leg.server && agreeTimer(leg.server.head)) }
}

function connected({ interaction, leg }: LegView): AdapterCommand[] {
  return [centre({ type: 'ReportConnected', interaction, participant: leg.participant })]
}

/** The answer that a caller is given who was never connected. */
function refusal({ clearReason }: DesiredParticipant): number {
  switch (clearReason) {
    case 'busy':
      return 486
    case 'declined':
      return 603
    case 'no-such-number':
      return 404
    case 'no-answer':
    case 'unreachable':
    case 'finished':
    case undefined:
      return 480
    default:
      return assertNever(clearReason)
  }
}

/**
 * RFC 3261 15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK for its 2xx response or
 * until the server transaction times out". So even a call that is over waits for its ACK.
 */
function reconcileAnswered(view: LegView): Repair {
  const { leg } = view
  return repeatAnswer(view) ?? { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
}

/** The 200 again and again; nothing when it went without an ACK for too long. */
function repeatAnswer(view: LegView): Repair | undefined {
  const { leg, now } = view
  const { server } = leg
  if (!server?.answered) return NOTHING
  const endsAt = server.answered.since + TRANSACTION_MS
  if (now >= endsAt) return undefined
  return repeat(view, [{ key: `200:${server.cseq}`, make: () => inviteResponse(leg, server, 200) }], endsAt)
}

function reconcilePreparing(view: LegView): Repair {
  const { leg, desired, local, codec, opus = false } = view
  if (isGone(view)) return { submit: [voice({ type: 'End', leg: leg.id }), ...lost(view)], sends: [] }
  if (desired.connection === 'cleared') return { submit: [voice({ type: 'End', leg: leg.id })], sends: [] }
  const giveUpAt = leg.progress.since + PORT_MS_MAX
  if (!local && view.now >= giveUpAt) {
    return { submit: [voice({ type: 'End', leg: leg.id }), failed(view, 'error')], sends: [] }
  }
  if (!local) return soonest({ ...NOTHING, ...moveOf(view) }, doubtAt(view), giveUpAt)
  const sdp = offerSdp({ leg, local, opus, ...(codec && { first: codec }) })
  return { submit: [voice({ type: 'Dial', leg: leg.id, local, sdp })], sends: [] }
}

/** A page that was called anew and does not answer for so long is not the one to wait for. */
function isGone({ leg, now }: LegView): boolean {
  return leg.renewedSince !== undefined && now >= leg.renewedSince + AWAY_MS_MAX
}

function reconcileDialling(view: LegView): Repair {
  const { leg, desired } = view
  if (isGone(view)) return { submit: [voice({ type: 'Cancel', leg: leg.id }), ...lost(view)], sends: [] }
  const goneAt = leg.renewedSince === undefined ? undefined : leg.renewedSince + AWAY_MS_MAX
  if (desired.connection === 'cleared') return { submit: [voice({ type: 'Cancel', leg: leg.id })], sends: [] }
  if (leg.progress.state === 'alerting') {
    return soonest(repeatRequests(view, voice({ type: 'Cancel', leg: leg.id }), failed(view, 'no-answer')), goneAt)
  }
  return soonest(repeatRequests(view, voice({ type: 'End', leg: leg.id }), failed(view, 'unreachable')), goneAt)
}

function failed({ interaction, leg }: LegView, reason: 'no-answer' | 'unreachable' | 'error'): AdapterCommand {
  return centre({ type: 'ReportFailed', interaction, participant: leg.participant, reason })
}

/**
 * RFC 3261 9.1: CANCEL only after a provisional answer. A core that did not send the INVITE itself knows of none, and asks at
 * once: the edge holds the transaction, and without one it answers 481, which ends the leg as well.
 */
function reconcileCancelling(view: LegView): Repair {
  const { leg, now, sent } = view
  if (leg.progress.state !== 'cancelling') return NOTHING
  const endsAt = leg.progress.since + TRANSACTION_MS
  if (now >= endsAt) return { submit: [voice({ type: 'End', leg: leg.id })], sends: [] }
  const invite = leg.requests.find((request) => request.method === 'INVITE')
  if (!invite) return NOTHING
  const key = requestKey(invite)
  const may = leg.progress.alerted || sent.heard(key) !== undefined || !sent.has(key)
  if (!may || sent.heard(`CANCEL:${invite.cseq}`) !== undefined) return { sends: [], lookAt: endsAt }
  return repeat(view, [{ key: `CANCEL:${invite.cseq}`, make: () => cancelOf(leg, invite.cseq) }], endsAt)
}

function reconcileConfirmed(view: LegView): Repair {
  const { leg, desired, now } = view
  const answer = repeatAnswer(view)
  const requests = repeatRequests(view)
  if (!answer || requests.submit) {
    return { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
  }
  const sends = [...answer.sends, ...requests.sends]
  if (desired.connection === 'cleared') {
    const notify = leg.requests.find((request) => request.method === 'NOTIFY')
    const waitUntil = notify ? notify.since + NOTIFY_MS_MAX : now
    if (waitUntil <= now) return { submit: [voice({ type: 'Release', leg: leg.id })], sends: [] }
    return { sends, lookAt: waitUntil }
  }
  const upkeep = keepUp(view)
  return soonest({ ...upkeep, sends }, answer.lookAt, requests.lookAt)
}
