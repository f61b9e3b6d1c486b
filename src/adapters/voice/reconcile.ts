import { assertNever, type Millis } from '#base'
import type { CentreCommand } from '#kernel/centre'
import type { DesiredParticipant, Participant } from '#kernel/interaction'
import type { MediaLocal } from '#protocols/control'
import type { SipMessage } from '#protocols/sip'
import type { VoiceCommand } from './leg/command.ts'
import { type ClientRequest, isOver, type Leg, type SessionTimer } from './leg/leg.ts'
import { cancelOf, clientRequest, inviteResponse } from './leg-messages.ts'
import { answerSdp, offerSdp } from './sdp-terms.ts'
import type { Sent } from './sent.ts'
import { agreeTimer } from './session-timer.ts'
import { TRANSACTION_MS } from './sip-methods.ts'

/** How a call's leg is, how it shall be, and what this core has done about it. */
export interface LegView {
  readonly leg: Leg
  readonly desired: DesiredParticipant
  /** What the centre believes of the party; absent when it is in no interaction any more. */
  readonly participant?: Pick<Participant, 'id' | 'connection'>
  /** The interaction that the party is in now. */
  readonly interaction: string
  readonly now: Millis
  readonly sent: Sent
  /** Where the media process receives for the session, once it said so. */
  readonly local?: MediaLocal
  /** The media process that holds the interaction now; the leg moves there when it is another one. */
  readonly process?: string
  /** The codec that the other party uses, to be offered first. */
  readonly codec?: 'PCMU' | 'PCMA'
}

/** A command with the machine that it is for, as a sequencer takes it. */
export type AdapterCommand =
  | { readonly machine: 'voice'; readonly command: VoiceCommand }
  | { readonly machine: 'centre'; readonly command: CentreCommand }

export interface Send {
  /** Names what is sent, for repetition. */
  readonly key: string
  readonly message: SipMessage
}

/** What mends the difference. What is to be sent follows from the log alone; what is to be submitted is sent after its commit. */
export interface Repair {
  readonly submit?: readonly AdapterCommand[]
  readonly sends: readonly Send[]
  /** When to look again, if nothing happens before. */
  readonly lookAt?: Millis
}

/** RFC 3261 16.6, timer C: a phone that rings longer than this is given up, whatever the kernel says. */
export const ALERTING_MS_MAX = 180_000

/** A BYE waits so long for the answer to a NOTIFY: the phone that asked for a transfer should learn that it went well. */
export const NOTIFY_MS_MAX = 2000

/** Longer than a commit's callbacks take, and too short to be noticed. */
const NOTIFY_DELAY_MS = 50

/** A party that is silent so long is asked whether it is still there: some phones send nothing while they are muted. */
export const SILENCE_MS = 60_000

/** RFC 4028 10: BYE at this much before the end of the session, or a third of the interval if that is less. */
const EXPIRY_MARGIN_MS = 32_000

const NOTHING: Repair = { sends: [] }

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
  const sends = once(view, state === 'arrived' ? '100' : '180', state === 'arrived' ? 100 : 180).sends
  if (desired.connection === 'alerting') {
    return state === 'arrived' ? { submit: [voice({ type: 'Ring', leg: leg.id })], sends } : { sends }
  }
  if (!local) return { ...moveOf(view), sends }
  return {
    submit: [voice({ type: 'Answer', leg: leg.id, local, ...answerFor(leg, local) }), ...connected(view)],
    sends,
  }
}

