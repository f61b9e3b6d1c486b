import { randomBytes } from 'node:crypto'
import { octetsOf } from './grammar.ts'
import { type HeaderKey, headerKey } from './header-names.ts'
import { fieldOf, type HeaderField, SipRequest, SipResponse } from './message.ts'
import { formatNameAddr, type NameAddr, parseNameAddr } from './name-addr.ts'
import { reasonOf } from './status.ts'
import { BRANCH_COOKIE } from './via.ts'

/** 96 bits: RFC 3261 19.3 asks for 32 of a tag; branch and Call-ID must be unique over space and time. */
const RANDOM_BYTES = 12

function random(): string {
  return randomBytes(RANDOM_BYTES).toString('hex')
}

/** A new branch that begins with the magic cookie. */
export function newBranch(): string {
  return `${BRANCH_COOKIE}${random()}`
}

/** A new tag for From or To. */
export function newTag(): string {
  return random()
}

/** A new Call-ID; the host is left out, as RFC 3261 8.1.1.4 lets us, unless it is given. */
export function newCallId(host?: string): string {
  return host === undefined ? random() : `${random()}@${host}`
}

/** Header fields to add: a list keeps its order and may repeat a name; an undefined value leaves the field out. */
export type HeaderInput =
  | readonly (readonly [name: string, value: string | number | undefined])[]
  | Readonly<Record<string, string | number | readonly string[] | undefined>>

/** What `createRequest` needs; all but the first five have defaults. */
export interface RequestInput {
  readonly method: string
  readonly uri: string
  /** Written as text or as a value; a From without a tag gets a new one. */
  readonly from: NameAddr | string
  readonly to: NameAddr | string
  readonly callId: string
  /** 1 when it is not given. */
  readonly cseq?: number
  /** Values of Via, the nearest hop first. The transaction layer adds its own, so a user agent gives none. */
  readonly via?: readonly string[]
  readonly routes?: readonly string[]
  /** 70 when it is not given. */
  readonly maxForwards?: number
  readonly contact?: string
  readonly headers?: HeaderInput
  readonly body?: string | Uint8Array
  readonly contentType?: string
}

/** Builds a request with the header fields that RFC 3261 8.1.1 requires, in the order that RFC 3261 7.3.1 recommends. */
export function createRequest(input: RequestInput): SipRequest {
  const fields: HeaderField[] = []
  for (const via of input.via ?? []) fields.push(fieldOf('Via', 'via', via))
  for (const route of input.routes ?? []) fields.push(fieldOf('Route', 'route', route))
  fields.push(fieldOf('Max-Forwards', 'max-forwards', input.maxForwards ?? 70))
  fields.push(fieldOf('From', 'from', tagged(textOf(input.from))))
  fields.push(fieldOf('To', 'to', textOf(input.to)))
  fields.push(fieldOf('Call-ID', 'call-id', input.callId))
  fields.push(fieldOf('CSeq', 'cseq', `${input.cseq ?? 1} ${input.method}`))
  if (input.contact !== undefined) fields.push(fieldOf('Contact', 'contact', input.contact))
  addHeaders(fields, input.headers)
  return new SipRequest(input.method, input.uri, fields, withBody(fields, input))
}

/** What may be chosen of a response. */
export interface ResponseInput {
  readonly reason?: string
  /** Set on To when the request's To has no tag; 100 never gets one. A new one is made when none is given. */
  readonly toTag?: string
  readonly headers?: HeaderInput
  readonly body?: string | Uint8Array
  readonly contentType?: string
}

/**
 * Builds a response as RFC 3261 8.2.6 says: Via, From, To, Call-ID and CSeq come from the request as they are, and
 * Record-Route too where the response makes a dialog (12.1.1). Works on a request that could not be read wholly.
 */
export function responseTo(request: SipRequest, status: number, input: ResponseInput = {}): SipResponse {
  const fields: HeaderField[] = []
  const makesDialog = status > 100 && status < 300 && (request.method === 'INVITE' || request.method === 'SUBSCRIBE')
  for (const field of request.fields) {
    if (COPIED.has(field.key)) fields.push(field)
    else if (field.key === 'to') fields.push(status === 100 ? field : withToTag(field, input.toTag))
    else if (field.key === 'record-route' && makesDialog) fields.push(field)
    else if (field.key === 'timestamp' && status === 100) fields.push(field)
  }
  addHeaders(fields, input.headers)
  const reason = octetsOf(input.reason ?? reasonOf(status)).replace(/[\r\n\0]+/g, ' ')
  return new SipResponse(status, reason, fields, withBody(fields, input))
}

const COPIED: ReadonlySet<HeaderKey> = new Set(['via', 'from', 'call-id', 'cseq'])
const HAS_TAG = /;[ \t]*tag[ \t]*=/i

function withToTag(field: HeaderField, tag: string | undefined): HeaderField {
  if (hasTag(field.value)) return field
  return { ...field, value: `${field.value};tag=${tag ?? newTag()}` }
}

function tagged(text: string): string {
  return hasTag(text) ? text : `${text};tag=${newTag()}`
}

/** A value that cannot be read, which a 400 repeats, is looked at as text; any other as what it is, since a quoted parameter may look like a tag. */
function hasTag(text: string): boolean {
  const value = parseNameAddr(text)
  return value ? value.tag !== undefined : HAS_TAG.test(text.slice(text.lastIndexOf('>') + 1))
}

function textOf(value: NameAddr | string): string {
  return typeof value === 'string' ? value : formatNameAddr(value)
}

function withBody(fields: HeaderField[], input: Pick<ResponseInput, 'body' | 'contentType'>): string {
  const body = input.body === undefined ? '' : octetsOf(input.body)
  if (body !== '') fields.push(fieldOf('Content-Type', 'content-type', input.contentType ?? 'application/sdp'))
  return body
}

function addHeaders(fields: HeaderField[], headers: HeaderInput | undefined): void {
  if (!headers) return
  if (isList(headers)) {
    for (const [name, value] of headers) if (value !== undefined) fields.push(fieldOf(name, headerKey(name), value))
    return
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) fields.push(fieldOf(name, headerKey(name), one))
  }
}

function isList(headers: HeaderInput): headers is readonly (readonly [string, string | number | undefined])[] {
  return Array.isArray(headers)
}
