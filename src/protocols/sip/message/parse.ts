import type { SipFault } from './errors.ts'
import { isToken, noneOf, OCTETS, octetsOf } from './grammar.ts'
import { knownHeaderKey } from './header-names.ts'
import { MESSAGE_LIMITS } from './limits.ts'
import { type AnySipMessage, type HeaderField, SipRequest, SipResponse } from './message.ts'

/** A message, or why there is none and, where the request line and header fields could be read, what to answer to. */
export type ParseResult =
  | { readonly ok: true; readonly message: AnySipMessage }
  | {
      readonly ok: false
      readonly fault: SipFault
      /** As much of the request as could be read; a server answers it with `fault.status`. Absent: drop it. */
      readonly request?: SipRequest
    }

const CR = 13
const LF = 10
const SIP_VERSION = /^SIP\/[0-9]+\.[0-9]+$/i
const STATUS_LINE = /^SIP\/2\.0 ([1-6][0-9][0-9])(?: ([^\r\n]*))?$/i

/**
 * Reads one whole message, such as a datagram's bytes or what the stream framer cut out. Never throws. Values of header
 * fields are not read yet: `checkRequest` and `checkResponse` do that.
 *
 * DEVIATION: a datagram may end after its last header field without the empty line; several phones and two of RFC 5118's
 * messages do so, and the end of the datagram says as much.
 */
export function parseMessage(input: Uint8Array | string): ParseResult {
  if (input.length > MESSAGE_LIMITS.bytesMax) {
    return refuse('too-large', 513, `Message Over ${MESSAGE_LIMITS.bytesMax} Octets`)
  }
  const text = octetsOf(input)
  const start = skipLineEnds(text)
  const lineEnd = text.indexOf('\r\n', start)
  if (lineEnd < 0) return refuse('no-line', 400, 'No Line End After Start Line')
  const line = text.slice(start, lineEnd)
  const head = parseFields(text, lineEnd + 2)
  const body = head.fault ? { body: '' } : cutBody(text, head)
  const fault = head.fault ?? body.fault
  if (isStatusLine(line)) return finishResponse(line, head.fields, body.body, fault)
  return finishRequest(line, head.fields, body.body, fault)
}

function isStatusLine(line: string): boolean {
  return line.charCodeAt(3) === 47 && line.slice(0, 3).toUpperCase() === 'SIP'
}

/** RFC 3261 7.5: line ends before the start line are ignored. */
function skipLineEnds(text: string): number {
  let position = 0
  while (text.charCodeAt(position) === CR && text.charCodeAt(position + 1) === LF) position += 2
  return position
}

function refuse(code: string, status: number, reason: string, request?: SipRequest): ParseResult {
  const fault = { code, status, reason }
  return request ? { ok: false, fault, request } : { ok: false, fault }
}

function finishResponse(line: string, fields: HeaderField[], body: string, fault?: SipFault): ParseResult {
  const match = STATUS_LINE.exec(line)
  if (!match) return refuse('status-line', 400, 'Bad Status Line')
  if (fault) return { ok: false, fault }
  return { ok: true, message: new SipResponse(Number(match[1]), match[2] ?? '', fields, body) }
}

function finishRequest(line: string, fields: HeaderField[], body: string, fault?: SipFault): ParseResult {
  const first = line.indexOf(' ')
  const last = line.lastIndexOf(' ')
  const method = first < 0 ? '' : line.slice(0, first)
  if (!isToken(method)) return refuse('method', 400, 'Bad Method')
  const uri = line.slice(first + 1, Math.max(first + 1, last))
  const version = line.slice(last + 1)
  const request = new SipRequest(method, uri, fields, body)
  if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') {
    return SIP_VERSION.test(version)
      ? refuse('version', 505, 'Version Not Supported', request)
      : refuse('request-line', 400, 'Bad Request Line', request)
  }
  if (uri === '' || !noneOf(uri, OCTETS.badInUri)) return refuse('request-uri', 400, 'Bad Request-URI', request)
  if (fault) return { ok: false, fault, request }
  return { ok: true, message: request }
}

