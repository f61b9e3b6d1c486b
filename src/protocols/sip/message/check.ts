import { isTandemError } from '#base'
import type { SipFault } from './errors.ts'
import type { SipMessage, SipRequest, SipResponse } from './message.ts'
import { type ParseResult, parseMessage } from './parse.ts'
import { bareHost, schemeOf } from './uri.ts'
import { BRANCH_COOKIE } from './via.ts'

/** RFC 3261 20 table 2 and RFC 3515 2.4.2: a second one makes the message ambiguous. Each has a bit of its own. */
const SINGLE: ReadonlyMap<string, number> = new Map(
  ['call-id', 'content-type', 'cseq', 'event', 'expires', 'from', 'max-forwards', 'refer-to', 'to'].map(
    (key, index) => [key, 1 << index],
  ),
)

/**
 * Whether a request's fields that transactions, dialogs and routing rest on are there, single and readable (RFC 3261
 * 8.1.1, 16.3). Nothing when it is good; else what to answer. After it no accessor of the message throws.
 */
export function checkRequest(request: SipRequest): SipFault | undefined {
  const broken = checkFields(request)
  if (broken) return broken
  if (request.via.branch === BRANCH_COOKIE) return bad('branch', 'Empty Branch')
  if (request.cseq.method !== request.method) {
    // RFC 4475 3.1.2.18: of the two things that are wrong, an unknown method says more.
    const status = KNOWN_METHODS.includes(request.method) ? 400 : 501
    return { code: 'cseq-method', status, reason: 'CSeq Method Differs From Request Method' }
  }
  const uri = request.sipUri
  if (!uri) {
    const scheme = schemeOf(request.uri)
    const other = scheme !== undefined && scheme !== 'sip' && scheme !== 'sips'
    return other ? undefined : bad('request-uri', 'Bad Request-URI')
  }
  // RFC 3261 19.1.1: headers are not allowed in a Request-URI; nobody turns them into header fields by sending them there.
  return uri.headers === undefined ? undefined : bad('request-uri', 'Headers In Request-URI')
}

/** The same for a response; one with a fault is dropped and counted, since nobody answers a response. */
export function checkResponse(response: SipResponse): SipFault | undefined {
  const broken = checkFields(response)
  if (broken) return broken
  return response.vias.some((via) => isManyhost(bareHost(via.received ?? via.host)))
    ? bad('via', 'Via Names A Broadcast Or Multicast Address')
    : undefined
}

function checkFields(message: SipMessage): SipFault | undefined {
  let seen = 0
  for (const { key, name } of message.fields) {
    const bit = SINGLE.get(key) ?? 0
    if ((seen & bit) !== 0) return bad('duplicate', `More Than One ${name}`)
    seen |= bit
  }
  try {
    readAll(message)
    return undefined
  } catch (error) {
    if (!isTandemError(error)) throw error
    return bad('header', `${error.code === 'sip.header.missing' ? 'Missing' : 'Bad'} ${String(error.fields.name)}`)
  }
}

/** Every accessor that may throw is asked once; what they read is kept, so the work is not done twice. */
function readAll(message: SipMessage): void {
  void message.via
  void message.from
  void message.to
  void message.cseq
  void message.callId
  void message.maxForwards
  void message.contacts
  void message.routes
  void message.recordRoutes
}

/** RFC 4475 3.3.10: a Via may ask us to shout at everybody. */
function isManyhost(host: string): boolean {
  if (host === '255.255.255.255' || /^ff[0-9a-f]{2}:/i.test(host)) return true
  const first = /^([0-9]{1,3})\.[0-9]+\.[0-9]+\.[0-9]+$/.exec(host)
  return first !== null && Number(first[1]) >= 224
}

function bad(code: string, reason: string): SipFault {
  return { code, status: 400, reason }
}

/** What an endpoint understands. */
export interface EndpointAbilities {
  /** Methods that it serves: another one gets 501 (never heard of) or 405 (known, not served here). */
  readonly methods: readonly string[]
  /** Option tags that it supports. */
  readonly extensions?: readonly string[]
  /** Media types of bodies that it reads, in lower case; `application/sdp` when it is not given. */
  readonly mediaTypes?: readonly string[]
  /** Schemes of Request-URIs that it takes; sip, sips and tel when it is not given. */
  readonly schemes?: readonly string[]
}

/** Methods of RFC 3261 and its extensions: one of them that is not served gets 405, any other 501. */
const KNOWN_METHODS: readonly string[] = [
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
]

const SCHEMES: readonly string[] = ['sip', 'sips', 'tel']
const SDP: readonly string[] = ['application/sdp']

