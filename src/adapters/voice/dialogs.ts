import { createHash } from 'node:crypto'
import type { SipMessage, SipRequest } from '#protocols/sip'
import { dialogKey, type Leg, type LegId, type VoiceState } from './leg/leg.ts'

/** 80 bits: no two INVITEs of a year share an id; without the CSeq, a call that is tried again after a refusal would be the old one. */
const ID_CHARS = 20

/** The id of the leg that an INVITE begins: the same for every repetition of it, whichever way it comes. CANCEL names the same. */
export function inboundLegId(request: SipMessage): LegId {
  const key = `${request.callId}\n${request.from.tag ?? ''}\n${request.cseq.number}`
  return `l-${createHash('sha256').update(key).digest('hex').slice(0, ID_CHARS)}`
}

/** RFC 3261 12.2.2: the leg whose dialog the request is in. The tag of the peer counts once it is known. */
export function legOfRequest(state: VoiceState, request: SipRequest): Leg | undefined {
  return legOf(state, request.callId, request.to.tag, request.from.tag)
}

/** RFC 3261 17.1.3 and 12: the leg whose request the response answers. */
export function legOfResponse(state: VoiceState, response: SipMessage): Leg | undefined {
  return legOf(state, response.callId, response.from.tag, undefined)
}

/** Finds a dialog by Call-ID and tags, seen from us. */
export function legOf(
  state: VoiceState,
  callId: string,
  localTag: string | undefined,
  remoteTag: string | undefined,
): Leg | undefined {
  if (localTag === undefined) return undefined
  const id = state.dialogs.get(dialogKey(callId, localTag))
  const leg = id === undefined ? undefined : state.legs.get(id)
  const stranger = remoteTag !== undefined && leg?.dialog.remoteTag !== undefined && leg.dialog.remoteTag !== remoteTag
  return stranger ? undefined : leg
}
