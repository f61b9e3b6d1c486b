import { isIPv6 } from 'node:net'
import { allOf, OCTETS, utf8Octets, utf8Text } from './grammar.ts'
import { MESSAGE_LIMITS } from './limits.ts'
import { type Params, param } from './params.ts'

/** A SIP or SIPS URI (RFC 3261 19.1). User, password, parameters and headers keep their escapes; the host keeps its `[]`. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  readonly user?: string
  readonly password?: string
  readonly host: string
  readonly port?: number
  readonly params: Params
  /** What stands after `?`, still escaped. It never becomes header fields by itself. */
  readonly headers?: string
}

const USER = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/#]|%[0-9A-Fa-f]{2})+$/
const PASSWORD = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*$/
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?$/
const URI_PARAM = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+$/
const URI_HEADERS = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$=&;,]|%[0-9A-Fa-f]{2})*$/
const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/

/** The scheme in lower case, of any URI; nothing when the text is no URI. */
export function schemeOf(text: string): string | undefined {
  const colon = text.indexOf(':')
  if (colon <= 0) return undefined
  const scheme = text.slice(0, colon)
  return SCHEME.test(scheme) && colon + 1 < text.length ? scheme.toLowerCase() : undefined
}

/** Reads a SIP or SIPS URI; nothing when it is malformed or of another scheme. */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(':')
  const scheme = colon === 3 || colon === 4 ? text.slice(0, colon).toLowerCase() : ''
  if (scheme !== 'sip' && scheme !== 'sips') return undefined
  const at = text.indexOf('@', colon)
  const userInfo = at < 0 ? undefined : text.slice(colon + 1, at)
  const rest = at < 0 ? text.slice(colon + 1) : text.slice(at + 1)
  const question = rest.indexOf('?')
  const headers = question < 0 ? undefined : rest.slice(question + 1)
  const hostAndParams = question < 0 ? rest : rest.slice(0, question)
  if (headers !== undefined && !URI_HEADERS.test(headers)) return undefined
  const semicolon = hostAndParams.indexOf(';')
  const place = parseHostPort(semicolon < 0 ? hostAndParams : hostAndParams.slice(0, semicolon))
  const params = semicolon < 0 ? [] : parseUriParams(hostAndParams.slice(semicolon + 1))
  const person = userInfo === undefined ? {} : parseUserInfo(userInfo)
  if (!place || !params || !person) return undefined
  return { scheme, ...person, ...place, params, ...(headers === undefined ? {} : { headers }) }
}

function parseUserInfo(text: string): { user: string; password?: string } | undefined {
  const colon = text.indexOf(':')
  const user = colon < 0 ? text : text.slice(0, colon)
  if (!USER.test(user)) return undefined
  if (colon < 0) return { user }
  const password = text.slice(colon + 1)
  return PASSWORD.test(password) ? { user, password } : undefined
}

function parseUriParams(text: string): Params | undefined {
  const params: [string, string | null][] = []
  for (const part of text.split(';', MESSAGE_LIMITS.paramsMax + 1)) {
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    const value = equals < 0 ? null : part.slice(equals + 1)
    if (!URI_PARAM.test(name) || (value !== null && !URI_PARAM.test(value))) return undefined
    params.push([name, value])
  }
  return params.length > MESSAGE_LIMITS.paramsMax ? undefined : params
}

/** Reads `host`, `host:port`, `[v6]` or `[v6]:port`; nothing when it is none of them. */
export function parseHostPort(text: string): { host: string; port?: number } | undefined {
  let end: number
  if (text.charCodeAt(0) === 91) {
    end = text.indexOf(']') + 1
    const host = end > 0 ? normalHost(text.slice(0, end)) : undefined
    return host === undefined ? undefined : withPort(host, text.slice(end))
  }
  end = text.indexOf(':')
  const host = end < 0 ? text : text.slice(0, end)
  if (!HOST_NAME.test(host)) return undefined
  return end < 0 ? { host } : withPort(host, text.slice(end))
}

function withPort(host: string, text: string): { host: string; port?: number } | undefined {
  if (text === '') return { host }
  const digits = text.slice(1)
  if (text.charCodeAt(0) !== 58 || digits === '' || digits.length > 5 || !allOf(digits, OCTETS.digit)) return undefined
  const port = Number(digits)
  return port > 65_535 ? undefined : { host, port }
}

/**
 * A reference in brackets as we write it. RFC 5118 4.10: the grammar of RFC 3261 makes some write three colons before an IPv4
 * part; the third is ignored.
 */
function normalHost(reference: string): string | undefined {
  const address = reference.slice(1, -1)
  if (isIPv6(address)) return reference
  const mended = address.replace(':::', '::')
  return isIPv6(mended) ? `[${mended}]` : undefined
}

/** The host as sockets want it: without the brackets of an IPv6 reference. */
export function bareHost(host: string): string {
  return host.charCodeAt(0) === 91 ? host.slice(1, -1) : host
}

/** The address as URIs and Via want it: an IPv6 address in brackets. */
export function bracketed(address: string): string {
  return address.includes(':') && address.charCodeAt(0) !== 91 ? `[${address}]` : address
}

/** The URI as text. */
export function formatUri(uri: SipUri): string {
  let text = `${uri.scheme}:`
  if (uri.user !== undefined) text += uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`
  text += uri.port === undefined ? uri.host : `${uri.host}:${uri.port}`
  for (const [name, value] of uri.params) text += value === null ? `;${name}` : `;${name}=${value}`
  return uri.headers === undefined ? text : `${text}?${uri.headers}`
}

/** Octets with their %-escapes undone, as text of people; a null stays a null and ends nothing. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text
  return utf8Text(text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
}

/** A person's text as it may stand in the user part. */
export function escapeUser(text: string): string {
  return utf8Octets(text).replace(
    /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** RFC 3261 19.1.4: these, when only one of the two URIs has them, make them different. */
const DECIDING_PARAMS = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URIs are equal by the rules of RFC 3261 19.1.4. */
export function sameUri(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    sameEscaped(a.user, b.user) &&
    sameEscaped(a.password, b.password) &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    sameParams(a.params, b.params) &&
    sameHeaders(a.headers, b.headers)
  )
}

function sameEscaped(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a === b || unescapeUri(a) === unescapeUri(b)
}

function sameParams(a: Params, b: Params): boolean {
  for (const [name, value] of a) {
    const other = param(b, name.toLowerCase())
    if (other === undefined ? DECIDING_PARAMS.includes(name.toLowerCase()) : !sameText(value ?? '', other)) return false
  }
  return b.every(([name]) => {
    const key = name.toLowerCase()
    return !DECIDING_PARAMS.includes(key) || param(a, key) !== undefined
  })
}

function sameText(a: string, b: string): boolean {
  return unescapeUri(a).toLowerCase() === unescapeUri(b).toLowerCase()
}

function sameHeaders(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true
  // Compared part by part: an escaped ampersand belongs to a value and separates nothing.
  const sorted = (text: string | undefined): string[] =>
    (text ?? '')
      .split('&')
      .map((part) => unescapeUri(part).toLowerCase())
      .sort()
  const others = sorted(b)
  const parts = sorted(a)
  return parts.length === others.length && parts.every((part, index) => part === others[index])
}
