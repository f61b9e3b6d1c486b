import { createRequest, type HeaderInput } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { param } from '../message/params.ts'
import { parseUri } from '../message/uri.ts'
import { type Dialog, nextCseq } from './dialog.ts'

/** What a request in a dialog carries beside what the dialog says. */
export interface DialogRequestInput {
  /** Needed for INVITE, UPDATE, SUBSCRIBE and REFER: where the peer's requests are to go from now on. */
  readonly contact?: string
  readonly headers?: HeaderInput
  readonly body?: string | Uint8Array
  readonly contentType?: string
}

/** A request in the dialog (RFC 3261 12.2.1.1), without a Via, and the dialog with its CSeq moved on. */
export function createDialogRequest(
  dialog: Dialog,
  method: string,
  input: DialogRequestInput = {},
): { readonly request: SipRequest; readonly dialog: Dialog } {
  const cseq = nextCseq(dialog)
  return { request: build(dialog, method, cseq, input), dialog: { ...dialog, localCseq: cseq } }
}

/** The ACK for a 2xx to the INVITE of this number (RFC 3261 13.2.2.4). It has a new branch, and credentials of the INVITE if there were any. */
export function createAck(dialog: Dialog, inviteCseq: number, input: DialogRequestInput = {}): SipRequest {
  return build(dialog, 'ACK', inviteCseq, input)
}

function build(dialog: Dialog, method: string, cseq: number, input: DialogRequestInput): SipRequest {
  const { uri, routes } = destination(dialog)
  return createRequest({
    ...input,
    method,
    uri,
    routes,
    from: dialog.local,
    to: dialog.remote,
    callId: dialog.callId,
    cseq,
  })
}

/** RFC 3261 12.2.1.1: a first route without `lr` is a strict router, which wants to see itself in the Request-URI. */
function destination(dialog: Dialog): { uri: string; routes: readonly string[] } {
  const [first, ...rest] = dialog.routeSet
  const route = first === undefined ? undefined : parseUri(parseNameAddr(first)?.uri ?? '')
  if (!route || param(route.params, 'lr') !== undefined) return { uri: dialog.remoteTarget, routes: dialog.routeSet }
  // RFC 3261 19.1.1, table 1: neither a method nor header fields may stand in a Request-URI.
  const bare = parseNameAddr(first!)!
    .uri.split('?', 1)[0]!
    .replace(/;method=[^;]*/i, '')
  return { uri: bare, routes: [...rest, `<${dialog.remoteTarget}>`] }
}

/**
 * The URI of the next hop for a request: its first Route, or the Request-URI (RFC 3261 8.1.2).
 *
 * DEVIATION: so it is for a request that was built for a strict router too, which should go to its Request-URI; the request does not say
 * which of the two it is, and who meets strict routers has a proxy before him.
 */
export function nextHop(request: SipRequest): string {
  return request.routes[0]?.uri ?? request.uri
}
