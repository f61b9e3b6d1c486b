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
  const match = VIA.exec(text)
  if (!match) return undefined
  const sentBy = match[2]!
  const place = parseHostPort(/[ \t]/.test(sentBy) ? sentBy.replace(/[ \t]+/g, '') : sentBy)
  const params = parseParams(text, match[0].length)
  return place && params ? withMeaning({ transport: match[1]!, ...place, params }) : undefined
}

const VIA_PLACE = /^SIP[ \t]*\/[ \t]*[0-9.]+[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+([^ \t;,]+)/i

/** Reads only transport and sent-by, of any SIP version and with whatever behind it: where to answer a request that is malformed. */
export function parseViaPlace(text: string): Via | undefined {
  const match = VIA_PLACE.exec(text)
  const place = match ? parseHostPort(match[2]!) : undefined
  return match && place ? { transport: match[1]!, ...place, params: [] } : undefined
}

function withMeaning(via: Via): Via | undefined {
  const branch = param(via.params, 'branch')
  const received = param(via.params, 'received')
  const rport = param(via.params, 'rport')
  if (rport && !/^[0-9]{1,5}$/.test(rport)) return undefined
  return {
    ...via,
    ...(branch ? { branch } : {}),
    ...(received ? { received: bareHost(received) } : {}),
    ...(rport === undefined ? {} : { rport: rport === '' ? null : Number(rport) }),
  }
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
  return withMeaning({ transport: via.transport, host: via.host, ...port(via), params }) ?? via
}

function port(via: Via): { port?: number } {
  return via.port === undefined ? {} : { port: via.port }
}
