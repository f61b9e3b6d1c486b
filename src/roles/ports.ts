import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { defineErrors } from '#base'

/** What can be wrong with the ports of a start. */
export const PORT_ERRORS = defineErrors({
  'port.taken': {
    sentence: 'port {port} ({what}) on {host} is taken by another program; stop it, or choose another with {option}',
    status: 409,
  },
  'port.address': {
    sentence: '{host} is not an address of this machine; give one of its own with --listen',
    status: 422,
  },
  'port.no-rtp': {
    sentence:
      'all ports for RTP on {host} ({first}-{last}) are taken by other programs; stop them, or choose others with --rtp-ports',
    status: 409,
  },
  'port.unusable': {
    sentence: 'port {port} ({what}) on {host} cannot be opened: {problem}; choose another with {option}',
    status: 409,
  },
})

/** A port that a start needs, and by which setting another is chosen. */
export interface WantedPort {
  readonly protocol: 'tcp' | 'udp'
  readonly host: string
  readonly port: number
  readonly what: string
  readonly option: string
  /** The role that opens it. */
  readonly owner: 'core' | 'edge'
}

/** The single ports of a start; RTP's are a range ({@link checkRtpPorts}). */
export function wantedPorts({
  listen: host,
  sipListen = host,
  httpPort,
  sipPort,
  sipWsPort,
  sipsPort,
  tlsCertificate,
}: PortSettings): readonly WantedPort[] {
  const sip = { host: sipListen, port: sipPort, option: '--sip-port', owner: 'edge' } as const
  return [
    { owner: 'core', protocol: 'tcp', host, port: httpPort, what: 'web pages and API', option: '--http-port' },
    { ...sip, protocol: 'udp', what: 'SIP over UDP' },
    { ...sip, protocol: 'tcp', what: 'SIP over TCP' },
    { ...sip, protocol: 'tcp', port: sipWsPort, what: 'SIP over WebSocket', option: '--sip-ws-port' },
    ...(tlsCertificate
      ? [{ ...sip, protocol: 'tcp', port: sipsPort, what: 'SIP over TLS', option: '--sips-port' } as const]
      : []),
  ]
}

interface PortSettings {
  readonly listen: string
  readonly httpPort: number
  readonly sipPort: number
  readonly sipWsPort: number
  readonly sipsPort: number
  readonly tlsCertificate?: string | undefined
  readonly sipListen?: string | undefined
}

/** Fails with one sentence when a port cannot be opened. Another program may still take it afterwards: then the role's own error tells. */
export async function checkPort(wanted: WantedPort): Promise<void> {
  try {
    await (wanted.protocol === 'tcp' ? tryTcp(wanted.host, wanted.port) : tryUdp(wanted.host, wanted.port))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (code === 'EADDRINUSE') throw PORT_ERRORS['port.taken']({ ...wanted }, cause)
    if (NO_ADDRESS.has(code)) throw PORT_ERRORS['port.address']({ ...wanted }, cause)
    const problem = code === 'EACCES' ? 'ports below 1024 need the right to' : code || String(cause)
    throw PORT_ERRORS['port.unusable']({ ...wanted, problem }, cause)
  }
}

/** What a system says of an address that it does not have, or a name that it does not know. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])

/**
 * Fails when no pair of ports for RTP and RTCP is free in the range. Single ones that are taken are passed by when calls come,
 * so the first free pair is enough.
 */
export async function checkRtpPorts(
  host: string,
  range: { readonly first: number; readonly last: number },
): Promise<void> {
  for (let port = range.first + (range.first % 2); port < range.last; port += 2) {
    const free = await tryUdp(host, port).then(() => tryUdp(host, port + 1).then(() => true, isTaken), isTaken)
    if (free) return
  }
  throw PORT_ERRORS['port.no-rtp']({ host, ...range })
}

function isTaken(cause: unknown): false {
  if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
  throw cause
}

/** Whether a TCP port can be opened now; any other trouble than that it is taken is thrown. */
export async function isFreeTcp(host: string, port: number): Promise<boolean> {
  return tryTcp(host, port).then(() => true, isTaken)
}

/** A TCP port on this host that is free now. */
export async function freePort(host: string): Promise<number> {
  return tryTcp(host, 0)
}

function tryTcp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

function tryUdp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', (cause) => {
      socket.close()
      reject(cause)
    })
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(port)))
  })
}
