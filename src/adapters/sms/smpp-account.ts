import { Pause, PeerState } from '#base'
import type { SmppServer, SmsAccount } from '#kernel/config'
import type { OutgoingText } from '#kernel/sms'
import type { SmsContext } from './context.ts'
import type { SendOutcome, SmsDriver } from './driver.ts'
import { Incoming, type Taken } from './incoming.ts'
import { LATE_MS, RETRY_MS_FIRST, RETRY_MS_MAX, SUBMIT_MS_MAX } from './limits.ts'
import { type DeliveredReceipt, readDeliver } from './read-deliver.ts'
import type { Pdu } from './smpp-library.ts'
import { outcomeOf } from './smpp-outcome.ts'
import { SmppSession } from './smpp-session.ts'
import { submitFields } from './write-submit.ts'

/** SMPP 3.4 5.1.3: taken; nobody can be answered there; come again later. */
const OK = 0x00
const NO_SENDER = 0x0a
const THROTTLED = 0x58

/** Keeps one account bound to its network's centre, takes what it delivers, and hands over what leaves. */
export class SmppAccount implements SmsDriver {
  readonly repeats = false
  readonly incoming: Incoming
  readonly #account: SmsAccount
  readonly #server: SmppServer
  readonly #context: SmsContext
  readonly #bound: () => void
  #session: SmppSession | undefined
  #running: Promise<void> | undefined
  #closed = false
  readonly #pause: Pause
  /** Rises when an answer was late: what comes again then may be a repetition. */
  #lateAnswers = 0
  readonly peer: PeerState

  /** `bound` is called whenever texts can leave from now on. */
  constructor(account: SmsAccount & { readonly smpp: SmppServer }, context: SmsContext, bound: () => void) {
    this.#account = account
    this.#server = account.smpp
    this.#context = context
    this.#bound = bound
    this.peer = new PeerState(context.clock)
    this.#pause = new Pause(context.clock)
    this.incoming = new Incoming(account, context)
  }

  start(): void {
    this.#running = this.#run()
  }

  get isReady(): boolean {
    return this.#session?.isOpen ?? false
  }

  /** Unbinds after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#pause.close()
    await this.incoming.settled()
    await this.#session?.close()
    await this.#running
  }

  async send(text: OutgoingText, part: number): Promise<SendOutcome> {
    const session = this.#session
    if (!session) return { is: 'later', reason: 'not connected' }
    const fields = submitFields(this.#account.address, text, part)
    return outcomeOf(await session.ask('submit_sm', fields, SUBMIT_MS_MAX))
  }

  async #run(): Promise<void> {
    const { logger, counters, clock } = this.#context
    let pauseMs = RETRY_MS_FIRST
    while (!this.#closed) {
      const since = clock.monotonic()
      const problem = await this.#serve().catch((cause: Error) => cause.message)
      if (this.#closed) return
      this.peer.down(problem)
      counters.failures++
      // One that is taken and dropped at once is no connection.
      if (clock.monotonic() - since > RETRY_MS_MAX) pauseMs = RETRY_MS_FIRST
      const about = { account: this.#account.name, problem, againMs: pauseMs }
      logger.warn(about, 'the centre for text messages is not connected')
      await this.#pause.wait(pauseMs)
      pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)
    }
  }

  /** One connection, from its beginning to its end; gives why it ended. */
  async #serve(): Promise<string> {
    const { clock, logger } = this.#context
    const password = (await this.#context.secretOf(this.#account.secret)) ?? ''
    const session = await SmppSession.open({
      ...{ server: this.#server, password, clock },
      deliver: (pdu, on) => this.#deliver(pdu, on),
    })
    this.#session = session
    if (this.#closed) await session.close()
    this.peer.up()
    logger.info({ account: this.#account.name, peer: this.#server.host }, 'bound for text messages')
    this.#bound()
    return session.closed
  }

  async #deliver(pdu: Pdu, session: SmppSession): Promise<number> {
    const { clock } = this.#context
    const since = clock.monotonic()
    const delivered = readDeliver(pdu)
    if (delivered.from === '') return NO_SENDER
    const taken = await (delivered.is === 'receipt'
      ? this.#receipt(delivered)
      : this.incoming.deliver(delivered, `${session.id}.${this.#lateAnswers}`))
    if (clock.monotonic() - since > LATE_MS) this.#lateAnswers++
    return taken === 'later' ? THROTTLED : OK
  }

  async #receipt({ from, peerId, reference, outcome, reason }: DeliveredReceipt): Promise<Taken> {
    if (outcome === 'on the way') return 'taken'
    const party = { account: this.#account.name, number: from }
    const command = {
      ...{ type: 'ReportReceipt' as const, party, is: outcome },
      ...(peerId !== undefined && { peerId }),
      ...(reference !== undefined && { reference }),
      ...(reason !== undefined && { reason }),
    }
    return this.#context.sequencer.submit([{ machine: 'sms', command }]).then(
      () => 'taken' as const,
      () => 'later' as const,
    )
  }
}
