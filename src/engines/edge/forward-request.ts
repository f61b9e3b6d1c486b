import type { FlowToken } from '#protocols/control'
import { param, parseUri, type SipRequest } from '#protocols/sip'
import type { Flow, FlowTokens } from './flow-token.ts'
import type { OwnAddress } from './own-address.ts'

/** RFC 3261 16.6 step 3. */
const MAX_FORWARDS_DEFAULT = 70

/** Requests that may make a dialog: their Record-Route keeps the dialog on this edge. */
const MAKES_DIALOG: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'])

/** Words of identity that only a trusted peer may say (RFC 3325 5, and its forerunner). */
const IDENTITY: readonly string[] = ['P-Asserted-Identity', 'Remote-Party-ID', 'P-Asserted-Service']

/** How a request leaves this edge. */
export interface Departure {
  readonly branch: string
  /** The transport that stands in the Via, such as `UDP`. */
  readonly transport: string
  /** The flow on the outer side: in the Record-Route, so that requests in the dialog find it from either end. */
  outer(): FlowToken
  readonly outerTransport: string
  readonly uri?: string
}

/** The copy that is sent on (RFC 3261 16.6): Request-URI, Max-Forwards, Record-Route and Via are this hop's. */
export function departing(request: SipRequest, own: OwnAddress, departure: Departure): SipRequest {
  const out = request.clone()
  if (departure.uri !== undefined) out.uri = departure.uri
  out.set('Max-Forwards', Math.max(0, (request.maxForwards ?? MAX_FORWARDS_DEFAULT + 1) - 1))
  if (MAKES_DIALOG.has(request.method)) {
    out.prepend('Record-Route', `<${recordRouteOf(request, own, departure)};lr>`)
  }
  const place = own.placeOf(departure.transport.toLowerCase())
  return out.prepend('Via', `SIP/2.0/${departure.transport} ${place};branch=${departure.branch};rport`)
}

/** RFC 3261 16.6 step 4: "the URI placed in the Record-Route header field value MUST be a SIPS URI" where the request's is one. */
function recordRouteOf(request: SipRequest, own: OwnAddress, { outer, outerTransport }: Departure): string {
  const place = own.placeOf(outerTransport)
  if (outerTransport === 'tls' && request.sipUri?.scheme === 'sips') return `sips:${outer()}@${place}`
  return `sip:${outer()}@${place}${outerTransport === 'udp' ? '' : `;transport=${outerTransport}`}`
}

/** Removes what a stranger says of who he is. */
export function stripIdentity(request: SipRequest): void {
  for (const name of IDENTITY) if (request.has(name)) request.remove(name)
}

/** What the Route of a request told us. */
export interface RouteReading {
  /** The flow in the last of our own Route values that had one. */
  readonly flow?: Flow
  /** Whether a Route value (or, from a strict router, the Request-URI) was ours and had a token that holds. */
  readonly vouched: boolean
}

/**
 * Takes our own values off the front of Route and reads their tokens (RFC 3261 16.4). Changes the request. A value of another edge of
 * the pool, which has the same key, is ours as well: its token holds here, whatever its host, so a dialog outlives its edge.
 */
export function readOwnRoutes(request: SipRequest, own: OwnAddress, tokens: FlowTokens): RouteReading {
  let flow = undoStrictRoute(request, tokens)
  for (;;) {
    const uri = parseUri(request.routes[0]?.uri ?? '')
    const token = uri?.user === undefined ? undefined : tokens.open(uri.user)
    if (!uri || !(token || own.is(uri))) break
    flow = token ?? flow
    request.removeFirst('Route')
  }
  return flow ? { flow, vouched: true } : { vouched: false }
}

/** RFC 3261 16.4: a strict router put our Record-Route into the Request-URI and the real one at the end of Route. */
function undoStrictRoute(request: SipRequest, tokens: FlowTokens): Flow | undefined {
  const { sipUri: uri } = request
  const last = request.routes.at(-1)
  if (!last || uri?.user === undefined || param(uri.params, 'lr') === undefined) return undefined
  const flow = tokens.open(uri.user)
  if (!flow) return undefined
  request.uri = last.uri
  const rest = request.list('route').slice(0, -1)
  if (rest.length === 0) request.remove('Route')
  else request.set('Route', ...rest)
  return flow
}
