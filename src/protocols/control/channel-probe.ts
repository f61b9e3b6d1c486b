import { connect } from 'node:net'
import { type Clock, systemClock } from '#base'
import type { ChannelAddress } from './channel.ts'
import { FrameReader } from './channel-frame.ts'
import { parseChallenge } from './channel-hello.ts'

/**
 * Whether a listener of the pool is alive, seen from here: it accepts a connection and sends its challenge in time. A process that is
 * stopped does not (its kernel accepts, nobody challenges), one that died refuses, and what cannot be reached says nothing.
 */
export function probeListener(
  address: ChannelAddress,
  timeoutMs: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port })
    const timer = clock.after(timeoutMs, () => settle(false))
    const settle = (alive: boolean): void => {
      timer.stop()
      socket.destroy()
      resolve(alive)
    }
    const reader = new FrameReader((text) => settle(isChallenge(text)))
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk)
      } catch {
        settle(false)
      }
    })
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
  })
}

function isChallenge(text: string): boolean {
  try {
    return parseChallenge(JSON.parse(text)) !== undefined
  } catch {
    return false
  }
}