interface Head {
  readonly fields: HeaderField[]
  /** Where the body begins. */
  readonly bodyAt: number
  /** The declared length; -1 when there is none. */
  readonly contentLength: number
  readonly fault?: SipFault
}

/** Reads header fields up to the empty line. What is malformed is left out and reported, so that an answer can still be built. */
function parseFields(text: string, start: number): Head {
  const fields: HeaderField[] = []
  let contentLength = -1
  let fault: SipFault | undefined
  let position = start
  while (position < text.length) {
    let end = text.indexOf('\r', position)
    if (end === position && text.charCodeAt(end + 1) === LF) return head(fields, end + 2, contentLength, fault)
    let folded = false
    for (; end >= 0 && text.charCodeAt(end + 1) === LF; end = text.indexOf('\r', end + 2)) {
      const next = text.charCodeAt(end + 2)
      if (next !== 32 && next !== 9) break
      folded = true
    }
    if (end < 0) return head(fields, text.length, contentLength, bad('line-end', 'Header Field Without Line End'))
    if (text.charCodeAt(end + 1) !== LF) return head(fields, text.length, contentLength, bad('line-end', 'Stray CR'))
    const field = parseField(text, position, end, folded)
    if (typeof field === 'string') fault ??= bad('header', field)
    else {
      if (fields.length >= MESSAGE_LIMITS.headersMax)
        return head(fields, 0, -1, bad('header-count', 'Too Many Header Fields'))
      fields.push(field)
      if (field.key === 'content-length') {
        const length = /^[0-9]{1,9}$/.test(field.value) ? Number(field.value) : -2
        if (length < 0 || (contentLength >= 0 && contentLength !== length))
          fault ??= bad('content-length', 'Bad Content-Length')
        contentLength = Math.max(length, 0)
      }
    }
    position = end + 2
  }
  return head(fields, text.length, contentLength, fault)
}

function head(fields: HeaderField[], bodyAt: number, contentLength: number, fault?: SipFault): Head {
  return fault ? { fields, bodyAt, contentLength, fault } : { fields, bodyAt, contentLength }
}

function bad(code: string, reason: string): SipFault {
  return { code, status: 400, reason }
}

/** Reads the field between `start` and `end`; a string says what is wrong. */
function parseField(text: string, start: number, end: number, folded: boolean): HeaderField | string {
  const colon = text.indexOf(':', start)
  if (colon < 0 || colon >= end) return 'Header Field Without Colon'
  let nameEnd = colon
  while (nameEnd > start && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd--
  const name = text.slice(start, nameEnd)
  let key = knownHeaderKey(name)
  if (key === undefined) {
    if (!isToken(name)) return 'Bad Header Field Name'
    key = name.toLowerCase()
  }
  let from = colon + 1
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  const value = text.slice(from, to)
  if (value.includes('\n') && !folded) return 'Stray LF'
  return { key, name, value: folded ? unfold(value) : value }
}

/** Also true for CR and LF, which stand here only in folds. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === CR || code === LF
}

/** RFC 3261 7.3.1: a fold is one space. A lone LF inside a folded value becomes a space too, so it can never end a line later. */
function unfold(value: string): string {
  return value.replace(/[ \t]*\r\n[ \t]+/g, ' ').replace(/\n/g, ' ')
}

/** RFC 3261 18.3: octets beyond Content-Length are dropped; fewer are an error; without the field the rest is the body. */
function cutBody(text: string, { bodyAt, contentLength }: Head): { body: string; fault?: SipFault } {
  const present = text.length - bodyAt
  if (contentLength < 0) return { body: text.slice(bodyAt) }
  if (contentLength > present) return { body: '', fault: bad('content-length', 'Content-Length Beyond Message') }
  return { body: text.slice(bodyAt, bodyAt + contentLength) }
}
