import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { type Clock, type Millis, type Timer, tlsProblem } from '#base'
import type { SmppServer } from '#kernel/config'
import { SMPP_ERRORS } from './errors.ts'
import { ANSWER_MS_MAX, ENQUIRE_MS } from './limits.ts'
import { type LibrarySession, type Pdu, smpp } from './smpp-library.ts'

/** SMPP 3.4 5.2.4: this is its version 3.4. */
const VERSION = 0x34

/** What a peer answered; `lost`: it may have had the request, and nobody knows; `unsent`: it has not. */
export type PeerAnswer = { readonly is: 'answered'; readonly pdu: Pdu } | { readonly is: 'lost' | 'unsent' }

/** What a session is made of. */
export interface SmppSessionOptions {
  readonly server: SmppServer
  readonly password: string
  readonly clock: Clock
  /** A message was delivered: what it resolves with is the status of the answer. */
  deliver(pdu: Pdu, session: SmppSession): Promise<number>
}

/**
 * A connection to a network's centre, bound as a transceiver (SMPP 3.4 4.1): looked after, and over for good when it breaks, the peer is
 * silent, says what is no SMPP, or unbinds.
 */
export class SmppSession {
  /** Tells this connection from every other. */
  readonly id = randomBytes(6).toString('hex')
  readonly #options: SmppSessionOptions
  readonly #session: LibrarySession
  readonly #waiting = new Set<(answer: PeerAnswer) => void>()
  readonly #closed = Promise.withResolvers<string>()
  #isClosed = false
  #enquiry: Timer | undefined

  private constructor(options: SmppSessionOptions) {
    this.#options = options
    const { host, port, security } = options.server
    // An address is no name of a server (RFC 6066 3).
    const secret = security === 'tls' ? { tls: true, ...(isIP(host) === 0 && { servername: host }) } : {}
    this.#session = smpp.connect({ host, port, ...secret })
    this.#session.on('error', (cause) => this.#end(tlsProblem(cause) ?? cause.message))
    this.#session.on('close', () => this.#end('the connection was closed'))
    this.#session.on('pdu', (pdu) => this.#take(pdu))
  }

  /** Connects and binds; fails with why that cannot be. */
  static async open(options: SmppSessionOptions): Promise<SmppSession> {
    const session = new SmppSession(options)
    await session.#bind()
    return session
  }

  /** Resolves when it is over, with why. */
  get closed(): Promise<string> {
    return this.#closed.promise
  }

  get isOpen(): boolean {
    return !this.#isClosed
  }

  /** Asks the peer for something. */
  ask(command: string, fields: Record<string, unknown>, waitMs: Millis): Promise<PeerAnswer> {
    if (this.#isClosed) return Promise.resolve({ is: 'unsent' })
    return new Promise((resolve) => {
      const answer = (given: PeerAnswer): void => {
        timer.stop()
        this.#waiting.delete(answer)
        resolve(given)
      }
      const timer = this.#options.clock.after(waitMs, () => answer({ is: 'lost' }))
      this.#waiting.add(answer)
      const pdu = new smpp.PDU(command, fields)
      if (!this.#session.send(pdu, (response) => answer({ is: 'answered', pdu: response }))) answer({ is: 'unsent' })
    })
  }

  /** Says that no more comes, and goes. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    await this.ask('unbind', {}, ANSWER_MS_MAX / 10)
    this.#end('closed')
  }

  async #bind(): Promise<void> {
    const { server, password, clock } = this.#options
    const late = clock.after(ANSWER_MS_MAX, () => this.#end('no connection in time'))
    try {
      await new Promise<void>((resolve, reject) => {
        this.#session.on(server.security === 'tls' ? 'secureConnect' : 'connect', resolve)
        this.closed.then((why) => reject(SMPP_ERRORS['sms.not-bound']({ why })))
      })
    } finally {
      late.stop()
    }
    this.#session.socket.setNoDelay(true)
    const who = { system_id: server.systemId, password, system_type: server.systemType ?? '' }
    const answer = await this.ask('bind_transceiver', { ...who, interface_version: VERSION }, ANSWER_MS_MAX)
    if (answer.is !== 'answered' || answer.pdu.command_status !== 0) {
      const status = answer.is === 'answered' ? answer.pdu.command_status : undefined
      this.#end(status === undefined ? 'no answer to the log-in' : bindProblem(status))
      throw SMPP_ERRORS['sms.not-bound']({ why: await this.closed })
    }
    this.#enquireLater()
  }

  #enquireLater(): void {
    this.#enquiry = this.#options.clock.after(ENQUIRE_MS, async () => {
      const answer = await this.ask('enquire_link', {}, ANSWER_MS_MAX)
      if (answer.is !== 'answered') this.#end('the peer is silent')
      else if (!this.#isClosed) this.#enquireLater()
    })
  }

  #take(pdu: Pdu): void {
    if (this.#isClosed || pdu.isResponse()) return
    switch (pdu.command) {
      case 'deliver_sm':
        this.#options.deliver(pdu, this).then((status) => this.#answer(pdu, status))
        return
      case 'enquire_link':
        return this.#answer(pdu, 0)
      case 'unbind':
        this.#answer(pdu, 0)
        return this.#end('the peer has ended the session')
      case 'alert_notification':
        return
      default:
        // What we do not know gets a generic_nack (SMPP 3.4 4.3).
        this.#session.send(pdu.command === 'unknown' ? pdu.response() : pdu.response({ command_status: 0x03 }))
    }
  }

  #answer(pdu: Pdu, status: number): void {
    if (!this.#isClosed) this.#session.send(pdu.response({ command_status: status }))
  }

  #end(why: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#enquiry?.stop()
    for (const answer of [...this.#waiting]) answer({ is: 'lost' })
    this.#session.destroy()
    this.#closed.resolve(why)
  }
}

/** SMPP 3.4 5.1.3. */
const BIND_PROBLEMS: Readonly<Record<number, string>> = {
  5: 'is bound already: by another program with the same system id?',
  13: 'refused to bind',
  14: 'does not take the password',
  15: 'does not know the system id',
  83: 'does not know the system type',
}

function bindProblem(status: number): string {
  return `the peer ${BIND_PROBLEMS[status] ?? `refused the log-in with 0x${status.toString(16)}`}`
}
