import { isToken } from './grammar.ts'
import { formatParams, type Params, param, parseParams, withParam } from './params.ts'
import { bareHost, parseHostPort } from './uri.ts'

/** One value of Via (RFC 3261 20.42). */
export interface Via {
  /** As written: `UDP`, `TCP`, `TLS`, `WS`, `WSS` or anything else. */
  readonly transport: string
  /** sent-by, with the brackets of an IPv6 reference. */
  readonly host: string
  readonly port?: number
  readonly params: Params
  readonly branch?: string
  /** Where the message really came from, without brackets (RFC 5118 4.5: some write them). */
  readonly received?: string
  /** RFC 3581: null when the sender asks for it, a number when it is filled in. */
  readonly rport?: number | null
}

/** RFC 3261 8.1.1.7: a branch that begins so names the transaction by itself. */
export const BRANCH_COOKIE = 'z9hG4bK'

const VIA =
  /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+([^ \t;]+(?:[ \t]*:[ \t]*[0-9]+)?)[ \t]*(?=;|$)/i

/** Reads one value (not a list); nothing when it is malformed. */
export function parseVia(text: string): Via | undefined {
  return parsePlain(text) ?? parseSpaced(text)
}

const PLAIN = 'SIP/2.0/'

/** The way in which nearly everybody writes a Via, read without a regular expression. */
function parsePlain(text: string): Via | undefined {
  if (!text.startsWith(PLAIN)) return undefined
  const space = text.indexOf(' ', PLAIN.length)
  const semicolon = text.indexOf(';', space)
  const end = semicolon < 0 ? text.length : semicolon
  const transport = text.slice(PLAIN.length, space)
  const place = space < 0 ? undefined : parseHostPort(text.slice(space + 1, end))
  return place && isToken(transport) ? finish(transport, place, parseParams(text, end)) : undefined
}

/** Spaces may stand around each slash and colon. */
function parseSpaced(text: string): Via | undefined {
  const match = VIA.exec(text)
  const place = match ? parseHostPort(match[2]!.replace(/[ \t]+/g, '')) : undefined
  return match && place ? finish(match[1]!, place, parseParams(text, match[0].length)) : undefined
}

const VIA_PLACE = /^SIP[ \t]*\/[ \t]*[0-9.]+[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+([^ \t;,]+)/i

/** Reads only transport and sent-by, of any SIP version and with whatever behind it: where to answer a request that is malformed. */
export function parseViaPlace(text: string): Via | undefined {
  const match = VIA_PLACE.exec(text)
  const place = match ? parseHostPort(match[2]!) : undefined
  return match && place ? { transport: match[1]!, ...place, params: [] } : undefined
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function finish(
  transport: string,
  place: { host: string; port?: number },
  params: Params | undefined,
): Via | undefined {
  if (!params) return undefined
  const via: Mutable<Via> = { transport, host: place.host, params }
  if (place.port !== undefined) via.port = place.port
  const branch = param(params, 'branch')
  if (branch) via.branch = branch
  const received = param(params, 'received')
  if (received) via.received = bareHost(received)
  const rport = param(params, 'rport')
  if (rport === undefined) return via
  if (rport !== '' && (!/^[0-9]{1,5}$/.test(rport) || Number(rport) > 65_535)) return undefined
  via.rport = rport === '' ? null : Number(rport)
  return via
}

/** The value as text. */
export function formatVia(via: Via): string {
  const place = via.port === undefined ? via.host : `${via.host}:${via.port}`
  return `SIP/2.0/${via.transport} ${place}${formatParams(via.params)}`
}

/**
 * The Via with where the message came from: `received` when it differs from sent-by or when rport is asked for
 * (RFC 3261 18.2.1, RFC 3581 4), and rport when it is asked for. `received` is written without brackets (RFC 5118 4.5).
 */
export function stampVia(via: Via, source: { readonly address: string; readonly port: number }): Via {
  let params = via.params
  const asked = via.rport !== undefined
  if (asked || bareHost(via.host).toLowerCase() !== source.address.toLowerCase()) {
    params = withParam(params, 'received', source.address)
  } else params = withParam(params, 'received', undefined)
  if (asked) params = withParam(params, 'rport', String(source.port))
  return finish(via.transport, via, params) ?? via
}
