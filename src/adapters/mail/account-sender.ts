import type { Millis } from '#base'
import type { MailAccount } from '#kernel/config'
import { type MailCommand, type OutgoingMail, UNSENT_MS_MAX } from '#kernel/mail'
import type { AccountLogin } from './account-login.ts'
import { wordsOf } from './account-reader.ts'
import type { MailContext } from './context.ts'
import { connectImap, inboxOf, sentFolderOf } from './imap.ts'
import { DEFER_MS_FIRST, DEFER_MS_MAX, SENDING_MAX } from './limits.ts'
import { SmtpSender } from './smtp.ts'

/** How often a mailbox is looked into for a copy that is not there yet. */
const COPY_LOOK_MS: Millis = 2_000

/**
 * Sends the mails of one account that wait in the state. That a server is told of a mail stands in the log before it is; where the answer was lost,
 * with the process or the connection, the mail is looked for in the mailbox by its Message-ID before it is sent again.
 */
export class AccountSender {
  readonly #account: MailAccount
  readonly #context: MailContext
  readonly #login: AccountLogin
  readonly #smtp: SmtpSender
  /** Mails that this process is busy with. */
  readonly #busy = new Map<string, Promise<void>>()
  /** When a mailbox was looked into last, by mail. */
  readonly #looked = new Map<string, Millis>()
  #closed = false

  constructor(account: MailAccount, context: MailContext, login: AccountLogin) {
    this.#account = account
    this.#context = context
    this.#login = login
    this.#smtp = new SmtpSender(account, context, login)
  }

  /** Does what is to be done now; called after every change and every second. */
  look(): void {
    const now = this.#context.clock.now()
    for (const mail of this.#context.sequencer.committed.states.mail.outgoing.values()) {
      if (this.#closed || this.#busy.size >= SENDING_MAX) return
      if (mail.account !== this.#account.name || this.#busy.has(mail.id)) continue
      if (mail.state === 'waiting' && (mail.notBefore ?? 0) <= now) this.#begin(mail, () => this.#send(mail))
      const looked = this.#looked.get(mail.id) ?? Number.NEGATIVE_INFINITY
      if (mail.state === 'tried' && now - looked >= COPY_LOOK_MS) this.#begin(mail, () => this.#find(mail))
    }
  }

  /** Ends after the mails that are under way. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#busy.values())
    await this.#smtp.close()
  }

  #begin(mail: OutgoingMail, work: () => Promise<void>): void {
    const { logger } = this.#context
    const done = work()
      .catch((cause: unknown) => {
        logger.warn({ interaction: mail.interaction, mail: mail.id, problem: wordsOf(cause) }, 'mail not sent yet')
      })
      .finally(() => {
        this.#busy.delete(mail.id)
        // What came meanwhile, and what this has become.
        if (!this.#closed) queueMicrotask(() => this.look())
      })
    this.#busy.set(mail.id, done)
  }

  async #send(mail: OutgoingMail): Promise<void> {
    const { clock, counters, logger } = this.#context
    await this.#submit({ type: 'TryMail', mail: mail.id })
    const outcome = await this.#smtp.send(mail)
    const about = { interaction: mail.interaction, mail: mail.id, account: this.#account.name }
    if (outcome.is === 'sent') {
      await this.#submit({ type: 'SentMail', mail: mail.id })
      counters.sent++
      logger.info(about, 'mail sent')
      return
    }
    logger.warn({ ...about, is: outcome.is, problem: outcome.reason }, 'mail not taken by the server')
    if (outcome.is === 'unknown') {
      this.#looked.set(mail.id, clock.now())
      return
    }
    const isOver = clock.now() - mail.writtenAt > UNSENT_MS_MAX
    if (outcome.is === 'refused' || isOver) {
      counters.refused++
      return this.#submit({ type: 'RefuseMail', mail: mail.id, reason: outcome.reason })
    }
    counters.deferred++
    const waitMs = Math.min(DEFER_MS_FIRST * 2 ** mail.attempts, DEFER_MS_MAX)
    await this.#submit({ type: 'DeferMail', mail: mail.id, notBefore: clock.now() + waitMs, reason: outcome.reason })
  }

  /** A server was told of it, and it is not known what it said: the mailbox knows. */
  async #find(mail: OutgoingMail): Promise<void> {
    const { clock, copyMs } = this.#context
    this.#looked.set(mail.id, clock.now())
    // From before the look: what is not there at its end was not taken then.
    const isLate = clock.now() - mail.at >= copyMs
    if (await this.#isInMailbox(mail.messageId)) await this.#submit({ type: 'SentMail', mail: mail.id })
    else if (isLate) await this.#send(mail)
  }

  async #isInMailbox(messageId: string): Promise<boolean> {
    const imap = await connectImap(this.#account, this.#login)
    try {
      for (const folder of [sentFolderOf(this.#account), inboxOf(this.#account)]) {
        const opened = await imap.mailboxOpen(folder, { readOnly: true }).catch(() => undefined)
        if (!opened) continue
        const found = await imap.search({ header: { 'message-id': messageId } }, { uid: true })
        if (found && found.length > 0) return true
      }
      return false
    } finally {
      imap.close()
    }
  }

  async #submit(command: MailCommand): Promise<void> {
    await this.#context.sequencer.submit([{ machine: 'mail', command }])
  }
}
