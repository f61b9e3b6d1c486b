import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Below the ports that the machine gives to connections (32,768 and up), one of which could take it before the test does, and below those of RTP (10,000 and up). */
const PORT_MIN = 4_000
const PORT_MAX = 9_999

/** What a system takes that is told nothing else: one port cannot serve two things. */
const DEFAULTS = [5060, 5061, 5432, 6379, 8080, 8088]

/** `fetch` and browsers refuse to connect to these (the fetch standard, port blocking). */
const REFUSED = [4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697]

const AVOIDED = new Set([...DEFAULTS, ...REFUSED])

/** Test files that run at once have their ports from parts of their own: what one was given and has not opened yet would else be free to another. */
const PARTS = 2

/** Given before in this process: it may not be open yet, or be opened again. */
const given = new Set<number>()

/** A port that is free for TCP and UDP on loopback right now, with as many that follow it; never the same twice. */
export async function freePort(following = 0): Promise<number> {
  const [min, max] = ownPart()
  for (;;) {
    const port = min + Math.floor(Math.random() * (max - following - min + 1))
    const wanted = Array.from({ length: following + 1 }, (_, n) => port + n)
    if (wanted.some((one) => AVOIDED.has(one) || given.has(one))) continue
    // Before anything is awaited: another asks meanwhile.
    for (const one of wanted) given.add(one)
    const free = await Promise.all(wanted.flatMap((one) => [isFreeForTcp(one), isFreeForUdp(one)]))
    if (free.every((is) => is)) return port
  }
}

/** The first and the last port that this process gives. */
function ownPart(): readonly [min: number, max: number] {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? Number.NaN)
  if (Number.isNaN(worker)) return [PORT_MIN, PORT_MAX]
  const size = Math.floor((PORT_MAX - PORT_MIN + 1) / PARTS)
  const min = PORT_MIN + size * (worker % PARTS)
  return [min, min + size - 1]
}

function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
}

/** RTP ranges start on a multiple of this; several systems of one test run do not meet. */
const RTP_PORTS_OF_A_SYSTEM = 2_000
const RTP_MIN = 12_000

/** Below the ports that the machine itself gives to sockets (32,768 and up). */
const RTP_MAX = 32_000

const RTP_RANGES_OF_A_PART = (RTP_MAX - RTP_MIN) / RTP_PORTS_OF_A_SYSTEM / PARTS

let rtpRange = Math.floor(Math.random() * RTP_RANGES_OF_A_PART)

/** The second half of a range whose first was given. */
let otherHalf: number | undefined

/** A range for RTP of one system; this process has each only after all others of its part. */
export function freeRtpRange(): string {
  return rangeFrom(nextRtpPort(), RTP_PORTS_OF_A_SYSTEM)
}

/** Half of such a range, for one machine of a pool: two of them have one. */
export function freeHalfRtpRange(): string {
  const ports = RTP_PORTS_OF_A_SYSTEM / 2
  const first = otherHalf ?? nextRtpPort()
  otherHalf = otherHalf === undefined ? first + ports : undefined
  return rangeFrom(first, ports)
}

/** Where the next range begins. Two files run at once: one has the even ranges, the other the odd ones. */
function nextRtpPort(): number {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0)
  rtpRange = (rtpRange + 1) % RTP_RANGES_OF_A_PART
  return RTP_MIN + RTP_PORTS_OF_A_SYSTEM * (PARTS * rtpRange + (worker % PARTS))
}

function rangeFrom(first: number, ports: number): string {
  return `${first}-${first + ports - 1}`
}
