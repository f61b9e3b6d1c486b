import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import type { Millis } from '#base'

/** Asks a host whether it is there, independently of all that Tandem runs on it. Never fails, and takes two seconds at most. */
export type Echo = (host: string) => Promise<boolean>

/** How long a host may take to answer. */
const ANSWER_S = 1
/** `ping` ends by itself after that; this is for one that does not. */
const PROGRAM_MS_MAX: Millis = 2_000
/** The discard port: nobody listens there, and a host that is up refuses it, which is an answer. */
const TCP_PORT = 9

/**
 * ICMP echo by the system's own `ping`, since Node has no raw sockets; where there is none, or it is not allowed to, a TCP connection
 * to the discard port, which a host that is up refuses.
 */
export const systemEcho: Echo = (host) =>
  new Promise((resolve) => {
    const words = ['-n', '-c', '1', '-W', String(ANSWER_S), host]
    execFile('ping', words, { timeout: PROGRAM_MS_MAX }, (error) => {
      if (!error) return resolve(true)
      // 1: no answer. Everything else says that ping itself did not work.
      if (error.code === 1) return resolve(false)
      void tcpEcho(host).then(resolve)
    })
  })

/** Whether the host opens or refuses a TCP connection. */
export const tcpEcho: Echo = (host) => tcpEchoOn(host, TCP_PORT)

/** The same on another port. */
export function tcpEchoOn(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_S * 1000 })
    const done = (reached: boolean) => {
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED'))
  })
}