/** What an endpoint says to a well-formed request before it looks at its meaning (RFC 3261 8.2.1 to 8.2.3). */
export function checkForEndpoint(request: SipRequest, abilities: EndpointAbilities): SipFault | undefined {
  if (!abilities.methods.includes(request.method)) {
    const known = KNOWN_METHODS.includes(request.method)
    const headers = [['Allow', abilities.methods.join(', ')]] as const
    return known
      ? { code: 'method', status: 405, reason: 'Method Not Allowed', headers }
      : { code: 'method', status: 501, reason: 'Not Implemented', headers }
  }
  const scheme = checkScheme(request, abilities.schemes ?? SCHEMES)
  if (scheme) return scheme
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined
  return (
    checkExtensions(request.list('require'), abilities.extensions ?? []) ??
    checkMedia(request, abilities.mediaTypes ?? SDP)
  )
}

/** What a proxy says to a well-formed request before it routes it (RFC 3261 16.3). */
export function checkForProxy(
  request: SipRequest,
  abilities: Pick<EndpointAbilities, 'extensions' | 'schemes'> = {},
): SipFault | undefined {
  const scheme = checkScheme(request, abilities.schemes ?? SCHEMES)
  if (scheme) return scheme
  if (request.maxForwards === 0) return { code: 'max-forwards', status: 483, reason: 'Too Many Hops' }
  return checkExtensions(request.list('proxy-require'), abilities.extensions ?? [])
}

function checkScheme(request: SipRequest, schemes: readonly string[]): SipFault | undefined {
  if (schemes.includes(schemeOf(request.uri) ?? '')) return undefined
  return { code: 'scheme', status: 416, reason: 'Unsupported URI Scheme' }
}

function checkExtensions(required: readonly string[], supported: readonly string[]): SipFault | undefined {
  const unknown = required.filter((tag) => !supported.includes(tag.toLowerCase()))
  if (unknown.length === 0) return undefined
  return { code: 'extension', status: 420, reason: 'Bad Extension', headers: [['Unsupported', unknown.join(', ')]] }
}

function checkMedia(request: SipRequest, types: readonly string[]): SipFault | undefined {
  const type = request.contentType
  const optional = /;\s*handling\s*=\s*optional/i.test(request.get('content-disposition') ?? '')
  if (request.body !== '' && type !== undefined && !types.includes(type) && !optional) {
    return {
      code: 'media-type',
      status: 415,
      reason: 'Unsupported Media Type',
      headers: [['Accept', types.join(', ')]],
    }
  }
  const accept = request.has('accept') ? request.list('accept').map(mediaRange) : undefined
  if (request.method !== 'INVITE' || !accept || accept.length === 0) return undefined
  const fits = accept.some((range) => range === '*/*' || range === 'application/*' || types.includes(range))
  return fits ? undefined : { code: 'accept', status: 406, reason: 'Not Acceptable' }
}

function mediaRange(value: string): string {
  return value.split(';', 1)[0]!.trim().toLowerCase()
}

/** What to do with bytes that arrived. */
export type Verdict =
  | { readonly action: 'take request'; readonly request: SipRequest }
  | { readonly action: 'take response'; readonly response: SipResponse }
  /** Answer this request statelessly with the fault's status. */
  | { readonly action: 'answer'; readonly request: SipRequest; readonly fault: SipFault }
  | { readonly action: 'drop'; readonly fault: SipFault }

/**
 * Reads and checks what arrived, and then asks `check` (such as `checkForProxy`) about a good request. A fault in a
 * response, in an ACK, or in a request without a Via to answer along is a reason to drop.
 */
export function classify(
  input: Uint8Array | string | ParseResult,
  check: (request: SipRequest) => SipFault | undefined = () => undefined,
): Verdict {
  const parsed = typeof input === 'string' || input instanceof Uint8Array ? parseMessage(input) : input
  if (!parsed.ok) return parsed.request ? answer(parsed.request, parsed.fault) : { action: 'drop', fault: parsed.fault }
  const { message } = parsed
  if (message.kind === 'response') {
    const fault = checkResponse(message)
    return fault ? { action: 'drop', fault } : { action: 'take response', response: message }
  }
  const fault = checkRequest(message) ?? check(message)
  return fault ? answer(message, fault) : { action: 'take request', request: message }
}

function answer(request: SipRequest, fault: SipFault): Verdict {
  const answerable = request.method !== 'ACK' && request.firstVia !== undefined
  return answerable ? { action: 'answer', request, fault } : { action: 'drop', fault }
}
