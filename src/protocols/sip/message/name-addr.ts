import { isSpace, noneOf, OCTETS, quote, quotedEnd, skipSpace, unquote, utf8Octets, utf8Text } from './grammar.ts'
import { formatParams, type Params, param, parseParams, withParam } from './params.ts'
import { schemeOf } from './uri.ts'

/** A value of From, To, Contact, Route, Record-Route, Refer-To and their like: a name, a URI and the field's parameters. */
export interface NameAddr {
  /** The display name as text of people (UTF-8 read, quotes removed). */
  readonly display?: string
  /** The URI's text as it was written, without `<>`. */
  readonly uri: string
  /** The field's parameters, not the URI's. */
  readonly params: Params
  /** The `tag` parameter, for From and To. */
  readonly tag?: string
}

/** Tokens and spaces; octets above 127 too, since phones write UTF-8 names without quotes. */
const PLAIN_DISPLAY = /^[A-Za-z0-9\-.!%*_+`'~ \t\x80-\xff]*$/

/** Reads one value (not a list); nothing when it is malformed. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const start = skipSpace(text, 0)
  let display: string | undefined
  let open: number
  if (text.charCodeAt(start) === 34) {
    const end = quotedEnd(text, start)
    if (end < 0) return undefined
    display = utf8Text(unquote(text.slice(start, end)))
    open = skipSpace(text, end)
    if (text.charCodeAt(open) !== 60) return undefined
  } else {
    open = text.indexOf('<', start)
    if (open < 0) return parseAddrSpec(text, start)
    const words = text.slice(start, open)
    if (!PLAIN_DISPLAY.test(words)) {
      // The `<` may belong to a quoted parameter of an address without `<>`.
      return words.includes(';') ? parseAddrSpec(text, start) : undefined
    }
    const trimmed = words.trim()
    if (trimmed !== '') display = utf8Text(trimmed)
  }
  const close = text.indexOf('>', open)
  return close < 0 ? undefined : finish(display, text.slice(open + 1, close), parseParams(text, close + 1))
}

/** RFC 3261 20: without `<>` every parameter is the field's, and the URI holds no comma, question mark or semicolon. */
function parseAddrSpec(text: string, start: number): NameAddr | undefined {
  let end = start
  while (end < text.length && text.charCodeAt(end) !== 59 && !isSpace(text.charCodeAt(end))) end++
  const uri = text.slice(start, end)
  if (uri.includes('?') || uri.includes(',')) return undefined
  return finish(undefined, uri, parseParams(text, end))
}

function finish(display: string | undefined, uri: string, params: Params | undefined): NameAddr | undefined {
  if (!params || !noneOf(uri, OCTETS.badInUri) || !hasScheme(uri)) return undefined
  const tag = params.length === 0 ? undefined : param(params, 'tag')
  if (display === undefined) return tag === undefined ? { uri, params } : { uri, params, tag }
  return tag === undefined ? { display, uri, params } : { display, uri, params, tag }
}

function hasScheme(uri: string): boolean {
  return (uri.startsWith('sip:') && uri.length > 4) || schemeOf(uri) !== undefined
}

/** The value as text, always with `<>` and the display name in quotes. */
export function formatNameAddr(value: NameAddr): string {
  const params = value.tag === undefined ? value.params : withParam(value.params, 'tag', value.tag)
  const name = value.display === undefined ? '' : `${quote(utf8Octets(value.display))} `
  return `${name}<${value.uri}>${formatParams(params)}`
}
