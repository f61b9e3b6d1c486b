import { createHash, randomBytes } from 'node:crypto'

/**
 * SIP as text, as plain as a test phone needs it. It shares no code with the product on purpose: a mistake in the product's parser
 * is not met by the same mistake here.
 */
export interface SipText {
  /** `INVITE sip:… SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly start: string
  /** Lower-case name (compact forms spelt out) → values in order; values joined with commas are split where that is allowed. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  r: 'refer-to',
  k: 'supported',
}

const LISTS = new Set(['via', 'route', 'record-route', 'contact'])

/** Reads one message; undefined if it is none (keep-alives, rubbish). */
export function readSip(text: string): SipText | undefined {
  const end = text.indexOf('\r\n\r\n')
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\r\n[ \t]+/g, ' ')
  const [start = '', ...lines] = head.split('\r\n')
  if (!/^SIP\/2\.0 \d{3}|SIP\/2\.0$/.test(start)) return undefined
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const raw = line.slice(0, colon).trim().toLowerCase()
    const name = COMPACT[raw] ?? raw
    const value = line.slice(colon + 1).trim()
    const values = LISTS.has(name) ? splitList(value) : [value]
    headers.set(name, [...(headers.get(name) ?? []), ...values])
  }
  return { start, headers, body: end < 0 ? '' : text.slice(end + 4) }
}

function splitList(value: string): string[] {
  const parts: string[] = []
  let from = 0
  let closing = ''
  for (let at = 0; at < value.length; at++) {
    const char = value[at]
    if (closing) closing = char === closing ? '' : closing
    else if (char === '"') closing = '"'
    else if (char === '<') closing = '>'
    else if (char === ',') {
      parts.push(value.slice(from, at).trim())
      from = at + 1
    }
  }
  return [...parts, value.slice(from).trim()]
}

/** The first value of a header, or an empty text. */
export function headerOf(message: SipText, name: string): string {
  return message.headers.get(name)?.[0] ?? ''
}

/** The status of a response, 0 for a request. */
export function statusOf(message: SipText): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message.start)?.[1] ?? 0)
}

/** The method of a request, or of the request that a response answers. */
export function methodOf(message: SipText): string {
  return statusOf(message) === 0
    ? (message.start.split(' ')[0] ?? '')
    : (headerOf(message, 'cseq').split(/\s+/)[1] ?? '')
}

/** A parameter such as `tag` or `branch` behind the address. */
export function paramOf(value: string, name: string): string {
  const outside = value.replace(/"[^"]*"/g, '').replace(/^[^<]*<[^>]*>/, '')
  return new RegExp(`;\\s*${name}\\s*=\\s*([^;\\s,]+)`, 'i').exec(outside)?.[1] ?? ''
}

/** The URI of a header such as Contact, without its brackets. */
export function uriOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? ''
}

/** Where a URI says that it is: host and port (5060 if none). */
export function placeOf(uri: string): { host: string; port: number } {
  const match = /^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?]+)(?::(\d+))?/.exec(uri)
  return { host: match?.[1] ?? '', port: Number(match?.[2] ?? 5060) }
}

/** Writes a message; Content-Length is added. */
export function writeSip(start: string, headers: readonly (readonly [string, string])[], body = ''): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return `${[start, ...lines, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`
}

/** A random token for tags, branches and Call-IDs. */
export function token(): string {
  return randomBytes(8).toString('hex')
}

/** The Authorization value that answers a challenge (RFC 7616; MD5 and SHA-256, with and without qop). */
export function answerChallenge(
  challenge: string,
  request: { readonly method: string; readonly uri: string; readonly user: string; readonly password: string },
): string {
  const field = (name: string) => new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(challenge)
  const get = (name: string) => field(name)?.[1] ?? field(name)?.[2] ?? ''
  const algorithm = get('algorithm') || 'MD5'
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const ha1 = hash(`${request.user}:${get('realm')}:${request.password}`)
  const ha2 = hash(`${request.method}:${request.uri}`)
  const qop = get('qop').split(',').includes('auth') ? 'auth' : ''
  const cnonce = token()
  const response = qop
    ? hash(`${ha1}:${get('nonce')}:00000001:${cnonce}:auth:${ha2}`)
    : hash(`${ha1}:${get('nonce')}:${ha2}`)
  const opaque = get('opaque')
  return [
    `Digest username="${request.user}", realm="${get('realm')}", nonce="${get('nonce')}", uri="${request.uri}"`,
    `response="${response}", algorithm=${algorithm}`,
    ...(opaque ? [`opaque="${opaque}"`] : []),
    ...(qop ? [`qop=auth, nc=00000001, cnonce="${cnonce}"`] : []),
  ].join(', ')
}
