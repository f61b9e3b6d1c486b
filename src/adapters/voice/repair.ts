import type { Millis } from '#base'
import type { CentreCommand } from '#kernel/centre'
import type { DesiredParticipant, Participant } from '#kernel/interaction'
import type { MediaLocal } from '#protocols/control'
import type { SipMessage } from '#protocols/sip'
import type { VoiceCommand } from './leg/command.ts'
import type { ClientRequest, Leg } from './leg/leg.ts'
import { type Authorisation, clientRequest, inviteResponse } from './leg-messages.ts'
import type { Sent } from './sent.ts'
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
  /** Whether Opus may be offered to the party. */
  readonly opus?: boolean
  /** What a request of ours says to a trunk that has asked who we are. */
  readonly authorise?: (request: ClientRequest) => Authorisation | undefined
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

/** Longer than a commit's callbacks take, and too short to be noticed. */
const NOTIFY_DELAY_MS = 50

export const NOTHING: Repair = { sends: [] }

/** What is sent again and again, made only when it is due. */
export interface Repeated {
  readonly key: string
  readonly make: () => SipMessage
}

/** Repeats every open request; when one of them is without an answer for too long, submits what follows from that. */
export function repeatRequests(view: LegView, ...over: readonly AdapterCommand[]): Repair {
  const { leg, now, sent } = view
  const limits = leg.requests.map((request) => limitOf(view, request))
  const endsAt = Math.min(...limits)
  if (now >= endsAt) return { submit: over, sends: [] }
  const early = leg.requests.find((request) => now < earliestOf(request))
  const open = leg.requests.filter((request) => request !== early && sent.heard(requestKey(request)) === undefined)
  return repeat(
    view,
    open.map((request) => ({
      key: requestKey(request),
      make: () => clientRequest(leg, request, view.authorise?.(request)),
    })),
    early ? Math.min(endsAt, earliestOf(early)) : endsAt,
  )
}

/** A NOTIFY lets the 202 of its REFER go first, which goes out with the same commit: phones know no subscription before. */
function earliestOf(request: ClientRequest): Millis {
  return request.method === 'NOTIFY' ? request.since + NOTIFY_DELAY_MS : 0
}

/** Until when the answer of a request may take: timers B and F, and timer C for an INVITE that rings. A re-INVITE rings nowhere. */
function limitOf({ leg, sent }: LegView, request: ClientRequest): Millis {
  if (leg.dialog.remoteTag !== undefined) return request.since + TRANSACTION_MS
  const ringing = leg.progress.state === 'alerting' || sent.heard(requestKey(request)) !== undefined
  return request.since + (request.method === 'INVITE' && ringing ? ALERTING_MS_MAX : TRANSACTION_MS)
}

/** Names an open request among what was sent for the leg. */
export function requestKey(request: Pick<ClientRequest, 'method' | 'cseq'>): string {
  return `${request.method}:${request.cseq}`
}

/** An answer to the INVITE, sent once by each core. */
export function once(view: LegView, key: string, status: number): Repair {
  const { leg, sent } = view
  if (!leg.server || sent.has(key)) return NOTHING
  return { sends: [{ key, message: inviteResponse(leg, leg.server, status) }] }
}

/** What is due of what is wanted, and when the next is. */
export function repeat({ now, sent }: LegView, wanted: readonly Repeated[], endsAt: Millis): Repair {
  const due = wanted.filter(({ key }) => sent.dueAt(key) <= now)
  const sends = due.map(({ key, make }) => ({ key, message: make() }))
  const later = wanted.map((one) => (due.includes(one) ? sent.nextAfter(one.key, now) : sent.dueAt(one.key)))
  return soonest({ sends }, endsAt, ...later)
}

/** The same repair, looked at again at the first of these times. */
export function soonest(repair: Repair, ...times: readonly (Millis | undefined)[]): Repair {
  const known = [repair.lookAt, ...times].filter((at): at is Millis => at !== undefined && Number.isFinite(at))
  return known.length === 0 ? repair : { ...repair, lookAt: Math.min(...known) }
}

/** A submit that is refused (the log is away, too much waits) is tried again after this. */
export const RETRY_MS = 200

/** A command for the legs. */
export function voice(command: VoiceCommand): AdapterCommand {
  return { machine: 'voice', command }
}

/** A command for the kernel. */
export function centre(command: CentreCommand): AdapterCommand {
  return { machine: 'centre', command }
}

/** The centre learns that the party is gone without a word. */
export function lost({ interaction, leg, participant }: LegView): AdapterCommand[] {
  const { id } = participant ?? { id: leg.participant }
  return [centre({ type: 'ReportCleared', interaction, participant: id, reason: 'lost' })]
}
