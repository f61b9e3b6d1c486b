import type { SipRequest, SipResponse } from '../message/message.ts'
import { BRANCH_COOKIE } from '../message/via.ts'

/** RFC 3261 17.1.3: a response belongs to the client transaction with its top Via's branch and its CSeq method. */
export function clientKey(message: SipRequest | SipResponse): string {
  return `${message.via.branch ?? ''}|${message.cseq.method}`
}

/**
 * RFC 3261 17.2.3: branch, sent-by and method, ACK counting as INVITE. A request whose branch lacks the cookie comes from
 * an element of RFC 2543 and is matched by Request-URI, From tag, Call-ID, CSeq number and the top Via.
 */
export function serverKey(request: SipRequest, method: string = request.method): string {
  const via = request.via
  const kind = method === 'ACK' ? 'INVITE' : method
  if (via.branch?.startsWith(BRANCH_COOKIE)) {
    return `${via.branch}|${via.host.toLowerCase()}:${via.port ?? ''}|${kind}`
  }
  const top = `${via.transport}/${via.host}:${via.port ?? ''};${via.branch ?? ''}`
  return `2543|${request.uri}|${request.from.tag ?? ''}|${request.callId}|${request.cseq.number}|${top}|${kind}`
}
