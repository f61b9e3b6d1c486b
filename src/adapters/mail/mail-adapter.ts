import { type Clock, LiveSet, type Logger, PeerState, type PeerStatus, type Timer } from '#base'
import type { MailAccount } from '#kernel/config'
import { kindOf } from '#kernel/mail'
import type { Blobs } from '#seams/blobs'
import { AccountLogin } from './account-login.ts'
import { AccountReader } from './account-reader.ts'
import { AccountSender } from './account-sender.ts'
import type { MailContext, MailCounters, MailSequencer } from './context.ts'
import { FaxReports } from './fax-reports.ts'
import { COPY_MS_MAX, LOOK_MS } from './limits.ts'
import { ReadingThread } from './reading-thread.ts'
import { VoiceMailer } from './voice-mailer.ts'

/** What the adapter is made of. */
export interface MailAdapterOptions {
  readonly sequencer: MailSequencer
  readonly blobs: Pick<Blobs, 'get' | 'put' | 'stat'>
  readonly clock: Clock
  readonly logger: Logger
  /** The password of an account's `secret`; undefined when there is none. */
  password(secret: string): Promise<string | undefined>
  /** Puts a new text into the file of a secret. */
  keepSecret?(secret: string, text: string): Promise<void>
  /** The WAV file of a voice message; undefined while it is not in the archive. Without it none is mailed. */
  soundOf?(message: string): Promise<Buffer | undefined>
  /** 60,000 when not said. */
  readonly copyMs?: number
}

/** How an account is. */
export interface MailAccountStatus extends PeerStatus {
  readonly account: string
  /** Mails that have not left yet. */
  readonly waiting: number
}

interface Running {
  readonly account: MailAccount
  readonly login: AccountLogin
  readonly reader: AccountReader
  readonly sender: AccountSender
}

/**
 * Reads and sends the mails of every configured account, on the primary core alone. An account that was changed is begun anew; drafts of
 * conversations that are over are dropped.
 */
export class MailAdapter {
  readonly counters: MailCounters = { taken: 0, passed: 0, sent: 0, deferred: 0, refused: 0, failures: 0 }
  readonly #context: MailContext
  readonly #reading: ReadingThread
  readonly #faxes: FaxReports
  readonly #accounts: LiveSet<MailAccount, Running>
  readonly #voice: VoiceMailer | undefined
  #unfollow: () => void = () => {}
  #timer: Timer | undefined
  #closed = false

  constructor(options: MailAdapterOptions) {
    this.#reading = new ReadingThread(options)
    this.#faxes = new FaxReports(options)
    this.#context = { copyMs: COPY_MS_MAX, ...options, counters: this.counters, reading: this.#reading }
    this.#voice = options.soundOf && new VoiceMailer(this.#context, options.soundOf)
    this.#accounts = new LiveSet({ begin: (account) => this.#begin(account), end })
  }

  start(): void {
    this.#unfollow = this.#context.sequencer.committed.onCommitted((batch) => {
      if (batch.some(({ machine }) => machine === 'mail' || machine === 'centre')) this.#look()
    })
    this.#tick()
  }

  status(): readonly MailAccountStatus[] {
    const waiting = new Map<string, number>()
    for (const { account, state } of this.#context.sequencer.committed.states.mail.outgoing.values()) {
      if (state === 'waiting' || state === 'tried') waiting.set(account, (waiting.get(account) ?? 0) + 1)
    }
    return this.#accounts.values().map(({ account: { name }, reader }) => ({
      ...{ account: name, waiting: waiting.get(name) ?? 0, ...reader.peer.status },
    }))
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unfollow()
    this.#timer?.stop()
    const ended = this.#accounts.close()
    await this.#voice?.close()
    await this.#reading.close()
    await ended
  }

  #tick(): void {
    this.#look()
    this.#dropDrafts()
    this.#voice?.look()
    this.#timer = this.#context.clock.after(LOOK_MS, () => this.#tick())
  }

  #look(): void {
    if (this.#closed) return
    this.#accounts.follow(this.#context.sequencer.committed.states.centre.configuration['mail-accounts'])
    for (const { sender } of this.#accounts.values()) sender.look()
    this.#faxes.look()
  }

  #begin(account: MailAccount): Running {
    const peer = new PeerState(this.#context.clock)
    const login = new AccountLogin(account, this.#context, (problem) => peer.trouble(problem))
    const reader = new AccountReader(account, this.#context, login, peer)
    const sender = new AccountSender(account, this.#context, login)
    reader.start()
    return { account, login, reader, sender }
  }

  #dropDrafts(): void {
    const { sequencer, logger } = this.#context
    const { centre, mail } = sequencer.committed.states
    const over = [...mail.drafts.values()].filter(({ interaction }) => !centre.interactions.has(interaction))
    if (over.length === 0) return
    const commands = over.map((draft) => ({
      machine: 'mail' as const,
      command: { type: 'DropDraft' as const, interaction: draft.interaction, kind: kindOf(draft) },
    }))
    sequencer.submit(commands).catch((cause: unknown) => {
      logger.debug({ problem: String(cause) }, 'drafts are dropped later')
    })
  }
}

function end({ login, reader, sender }: Running): Promise<unknown> {
  login.close()
  return Promise.all([reader.close(), sender.close()])
}
