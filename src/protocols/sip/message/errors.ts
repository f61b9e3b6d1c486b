import { defineErrors } from '#base'

/** Errors that this folder throws to code that asks for a part which the message does not have in a valid form; the status is SIP's. */
export const SIP_ERRORS = defineErrors({
  'sip.header.malformed': { sentence: 'the header field {name} cannot be read', status: 400 },
  'sip.header.missing': { sentence: 'the header field {name} is missing', status: 400 },
  'sip.message.malformed': { sentence: 'the SIP message cannot be read: {why}', status: 400 },
  'sip.transport.closed': { sentence: 'the {transport} transport is closed', status: 503 },
  'sip.transport.failed': { sentence: 'sending over {transport} to {address}:{port} failed', status: 503 },
  'sip.transport.limit': { sentence: 'the {transport} transport has reached its limit of {limit} {what}', status: 503 },
  'sip.dialog.cseq': { sentence: 'the CSeq {cseq} is not above the last one, {last}', status: 500 },
  'sip.agent.closed': { sentence: 'the user agent is closed', status: 503 },
})

/** Why a message is not taken, and what a server answers. */
export interface SipFault {
  /** A word for counters and logs, such as `content-length`. */
  readonly code: string
  /** The status to answer a request with (400, 416, 505 …); a response with a fault is dropped. */
  readonly status: number
  /** The reason phrase, which says what is wrong. */
  readonly reason: string
  /** Further fields of the answer, such as Unsupported. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}