function answerFor(leg: Leg, local: MediaLocal): Pick<Extract<VoiceCommand, { type: 'Answer' }>, 'sdp'> {
  const { offer, terms } = leg.media
  const sdp = offer !== undefined && terms ? answerSdp({ leg, local }, offer) : offerSdp({ leg, local })
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

function lost({ interaction, leg }: LegView): AdapterCommand[] {
  return [centre({ type: 'ReportCleared', interaction, participant: leg.participant, reason: 'lost' })]
}

function reconcilePreparing(view: LegView): Repair {
  const { leg, desired, local, codec } = view
  if (desired.connection === 'cleared') return { submit: [voice({ type: 'End', leg: leg.id })], sends: [] }
  if (!local) return { ...NOTHING, ...moveOf(view) }
  const sdp = offerSdp({ leg, local, ...(codec && { first: codec }) })
  return { submit: [voice({ type: 'Dial', leg: leg.id, local, sdp })], sends: [] }
}

function reconcileDialling(view: LegView): Repair {
  const { leg, desired } = view
  if (desired.connection === 'cleared') return { submit: [voice({ type: 'Cancel', leg: leg.id })], sends: [] }
  if (leg.progress.state === 'alerting') {
    return repeatRequests(view, voice({ type: 'Cancel', leg: leg.id }), failed(view, 'no-answer'))
  }
  return repeatRequests(view, voice({ type: 'End', leg: leg.id }), failed(view, 'unreachable'))
}

function failed({ interaction, leg }: LegView, reason: 'no-answer' | 'unreachable'): AdapterCommand {
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

/** What a standing dialog needs from time to time: a new address told, a session refreshed, a sign of life asked for. */
function keepUp(view: LegView): Repair {
  const { leg, now, local } = view
  const { media, timer } = leg
  const expiresAt = timer?.refresher === 'peer' ? expiryOf(timer) : NEVER
  if (now >= expiresAt) return { submit: [voice({ type: 'Release', leg: leg.id }), ...lost(view)], sends: [] }
  const busy = leg.server !== undefined || leg.requests.some((request) => request.method === 'INVITE')
  if (busy) return soonest(NOTHING, expiresAt)
  const move = moveOf(view)
  if (move) return { ...move, sends: [] }
  if (local && !sameLocal(local, media.local)) {
    return { submit: [voice({ type: 'Place', leg: leg.id, process: media.process, local })], sends: [] }
  }
  const refreshAt = timer?.refresher === 'us' ? timer.refreshedAt + timer.intervalMs / 2 : NEVER
  const needAt = sameLocal(media.local, media.told) ? refreshAt : now
  const offerAt = media.local ? Math.max(needAt, leg.offerNotBefore ?? 0) : NEVER
  if (media.local && now >= offerAt) {
    const sdp = offerSdp({ leg, local: media.local })
    return { submit: [voice({ type: 'Reinvite', leg: leg.id, sdp })], sends: [] }
  }
  const probing = leg.requests.some((request) => request.method === 'OPTIONS')
  const probeAt = leg.silentSince === undefined || probing ? NEVER : leg.silentSince + SILENCE_MS
  if (now >= probeAt) return { submit: [voice({ type: 'Probe', leg: leg.id })], sends: [] }
  return soonest(NOTHING, offerAt, probeAt, expiresAt)
}

/** An interaction's legs are all on one media process; a leg that is on another goes there (MED-25). */
function moveOf({ leg, process }: LegView): { submit: readonly AdapterCommand[] } | undefined {
  if (process === undefined || process === leg.media.process) return undefined
  return { submit: [voice({ type: 'Place', leg: leg.id, process })] }
}

const NEVER = Number.POSITIVE_INFINITY

function expiryOf({ refreshedAt, intervalMs }: SessionTimer): Millis {
  return refreshedAt + intervalMs - Math.min(EXPIRY_MARGIN_MS, intervalMs / 3)
}

function sameLocal(a: MediaLocal | undefined, b: MediaLocal | undefined): boolean {
  return a?.address === b?.address && a?.port === b?.port
}

interface Repeated {
  readonly key: string
  readonly make: () => SipMessage
}

/** Repeats every open request; when one of them is without an answer for too long, submits what follows from that. */
function repeatRequests(view: LegView, ...over: readonly AdapterCommand[]): Repair {
  const { leg, now, sent } = view
  const limits = leg.requests.map((request) => limitOf(view, request))
  const endsAt = Math.min(...limits)
  if (now >= endsAt) return { submit: over, sends: [] }
  const early = leg.requests.find((request) => now < earliestOf(request))
  const open = leg.requests.filter((request) => request !== early && sent.heard(requestKey(request)) === undefined)
  return repeat(
    view,
    open.map((request) => ({ key: requestKey(request), make: () => clientRequest(leg, request) })),
    early ? Math.min(endsAt, earliestOf(early)) : endsAt,
  )
}

/** A NOTIFY lets the 202 of its REFER go first, which goes out with the same commit: phones know no subscription before. */
function earliestOf(request: ClientRequest): Millis {
  return request.method === 'NOTIFY' ? request.since + NOTIFY_DELAY_MS : 0
}

/** Until when the answer of a request may take: timers B and F, and timer C for an INVITE that was heard of. */
function limitOf({ leg, sent }: LegView, request: ClientRequest): Millis {
  const ringing = leg.progress.state === 'alerting' || sent.heard(requestKey(request)) !== undefined
  return request.since + (request.method === 'INVITE' && ringing ? ALERTING_MS_MAX : TRANSACTION_MS)
}

/** Names an open request among what was sent for the leg. */
export function requestKey(request: Pick<ClientRequest, 'method' | 'cseq'>): string {
  return `${request.method}:${request.cseq}`
}

function once(view: LegView, key: string, status: number): Repair {
  const { leg, sent } = view
  if (!leg.server || sent.has(key)) return NOTHING
  return { sends: [{ key, message: inviteResponse(leg, leg.server, status) }] }
}

function repeat({ now, sent }: LegView, wanted: readonly Repeated[], endsAt: Millis): Repair {
  const due = wanted.filter(({ key }) => sent.dueAt(key) <= now)
  const sends = due.map(({ key, make }) => ({ key, message: make() }))
  const later = wanted.map((one) => (due.includes(one) ? sent.nextAfter(one.key, now) : sent.dueAt(one.key)))
  return soonest({ sends }, endsAt, ...later)
}

function soonest(repair: Repair, ...times: readonly (Millis | undefined)[]): Repair {
  const known = [repair.lookAt, ...times].filter((at): at is Millis => at !== undefined && Number.isFinite(at))
  return known.length === 0 ? repair : { ...repair, lookAt: Math.min(...known) }
}

export function voice(command: VoiceCommand): AdapterCommand {
  return { machine: 'voice', command }
}

export function centre(command: CentreCommand): AdapterCommand {
  return { machine: 'centre', command }
}
