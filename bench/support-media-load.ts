/**
 * The load of the media benchmark, in a process of its own: sends 50 packets a second for each party and measures how long each
 * takes to come out at the other side. Its own lateness is in what it measures: the figures are upper bounds.
 */
import { createSocket, type Socket } from 'node:dgram'

/** Parties share these sockets; a session of the media process still has its own, which is what is measured. */
const SOCKETS = 16

const PACKET_BYTES = 172
const PTIME_MS = 20

/** Sent at a time; then it is looked what came in. */
const PORTION = 32

/** A burst after a longer stall of this process would measure the stall, not the relay. */
const BEHIND_MS_MAX = 10

/** Numbers and the time of sending stand in the payload. */
const STAMP_AT = 12

interface Party {
  readonly socket: Socket
  readonly target: number
  readonly packet: Buffer
  sequence: number
}

const sockets: Socket[] = []
for (let i = 0; i < SOCKETS; i++) {
  const socket = createSocket({ type: 'udp4', lookup: (host, _, found) => found(null, host, 4) })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
  socket.on('message', received)
  sockets.push(socket)
}

let parties: Party[] = []
let delays: number[] = []
let sent = 0
let counting = false
let running = false

function received(packet: Buffer): void {
  if (!counting || packet.length !== PACKET_BYTES) return
  const sentAt = packet.readDoubleBE(STAMP_AT)
  if (sentAt > 0) delays.push(performance.now() - sentAt)
}

function send(party: Party): void {
  const { packet } = party
  party.sequence = (party.sequence + 1) & 0xffff
  packet.writeUInt16BE(party.sequence, 2)
  packet.writeUInt32BE((party.sequence * 160) >>> 0, 4)
  packet.writeDoubleBE(counting ? performance.now() : 0, STAMP_AT)
  party.socket.send(packet, 0, PACKET_BYTES, party.target, '127.0.0.1')
  if (counting) sent++
}

/** Each party has its moment within the 20 ms, so that the load is even. Between portions what came in is taken. */
function pump(): void {
  let start = performance.now()
  let done = 0
  const turn = () => {
    if (!running) return
    const perMs = parties.length / PTIME_MS
    let due = Math.floor((performance.now() - start) * perMs)
    if (due - done > BEHIND_MS_MAX * perMs) {
      // The machine held this process up: what was due then is not sent in one burst now.
      start += (due - done) / perMs
      due = done
    }
    const end = Math.min(due, done + PORTION)
    while (done < end) send(parties[done++ % parties.length]!)
    if (done < due) setImmediate(turn)
    else setTimeout(turn, 1)
  }
  turn()
}

type Order =
  | { readonly type: 'call'; readonly targets: readonly { socket: number; target: number }[] }
  | { readonly type: 'count' }
  | { readonly type: 'report' }

process.on('message', (order: Order) => {
  if (order.type === 'call') {
    running = false
    parties = order.targets.map(({ socket, target }, i) => {
      const packet = Buffer.alloc(PACKET_BYTES, 0x55)
      packet[0] = 0x80
      packet[1] = 0
      packet.writeUInt32BE(i + 1, 8)
      return { socket: sockets[socket]!, target, packet, sequence: 65_000 }
    })
    setTimeout(() => {
      running = true
      pump()
    }, 30)
  } else if (order.type === 'count') {
    delays = []
    sent = 0
    counting = true
  } else {
    counting = false
    const sorted = Float64Array.from(delays).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
    const { user, system } = process.cpuUsage()
    process.send?.({
      sent,
      received: delays.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
      cpuUs: user + system,
    })
  }
})
process.on('disconnect', () => process.exit())
process.send?.({ ports: sockets.map((socket) => socket.address().port) })
