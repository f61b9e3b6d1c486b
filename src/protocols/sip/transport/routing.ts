import { param } from '../message/params.ts'
import type { SipUri } from '../message/uri.ts'
import { bareHost } from '../message/uri.ts'
import type { Via } from '../message/via.ts'
import type { Target, TransportName } from './transport.ts'

const NAMES: readonly string[] = ['udp', 'tcp', 'tls', 'ws', 'wss']

/** The transport of this name in any case; nothing for one that we do not know. */
export function transportName(text: string): TransportName | undefined {
  const name = text.toLowerCase()
  return NAMES.includes(name) ? (name as TransportName) : undefined
}

/** RFC 3261 19.1.2, RFC 7118 5: the port where none is named. */
export function defaultPort(transport: TransportName): number {
  if (transport === 'ws') return 80
  if (transport === 'wss') return 443
  return transport === 'tls' ? 5061 : 5060
}

/**
 * Where the answer to a request goes (RFC 3261 18.2.2, RFC 3581 4): back over its connection; over UDP to the address that
 * it came from, at its source port when rport asks for it, else at the port of sent-by.
 *
 * DEVIATION: `maddr` is ignored, since with it a stranger would send our answers to somebody else.
 */
export function replyTarget(via: Via | undefined, source: Target): Target {
  if (source.transport !== 'udp' || via?.rport !== undefined) return source
  return { ...source, port: via?.port ?? defaultPort('udp') }
}

/** Where a response that carries this top Via goes, when nothing is known but the Via: what a proxy does after it has removed its own. */
export function responseTarget(via: Via): Target | undefined {
  const transport = transportName(via.transport)
  if (!transport) return undefined
  const address = via.received ?? bareHost(via.host)
  return { transport, address, port: via.rport ?? via.port ?? defaultPort(transport) }
}

/** Where a request with this next hop goes, without a look at DNS: the transport parameter, else UDP, or TLS for sips. */
export function uriTarget(uri: SipUri): Target | undefined {
  const named = param(uri.params, 'transport')
  const transport = named === undefined ? (uri.scheme === 'sips' ? 'tls' : 'udp') : transportName(named)
  if (!transport) return undefined
  const address = bareHost(param(uri.params, 'maddr') ?? uri.host)
  const secure = uri.scheme === 'sips' && transport === 'tcp' ? 'tls' : transport
  return { transport: secure, address, port: uri.port ?? defaultPort(secure) }
}
