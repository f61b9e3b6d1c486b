import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { defineErrors } from '#base'

/** What can be wrong with the ports of a start. */
export const PORT_ERRORS = defineErrors({
  'port.taken': {
    sentence: 'port {port} ({what}) on {host} is taken by another program; stop it, or choose another with {option}',
    status: 409,
  },
  'port.unusable': {
    sentence: 'port {port} ({what}) on {host} cannot be opened: {problem}; choose another with {option}',
    status: 409,
  },
})

export interface WantedPort {
  readonly protocol: 'tcp' | 'udp'
  readonly host: string
  readonly port: number
  readonly what: string
  readonly option: string
}

/** Fails with one sentence when a port cannot be opened. Another program may still take it afterwards: then the role's own error tells. */
export async function checkPort(wanted: WantedPort): Promise<void> {
  try {
    await (wanted.protocol === 'tcp' ? tryTcp(wanted.host, wanted.port) : tryUdp(wanted.host, wanted.port))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') throw PORT_ERRORS['port.taken']({ ...wanted }, cause)
    throw PORT_ERRORS['port.unusable']({ ...wanted, problem: code ?? String(cause) }, cause)
  }
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
