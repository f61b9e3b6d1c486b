import type { SipRequest } from '#protocols/sip'

/** What a message of ours tests, and what is to become of it. Text is octets: one character each. */
export interface Torture {
  /** RFC and section of the point; the text is our own. */
  readonly point: string
  readonly text: string
  /** `take`, `drop`, or the status of the answer, by the reader alone. */
  readonly reader: 'take' | 'drop' | number
  /** The status that an endpoint and a proxy answer with before they look at the meaning; nothing: they go on. */
  readonly endpoint?: number
  readonly proxy?: number
  /** What must have been understood. */
  readonly check?: (request: SipRequest) => unknown
  readonly expect?: unknown
}

/** The parts of a message that may be given in place of the usual ones. */
export interface Parts {
  readonly line?: string
  readonly via?: string
  readonly to?: string
  readonly from?: string
  readonly callId?: string
  readonly cseq?: string
  readonly maxForwards?: string
  readonly more?: readonly string[]
  /** The Content-Length line; that of the body when it is not given, none when it is empty. */
  readonly length?: string
  readonly body?: string
}

/** A plain offer of ours. */
export const SDP =
  'v=0\r\no=mira 11 12 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\nm=audio 41000 RTP/AVP 8\r\n'

/** An ordinary OPTIONS, with whatever parts are given in place of its own; `''` leaves a part out. */
export function message(parts: Parts): string {
  const line = parts.line ?? 'OPTIONS sip:desk@office.example SIP/2.0'
  const method = line.split(' ', 1)[0]
  const body = parts.body ?? ''
  const fields: [string, string | undefined, string][] = [
    ['Via', parts.via, 'SIP/2.0/UDP phone.example:5062;branch=z9hG4bKown1'],
    ['To', parts.to, '<sip:desk@office.example>'],
    ['From', parts.from, '<sip:mira@home.example>;tag=m1'],
    ['Call-ID', parts.callId, 'own-1@phone.example'],
    ['CSeq', parts.cseq, `17 ${method}`],
    ['Max-Forwards', parts.maxForwards, '70'],
  ]
  const lines = fields.flatMap(([name, given, usual]) => (given === '' ? [] : [`${name}: ${given ?? usual}`]))
  const length = parts.length ?? `Content-Length: ${body.length}`
  return [line, ...lines, ...(parts.more ?? []), ...(length === '' ? [] : [length]), '', body].join('\r\n')
}
