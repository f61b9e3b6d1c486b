/**
 * The peer of the media benchmark: what plain Node needs to receive a packet and send it on, and nothing else. No header is looked at,
 * nothing is counted, and each socket is connected to its one party, which spares the kernel a look-up: the least that a relay can cost.
 */
import { createSocket, type Socket } from 'node:dgram'

interface Order {
  /** The party's ports of each call: what comes from the one goes to the other. */
  readonly calls: readonly (readonly [number, number])[]
}

let relayed = 0

async function open(party: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _, found) => found(null, host, 4) })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
  await new Promise<void>((resolve) => socket.connect(party, '127.0.0.1', () => resolve()))
  return socket
}

function relay(from: Socket, to: Socket): void {
  from.on('message', (packet) => {
    relayed++
    to.send(packet)
  })
}

process.on('message', async (order: Order | 'usage') => {
  if (order === 'usage') {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuUs: user + system, relayed })
    return
  }
  const ports: number[] = []
  for (const [a, b] of order.calls) {
    const [near, far] = [await open(a), await open(b)]
    relay(near, far)
    relay(far, near)
    ports.push(near.address().port, far.address().port)
  }
  process.send?.({ ports })
})
process.on('disconnect', () => process.exit())
process.send?.({ ready: true })
