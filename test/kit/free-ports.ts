import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** A port that is free for TCP and UDP on loopback right now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const udp = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false))
      udp.bind(port, '127.0.0.1', () => resolve(true))
    })
    await Promise.all([
      new Promise((done) => server.close(done)),
      free ? new Promise<void>((done) => udp.close(done)) : undefined,
    ])
    if (free) return port
  }
}

/** RTP ranges start on a multiple of this; several systems of one test run do not meet. */
const RTP_PORTS_OF_A_SYSTEM = 2_000

/** A range for RTP of one system, below the ports that the machine itself gives to sockets (32,768 and up). */
export function freeRtpRange(): string {
  const ranges = Math.floor((32_000 - 12_000) / RTP_PORTS_OF_A_SYSTEM)
  const from = 12_000 + RTP_PORTS_OF_A_SYSTEM * Math.floor(Math.random() * ranges)
  return `${from}-${from + RTP_PORTS_OF_A_SYSTEM - 1}`
}
