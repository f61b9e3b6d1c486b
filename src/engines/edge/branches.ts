import { createHmac, timingSafeEqual } from 'node:crypto'
import { BRANCH_COOKIE, type SipMessage, type SipRequest, type SipResponse, type Via } from '#protocols/sip'

/** 72 bits: enough that no two calls of a year share it, and no guess on the wire meets it. */
const MAC_BYTES = 9

/**
 * The branches of this edge's Via. They follow from the request alone, under a key: so whoever repeats a request (the caller, or
 * the next core) through whichever incarnation of this edge, makes a repetition of the same transaction at the far end.
 */
export class Branches {
  readonly #key: string

  constructor(key: string) {
    this.#key = `${key}:branch`
  }

  /**
   * The branch for a request that is sent on to `target` (RFC 3261 16.6 step 8): a hash for loop detection, one of the target,
   * and a MAC of both with the upstream transaction. ACK and CANCEL get that of their INVITE.
   */
  of(request: SipRequest, target: string): string {
    const kind = request.method === 'ACK' || request.method === 'CANCEL' ? 'INVITE' : request.method
    const shape = `${loopHash(request)}.${shortHash(target)}`
    return `${BRANCH_COOKIE}.${shape}.${this.#mac(upstreamOf(request, request.via), kind, shape)}`
  }

  /** Whether the response's first Via is one that this edge put on top of the second: then it may be sent on without any memory. */
  vouchesFor(response: SipResponse): boolean {
    const [own, next] = response.vias
    const parts = own?.branch?.split('.')
    if (!own || !next || parts?.length !== 4 || parts[0] !== BRANCH_COOKIE) return false
    const { method } = response.cseq
    const kind = method === 'ACK' || method === 'CANCEL' ? 'INVITE' : method
    const expected = Buffer.from(this.#mac(upstreamOf(response, next), kind, `${parts[1]}.${parts[2]}`))
    const given = Buffer.from(parts[3] ?? '')
    return expected.length === given.length && timingSafeEqual(expected, given)
  }

  /** Whether the request was here before with the same Request-URI and Route (RFC 3261 16.3 step 4); else it is a spiral. */
  isLoop(request: SipRequest, isOwn: (via: Via) => boolean): boolean {
    const own = request.vias.filter((via) => via.branch?.startsWith(`${BRANCH_COOKIE}.`) && isOwn(via))
    return own.length > 0 && own.some((via) => via.branch?.split('.')[1] === loopHash(request))
  }

  #mac(upstream: string, kind: string, shape: string): string {
    const mac = createHmac('sha256', this.#key).update(`${kind}\n${shape}\n${upstream}`).digest()
    return mac.toString('base64url', 0, MAC_BYTES)
  }
}

/** What names the upstream transaction and stands in its responses too. Some phones' branches are unique only with their Call-ID. */
function upstreamOf(message: SipMessage, via: Via): string {
  const { callId, from, cseq } = message
  return [via.branch ?? '', via.host.toLowerCase(), via.port ?? '', callId, from.tag ?? '', cseq.number].join('\n')
}

/** The To tag is left out: an ACK has one where its INVITE has none. */
function loopHash(request: SipRequest): string {
  const { uri, callId, from, cseq } = request
  return shortHash([uri, callId, from.tag ?? '', cseq.number, ...request.getAll('route')].join('\n'))
}

/**
 * 64 bits in two lanes of FNV-1a. It need not withstand an attacker: the MAC covers it, and who makes his own requests look like a
 * loop is told so. It is many times cheaper than SHA-256 on texts of this length.
 */
function shortHash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13)
  }
  return `${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`
}
