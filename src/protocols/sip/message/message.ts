import { SIP_ERRORS } from './errors.ts'
import { octetsOf, parseDigits, splitList, utf8Text } from './grammar.ts'
import { type HeaderKey, headerKey } from './header-names.ts'
import { CSEQ_MAX, DELTA_SECONDS_MAX, MESSAGE_LIMITS } from './limits.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { parseUri, type SipUri } from './uri.ts'
import { parseVia, parseViaPlace, type Via } from './via.ts'

/** One header field as it came: the name in its own spelling, the value unfolded and trimmed, one character for one octet. */
export interface HeaderField {
  readonly key: HeaderKey
  readonly name: string
  readonly value: string
}

/** CSeq (RFC 3261 20.16). */
export interface CSeq {
  readonly number: number
  readonly method: string
}

interface Memo {
  via?: readonly Via[] | undefined
  from?: NameAddr | undefined
  to?: NameAddr | undefined
  cseq?: CSeq | undefined
  contact?: readonly NameAddr[] | undefined
  route?: readonly NameAddr[] | undefined
  'record-route'?: readonly NameAddr[] | undefined
}

const CSEQ = /^([0-9]+)[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/
const LINE_BREAKS = /[\r\n\0]+/g

/**
 * What requests and responses have in common. Header values are read when they are asked for, and kept. An accessor
 * throws `sip.header.malformed` or `sip.header.missing` where the field cannot be read; on a message that passed
 * `checkRequest` or `checkResponse` none of them throws.
 */
export abstract class SipMessage {
  #fields: HeaderField[]
  #memo: Memo = {}
  /** The body, one character for one octet. */
  body: string

  constructor(fields: HeaderField[], body: string) {
    this.#fields = fields
    this.body = body
  }

  /** The first line without its line end. */
  abstract get startLine(): string

  /** All header fields in their order. */
  get fields(): readonly HeaderField[] {
    return this.#fields
  }

  /** The value of the first field of this name, compact or long. */
  get(name: string): string | undefined {
    return this.#first(headerKey(name))
  }

  #first(key: HeaderKey): string | undefined {
    for (const field of this.#fields) if (field.key === key) return field.value
    return undefined
  }

  /** The values of all fields of this name, each as it stands (a comma-separated line is one value). */
  getAll(name: string): string[] {
    const key = headerKey(name)
    const values: string[] = []
    for (const field of this.#fields) if (field.key === key) values.push(field.value)
    return values
  }

  /** The values of all fields of this name, with comma-separated lines taken apart. */
  list(name: string): string[] {
    const values: string[] = []
    for (const line of this.getAll(name)) {
      if (line.includes(',')) values.push(...splitList(line))
      else if (line !== '') values.push(line)
    }
    return values
  }

  /** Whether there is a field of this name. */
  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Whether a comma-separated field such as Supported or Require names this token (in any case). */
  hasToken(name: string, token: string): boolean {
    return this.list(name).some((value) => value.toLowerCase() === token.toLowerCase())
  }

  /** Replaces all fields of this name by these, at the place of the first one or at the end. */
  set(name: string, ...values: readonly (string | number)[]): this {
    const key = this.#touch(name)
    const at = this.#fields.findIndex((field) => field.key === key)
    const added = values.map((value) => fieldOf(name, key, value))
    if (at < 0) this.#fields.push(...added)
    else {
      const rest = this.#fields.slice(at).filter((field) => field.key !== key)
      this.#fields = [...this.#fields.slice(0, at), ...added, ...rest]
    }
    return this
  }

  /** Adds a field after all others. */
  append(name: string, value: string | number): this {
    this.#fields.push(fieldOf(name, this.#touch(name), value))
    return this
  }

  /** Adds a field before the first one of its name, or before all others. */
  prepend(name: string, value: string | number): this {
    const key = this.#touch(name)
    const at = this.#fields.findIndex((field) => field.key === key)
    this.#fields.splice(Math.max(0, at), 0, fieldOf(name, key, value))
    return this
  }

  /** Removes all fields of this name. */
  remove(name: string): this {
    const key = this.#touch(name)
    this.#fields = this.#fields.filter((field) => field.key !== key)
    return this
  }

  /** Removes the first value of a list such as Via or Route, leaving what shares its line. */
  removeFirst(name: string): this {
    return this.#changeFirst(name, undefined)
  }

  /** Replaces the first value of a list such as Via or Route, leaving what shares its line. */
  setFirst(name: string, value: string): this {
    return this.#changeFirst(name, value)
  }

  #changeFirst(name: string, value: string | undefined): this {
    const key = this.#touch(name)
    const at = this.#fields.findIndex((field) => field.key === key)
    if (at < 0) return value === undefined ? this : this.append(name, value)
    const field = this.#fields[at]!
    const rest = splitList(field.value).slice(1)
    const line = value === undefined ? rest : [value, ...rest]
    if (line.length === 0) this.#fields.splice(at, 1)
    else this.#fields[at] = fieldOf(field.name, key, line.join(', '))
    return this
  }

  #touch(name: string): HeaderKey {
    const key = headerKey(name)
    if (key in this.#memo) this.#memo[key as keyof Memo] = undefined
    return key
  }

  /** Sets body and Content-Type; text that is not octets already goes out in UTF-8. */
  setBody(content: string | Uint8Array, contentType?: string): this {
    this.body = octetsOf(content)
    if (contentType !== undefined) this.set('Content-Type', contentType)
    else if (this.body === '') this.remove('Content-Type')
    return this
  }

  /** The body as text of people (UTF-8). */
  get bodyText(): string {
    return utf8Text(this.body)
  }

  /** The body as bytes. */
  get bodyBytes(): Uint8Array {
    return Buffer.from(this.body, 'latin1')
  }

  /** The media type in lower case without parameters, such as `application/sdp`. */
  get contentType(): string | undefined {
    const value = this.get('content-type')
    return value === undefined ? undefined : value.split(';', 1)[0]!.trim().toLowerCase()
  }

  /** All values of Via, the nearest hop first. */
  get vias(): readonly Via[] {
    return (this.#memo.via ??= this.#parseList('via', parseVia))
  }

  /** The nearest hop's Via. */
  get via(): Via {
    return this.vias[0] ?? missing('Via')
  }

  /** The nearest hop's Via, or as much of it as an answer needs (transport and sent-by), or nothing. */
  get firstVia(): Via | undefined {
    const line = this.#first('via')
    if (line === undefined) return undefined
    return this.#memo.via?.[0] ?? parseVia(splitList(line)[0]!) ?? parseViaPlace(line)
  }

  get from(): NameAddr {
    return (this.#memo.from ??= this.#parseOne('from', 'From'))
  }

  get to(): NameAddr {
    return (this.#memo.to ??= this.#parseOne('to', 'To'))
  }

  get cseq(): CSeq {
    return (this.#memo.cseq ??= parseCSeq(this.#first('cseq') ?? missing('CSeq')))
  }

  get callId(): string {
    return this.#first('call-id') || missing('Call-ID')
  }

  /** The values of Contact; `*` of a REGISTER that removes everything is a value whose uri is `*`. */
  get contacts(): readonly NameAddr[] {
    return (this.#memo.contact ??=
      this.#first('contact') === '*' ? [{ uri: '*', params: [] }] : this.#parseList('contact', parseNameAddr))
  }

  get routes(): readonly NameAddr[] {
    return (this.#memo.route ??= this.#parseList('route', parseNameAddr))
  }

  get recordRoutes(): readonly NameAddr[] {
    return (this.#memo['record-route'] ??= this.#parseList('record-route', parseNameAddr))
  }

  /** Max-Forwards, 0 to 255, or nothing. */
  get maxForwards(): number | undefined {
    return this.#parseNumber('max-forwards', 'Max-Forwards', 255)
  }

  /** Expires in seconds, or nothing when it is absent or malformed (RFC 3261 10.3 then takes the default). */
  get expires(): number | undefined {
    const text = this.#first('expires')
    const seconds = text === undefined ? undefined : parseDigits(text, DELTA_SECONDS_MAX)
    return seconds === undefined ? undefined : Math.min(seconds, DELTA_SECONDS_MAX)
  }

  #parseNumber(key: HeaderKey, name: string, max: number): number | undefined {
    const text = this.#first(key)
    if (text === undefined) return undefined
    const value = parseDigits(text, max)
    return value === undefined || value > max ? malformed(name) : value
  }

  #parseOne(key: HeaderKey, name: string): NameAddr {
    return parseNameAddr(this.#first(key) ?? missing(name)) ?? malformed(name)
  }

  #parseList<T>(key: HeaderKey, parse: (text: string) => T | undefined): readonly T[] {
    const values: T[] = []
    for (const { key: other, value } of this.#fields) {
      if (other !== key) continue
      const parts = value.includes(',') ? splitList(value) : [value]
      if (values.length + parts.length > MESSAGE_LIMITS.listMax) return malformed(key)
      for (const part of parts) values.push(parse(part) ?? malformed(key))
    }
    return values
  }

  /** The message as a string with one character for one octet. Content-Length is that of the body, whatever was set. */
  toString(): string {
    let text = `${this.startLine}\r\n`
    let counted = false
    for (const { key, name, value } of this.#fields) {
      if (key !== 'content-length') text += `${name}: ${value}\r\n`
      else if (!counted) {
        text += `${name}: ${this.body.length}\r\n`
        counted = true
      }
    }
    if (!counted) text += `Content-Length: ${this.body.length}\r\n`
    return `${text}\r\n${this.body}`
  }

  /** The message as it goes on the wire. */
  toBytes(): Uint8Array {
    return Buffer.from(this.toString(), 'latin1')
  }
}

/** A request. */
export class SipRequest extends SipMessage {
  readonly kind = 'request'
  readonly method: string
  /** The Request-URI's text. */
  uri: string
  /** The text that `#sipUri` was read from. */
  #readUri: string | undefined
  #sipUri: SipUri | undefined

  constructor(method: string, uri: string, fields: HeaderField[] = [], body = '') {
    super(fields, body)
    this.method = method
    this.uri = uri
  }

  get startLine(): string {
    return `${this.method} ${this.uri} SIP/2.0`
  }

  /** The Request-URI read as a SIP or SIPS URI; nothing when it is of another scheme or malformed. */
  get sipUri(): SipUri | undefined {
    if (this.#readUri !== this.uri) {
      this.#readUri = this.uri
      this.#sipUri = parseUri(this.uri)
    }
    return this.#sipUri
  }

  /** A copy whose header fields and body can be changed by themselves. */
  clone(): SipRequest {
    return new SipRequest(this.method, this.uri, [...this.fields], this.body)
  }
}

/** A response. */
export class SipResponse extends SipMessage {
  readonly kind = 'response'
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, fields: HeaderField[] = [], body = '') {
    super(fields, body)
    this.status = status
    this.reason = reason
  }

  get startLine(): string {
    return `SIP/2.0 ${this.status} ${this.reason}`
  }

  /** A copy whose header fields and body can be changed by themselves. */
  clone(): SipResponse {
    return new SipResponse(this.status, this.reason, [...this.fields], this.body)
  }
}

/** Either kind, told apart by `kind`. */
export type AnySipMessage = SipRequest | SipResponse

/** A field of a value that cannot end its line: line breaks and nulls become spaces. */
export function fieldOf(name: string, key: HeaderKey, value: string | number): HeaderField {
  return { key, name, value: typeof value === 'number' ? String(value) : octetsOf(value).replace(LINE_BREAKS, ' ') }
}

function parseCSeq(text: string): CSeq {
  const match = CSEQ.exec(text)
  const number = match ? Number(match[1]) : Number.POSITIVE_INFINITY
  return match && number <= CSEQ_MAX ? { number, method: match[2]! } : malformed('CSeq')
}

function missing(name: string): never {
  throw SIP_ERRORS['sip.header.missing']({ name })
}

function malformed(name: string): never {
  throw SIP_ERRORS['sip.header.malformed']({ name })
}
