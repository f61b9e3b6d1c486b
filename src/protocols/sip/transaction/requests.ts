import type { HeaderField, SipResponse } from '../message/message.ts'
import { fieldOf, SipRequest } from '../message/message.ts'

/** The ACK for a response of 300 to 699 (RFC 3261 17.1.1.3): the INVITE's own Via and Route, the response's To. */
export function createNon2xxAck(invite: SipRequest, response: SipResponse): SipRequest {
  return sameHop(invite, 'ACK', response.get('to'))
}

/**
 * The CANCEL for an INVITE (RFC 3261 9.1): the same Request-URI, Via, Route, Call-ID, From, To and CSeq number. To be sent
 * only after a provisional response has come.
 */
export function createCancel(invite: SipRequest): SipRequest {
  return sameHop(invite, 'CANCEL', invite.get('to'))
}

function sameHop(invite: SipRequest, method: string, to: string | undefined): SipRequest {
  const fields: HeaderField[] = []
  let via = false
  for (const field of invite.fields) {
    if (field.key === 'via' && !via) {
      via = true
      fields.push(fieldOf('Via', 'via', invite.list('via')[0] ?? field.value))
    } else if (field.key === 'to') fields.push(fieldOf(field.name, 'to', to ?? field.value))
    else if (field.key === 'cseq') fields.push(fieldOf(field.name, 'cseq', `${invite.cseq.number} ${method}`))
    else if (KEPT.has(field.key)) fields.push(field)
  }
  const request = new SipRequest(method, invite.uri, fields)
  return request.set('Max-Forwards', 70)
}

const KEPT: ReadonlySet<string> = new Set(['route', 'max-forwards', 'from', 'call-id'])
