import type { FastifyRequest } from 'fastify'
import type { HttpApiPorts } from './ports.ts'

/** What pages may load: from this server only. Pages get a nonce of their own for styles that are made while they run. */
export const HELMET = {
  global: true,
  enableCSPNonces: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      mediaSrc: ["'self'", 'blob:'],
      manifestSrc: ["'self'"],
      // Mails are shown in frames, each with a policy of its own.
      frameSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // Set where TLS ends: on plain HTTP it means nothing, and on a shared host name it would lock others out.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'no-referrer' as const },
}

/** What a host may be that stands in a policy: what else a request may name must not get there. */
const HOST = /^[a-z0-9.-]{1,253}$|^\[[0-9a-f:.]{2,45}\]$/i

/** The edge's WebSocket at the host of the request, for the policy of a page with a softphone; nothing for a host that is none. */
export function socketSource(
  { hostname, protocol }: Pick<FastifyRequest, 'hostname' | 'protocol'>,
  { softphone }: Pick<HttpApiPorts, 'softphone'>,
): string {
  if (!softphone) return ''
  if (softphone.url !== undefined) return new URL(softphone.url).origin
  return HOST.test(hostname) ? `${protocol === 'https' ? 'wss' : 'ws'}://${hostname}:${softphone.port}` : ''
}

/** What a page may ask of the other machines: their API, `/ws`, and the edge's WebSocket, which is at a port of its own there. */
export function serverSources(servers: readonly string[]): readonly string[] {
  return servers.flatMap((server) => {
    const { protocol, host, hostname } = new URL(server)
    const socket = protocol === 'https:' ? 'wss' : 'ws'
    return [server, `${socket}://${host}`, `${socket}://${hostname}:*`]
  })
}

/** The same policy for a page whose styles carry this nonce, and which connects to these besides its own server. */
export function pagePolicy(nonce: string, connects: readonly string[]): string {
  return Object.entries(HELMET.contentSecurityPolicy.directives)
    .map(([name, sources]) => {
      const more = name === 'styleSrc' ? [`'nonce-${nonce}'`] : name === 'connectSrc' ? connects : []
      const words = [...sources, ...more]
      return `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${words.join(' ')}`
    })
    .join(';')
}
