import { type LibrarySession, type Pdu, smpp } from '#adapters/sms'
import type { SmsAccount } from '#kernel/config'
import { freePort } from './free-ports.ts'

/** Who may bind to the centre of a test. */
export const SMSC_PASSWORD = 'smpp-pwd'

/** A message as the centre took it. */
export interface SubmittedText {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly coding: number
  /** The bytes, a header of a part included. */
  readonly content: Buffer
  readonly reference: number
}

/** What becomes of a message that is handed over: it is refused with a status; it is taken and the connection ends before the answer; nothing is answered. */
export type Fate = number | 'lost' | 'silent' | undefined

/** A network's centre for text messages, made with the server of the SMPP library. */
export class Smsc {
  readonly port: number
  /** What was taken, oldest first. */
  readonly taken: SubmittedText[] = []
  /** Log-ins that were let in, and those that are there now. */
  binds = 0
  readonly bound = new Set<LibrarySession>()
  enquiries = 0
  /** Asked before each message is taken. */
  fate: (text: SubmittedText) => Fate = () => undefined
  /** Whether the centre answers looks whether it is there. */
  answersEnquiries = true
  readonly #server: ReturnType<typeof smpp.createServer>
  /** Who waits for an answer, and on which connection. */
  readonly #waiting = new Map<() => void, LibrarySession>()
  #count = 0

  private constructor(port: number, tls: { key: string; cert: string } | undefined) {
    this.port = port
    this.#server = smpp.createServer(tls ?? {}, (session) => this.#serve(session))
  }

  static async start(tls?: { key: string; cert: string }): Promise<Smsc> {
    const smsc = new Smsc(await freePort(), tls)
    await new Promise<void>((resolve) => smsc.#server.listen(smsc.port, '127.0.0.1', resolve))
    return smsc
  }

  /** What an account's configuration says of it. */
  account(name: string, more: Partial<SmsAccount> = {}): SmsAccount {
    const smppServer = { host: '127.0.0.1', port: this.port, security: 'none' as const, systemId: name }
    return { name, queue: 'support', address: '+4915550100', secret: 'texts', smpp: smppServer, ...more }
  }

  /** Delivers a message to whoever is bound; gives the status of the answer, or `lost` when the connection ends first. */
  deliver(from: string, content: Buffer, fields: Record<string, unknown> = {}): Promise<number | 'lost'> {
    const session = [...this.bound].at(-1)
    if (!session) return Promise.resolve('lost')
    const digits = from.replace(/^\+/, '')
    const pdu = new smpp.PDU('deliver_sm', {
      ...{ source_addr_ton: from.startsWith('+') ? 1 : 0, source_addr: digits, destination_addr: '4915550100' },
      ...{ short_message: content, data_coding: 0, ...fields },
    })
    return new Promise((resolve) => {
      const lose = (): void => resolve('lost')
      this.#waiting.set(lose, session)
      const answered = (answer: Pdu): void => {
        this.#waiting.delete(lose)
        resolve(answer.command_status)
      }
      if (!session.send(pdu, answered)) lose()
    })
  }

  /** Delivers a text of the letters that ASCII and the GSM alphabet share. */
  say(from: string, text: string, fields: Record<string, unknown> = {}): Promise<number | 'lost'> {
    return this.deliver(from, Buffer.from(text, 'latin1'), fields)
  }

  /** Reports what became of a message. */
  report(to: string, id: string, state: string, fields: Record<string, unknown> = {}): Promise<number | 'lost'> {
    const words = `id:${id} sub:001 dlvrd:001 submit date:2611271000 done date:2611271001 stat:${state} err:000 text:x`
    return this.say(to, words, { esm_class: 0x04, ...fields })
  }

  /** Sends bytes as they are. */
  raw(bytes: Buffer): void {
    const session = [...this.bound].at(-1) as unknown as { socket: { write(bytes: Buffer): void } }
    session.socket.write(bytes)
  }

  /** Ends every connection, as a router that dies does. */
  drop(): void {
    for (const session of [...this.#server.sessions]) session.destroy()
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(resolve))
    this.drop()
    await closed
  }

  #serve(session: LibrarySession): void {
    session.on('error', () => session.destroy())
    session.on('close', () => {
      this.bound.delete(session)
      for (const [lose, on] of this.#waiting) if (on === session) lose()
    })
    session.on('pdu', (pdu) => {
      if (!pdu.isResponse()) this.#answer(session, pdu)
    })
  }

  #answer(session: LibrarySession, pdu: Pdu): void {
    switch (pdu.command) {
      case 'bind_transceiver': {
        const isKnown = pdu['password'] === SMSC_PASSWORD
        if (isKnown) this.bound.add(session)
        if (isKnown) this.binds++
        session.send(pdu.response({ command_status: isKnown ? 0 : 0x0e, system_id: 'smsc' }))
        return
      }
      case 'submit_sm':
        return this.#submit(session, pdu)
      case 'enquire_link':
        this.enquiries++
        if (this.answersEnquiries) session.send(pdu.response())
        return
      default:
        session.send(pdu.response())
        if (pdu.command === 'unbind') session.close()
    }
  }

  #submit(session: LibrarySession, pdu: Pdu): void {
    const text: SubmittedText = {
      id: `a${(++this.#count).toString(16)}`,
      from: String(pdu['source_addr']),
      to: String(pdu['destination_addr']),
      coding: Number(pdu['data_coding']),
      content: pdu['short_message'] as Buffer,
      reference: Number(pdu['user_message_reference']),
    }
    const fate = this.fate(text)
    if (typeof fate === 'number') {
      session.send(pdu.response({ command_status: fate }))
      return
    }
    this.taken.push(text)
    if (fate === 'lost') session.destroy()
    else if (fate === undefined) session.send(pdu.response({ message_id: text.id }))
  }
}
