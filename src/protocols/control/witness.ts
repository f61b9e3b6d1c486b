/**
 * How one media process sees whether another one lives, without being its core. Two ways are tried at once, since a network may cut
 * either: the listener accepts a connection and sends its challenge; and a datagram to the same port is answered.
 *
 *     datagram   | 'T' 'W' | nonce, 16 bytes |                    the question
 *                | 'T' 'w' | HMAC-SHA-256 of the nonce, 16 bytes |  the answer: as long, so that nobody is flooded by it
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { type Clock, systemClock, type Timer } from '#base'
import type { ChannelAddress } from './channel.ts'
import { CHANNEL_ERRORS } from './channel-errors.ts'
import { FrameReader } from './channel-frame.ts'
import { parseChallenge } from './channel-hello.ts'

const QUESTION = Buffer.from('TW')
const ANSWER = Buffer.from('Tw')
const NONCE_BYTES = 16

/** Questions of one look: one that is lost must not look like a death. */
const QUESTIONS = 4

/** What a process is looked at with. */
export interface WitnessOptions {
  readonly secret: string
  readonly withinMs: number
  readonly clock?: Clock
}

/** Answers the questions of others at this address. Rejects with `channel.listen-failed` when it cannot be had. */
export async function answerWitnesses(
  { host, port }: ChannelAddress,
  secret: string,
): Promise<{ close(): Promise<void> }> {
  const socket = socketFor(host)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) =>
      reject(CHANNEL_ERRORS['channel.listen-failed']({ host, port, reason: cause.message }, cause)),
    )
    socket.bind(port, host, resolve)
  })
  socket.removeAllListeners('error')
  socket.on('error', () => {})
  socket.on('message', (question, from) => {
    if (question.length !== QUESTION.length + NONCE_BYTES || !question.subarray(0, 2).equals(QUESTION)) return
    socket.send(Buffer.concat([ANSWER, proofOf(secret, question.subarray(2))]), from.port, from.address)
  })
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) }
}

/** Whether that process lives, as seen from here: false when it has shown nothing of itself within the time. */
export async function seesAlive(address: ChannelAddress, options: WitnessOptions): Promise<boolean> {
  const { clock = systemClock, withinMs } = options
  const looks = [look(address), ask(address, options.secret, withinMs, clock)]
  return new Promise((resolve) => {
    let settled = false
    const settle = (alive: boolean): void => {
      settled = true
      timer.stop()
      for (const { end } of looks) end()
      resolve(alive)
    }
    const timer = clock.after(withinMs, () => settle(false))
    let left = looks.length
    for (const { seen } of looks) {
      seen.then((alive) => {
        left--
        if (!settled && (alive || left === 0)) settle(alive)
      })
    }
  })
}

interface Look {
  /** False at once when the system there says that nobody listens. */
  readonly seen: Promise<boolean>
  end(): void
}

function look({ host, port }: ChannelAddress): Look {
  const socket = connect({ host, port })
  const seen = new Promise<boolean>((resolve) => {
    const reader = new FrameReader((text) => resolve(isChallenge(text)))
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk)
      } catch {
        resolve(false)
      }
    })
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })
  return { seen, end: () => socket.destroy() }
}

function ask({ host, port }: ChannelAddress, secret: string, withinMs: number, clock: Clock): Look {
  const socket = socketFor(host)
  const nonce = randomBytes(NONCE_BYTES)
  const wanted = Buffer.concat([ANSWER, proofOf(secret, nonce)])
  let again: Timer | undefined
  let [connected, ended] = [false, false]
  const seen = new Promise<boolean>((resolve) => {
    socket.on('message', (answer) => {
      if (answer.length === wanted.length && timingSafeEqual(answer, wanted)) resolve(true)
    })
    // On loopback and in one network the system says by ICMP that nobody is there.
    socket.on('error', () => resolve(false))
    socket.connect(port, host, () => {
      connected = true
      // A socket may not be closed while it looks its peer up.
      if (ended) socket.close()
      const send = (): void => {
        if (ended) return
        socket.send(Buffer.concat([QUESTION, nonce]), () => {})
        again = clock.after(withinMs / QUESTIONS, send)
      }
      send()
    })
  })
  return {
    seen,
    end: () => {
      ended = true
      again?.stop()
      if (connected) socket.close()
    },
  }
}

function socketFor(host: string): Socket {
  return createSocket(isIPv6(host) ? 'udp6' : 'udp4')
}

function proofOf(secret: string, nonce: Uint8Array): Buffer {
  return createHmac('sha256', secret).update('witness').update(nonce).digest().subarray(0, NONCE_BYTES)
}

function isChallenge(text: string): boolean {
  try {
    return parseChallenge(JSON.parse(text)) !== undefined
  } catch {
    return false
  }
}
