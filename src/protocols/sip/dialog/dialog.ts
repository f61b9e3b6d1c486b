import { SIP_ERRORS } from '../message/errors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { formatNameAddr } from '../message/name-addr.ts'

/**
 * A dialog (RFC 3261 12) as a plain value: it can be written to a log as JSON, and another process goes on with it.
 * Every function that changes one gives back a new one.
 */
export interface Dialog {
  readonly role: 'uac' | 'uas'
  readonly state: 'early' | 'confirmed'
  readonly callId: string
  readonly localTag: string
  /** Empty when the peer is an element of RFC 2543 that sets none. */
  readonly remoteTag: string
  /** From or To as we send it, with our tag. */
  readonly local: string
  /** From or To of the peer as we send it, with its tag. */
  readonly remote: string
  /** Where requests to the peer are addressed: its last Contact. */
  readonly remoteTarget: string
  /** Values of Route for our requests, in their order. */
  readonly routeSet: readonly string[]
  /** The CSeq number of our last request; nothing when we have not sent one. */
  readonly localCseq: number | null
  /** The CSeq number of the peer's last request; nothing when it has not sent one. */
  readonly remoteCseq: number | null
  readonly secure: boolean
}

/** Which dialog a message belongs to: Call-ID, our tag, the peer's tag. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}|${localTag}|${remoteTag}`
}

/** The key of the dialog that a request from the peer belongs to; nothing when it is outside of any. */
export function dialogKeyOf(request: SipRequest): string | undefined {
  const localTag = request.to.tag
  return localTag === undefined ? undefined : dialogKey(request.callId, localTag, request.from.tag ?? '')
}

/**
 * The dialog that a response of 101 to 299 to our request makes (RFC 3261 12.1.2). Each To tag makes a dialog of its own, so
 * that a forked INVITE has several. Nothing when the response has no To tag: then there is none yet.
 */
export function createUacDialog(request: SipRequest, response: SipResponse): Dialog | undefined {
  const remoteTag = response.to.tag
  if (response.status <= 100 || response.status >= 300 || remoteTag === undefined) return undefined
  return {
    role: 'uac',
    state: response.status < 200 ? 'early' : 'confirmed',
    callId: request.callId,
    localTag: request.from.tag ?? '',
    remoteTag,
    local: request.get('from') ?? '',
    remote: response.get('to') ?? '',
    remoteTarget: response.contacts[0]?.uri ?? request.uri,
    routeSet: response.recordRoutes.map(formatNameAddr).reverse(),
    localCseq: request.cseq.number,
    remoteCseq: null,
    secure: request.uri.toLowerCase().startsWith('sips:'),
  }
}

/** The dialog that our response with this To tag to the peer's request makes (RFC 3261 12.1.1). */
export function createUasDialog(request: SipRequest, localTag: string, state: Dialog['state'] = 'early'): Dialog {
  return {
    role: 'uas',
    state,
    callId: request.callId,
    localTag,
    remoteTag: request.from.tag ?? '',
    local: formatNameAddr({ ...request.to, tag: localTag }),
    remote: request.get('from') ?? '',
    remoteTarget: request.contacts[0]?.uri ?? request.from.uri,
    routeSet: request.recordRoutes.map(formatNameAddr),
    localCseq: null,
    remoteCseq: request.cseq.number,
    secure: request.uri.toLowerCase().startsWith('sips:'),
  }
}

/** What a response to our INVITE makes of its dialog: the 2xx confirms it and sets the route set anew (RFC 3261 13.2.2.4). */
export function confirmUacDialog(dialog: Dialog, response: SipResponse): Dialog {
  if (dialog.state === 'confirmed') return refreshTarget(dialog, response)
  return {
    ...refreshTarget(dialog, response),
    state: response.status >= 200 ? 'confirmed' : 'early',
    routeSet: response.recordRoutes.map(formatNameAddr).reverse(),
  }
}

/** The dialog after our 2xx to the peer's INVITE. */
export function confirmUasDialog(dialog: Dialog): Dialog {
  return { ...dialog, state: 'confirmed' }
}

/** The dialog after a target refresh, by a request or by its 2xx: the remote target follows the Contact (RFC 3261 12.2). */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): Dialog {
  const contact = message.contacts[0]?.uri
  return contact === undefined || contact === '*' || contact === dialog.remoteTarget
    ? dialog
    : { ...dialog, remoteTarget: contact }
}

/** Requests that refresh the remote target (RFC 3261 6, 3311 5.1, 3515, 6665). */
const TARGET_REFRESH: readonly string[] = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']

/**
 * The dialog after a request of the peer (RFC 3261 12.2.2): a CSeq may jump up; a lower one is answered with 500, and for an
 * equal one too, since repetitions never get past the transaction. ACK and CANCEL carry their INVITE's number and change nothing.
 */
export function receiveInDialog(
  dialog: Dialog,
  request: SipRequest,
): { readonly ok: true; readonly dialog: Dialog } | { readonly ok: false; readonly status: 500 } {
  if (request.method === 'ACK' || request.method === 'CANCEL') return { ok: true, dialog }
  const { number } = request.cseq
  if (dialog.remoteCseq !== null && number <= dialog.remoteCseq) return { ok: false, status: 500 }
  const next = { ...dialog, remoteCseq: number }
  return { ok: true, dialog: TARGET_REFRESH.includes(request.method) ? refreshTarget(next, request) : next }
}

/** The dialog with its own CSeq moved up, for when the last value is in doubt after a takeover (RFC 3261 12.2.1.1 lets it jump). */
export function jumpCseq(dialog: Dialog, by: number): Dialog {
  return { ...dialog, localCseq: (dialog.localCseq ?? 0) + by }
}

/** 12.2.1.1: the number of our next request in the dialog; the first one of a UAS is free to choose. */
export function nextCseq(dialog: Dialog): number {
  const next = (dialog.localCseq ?? 0) + 1
  if (next >= 2 ** 31) throw SIP_ERRORS['sip.dialog.cseq']({ cseq: next, last: dialog.localCseq })
  return next
}
