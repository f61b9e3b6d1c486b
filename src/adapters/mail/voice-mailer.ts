import { createHash } from 'node:crypto'
import type { Millis } from '#base'
import type { MailAccount } from '#kernel/config'
import { fileBlobKey } from '#kernel/interaction'
import { messageIdOf } from '#kernel/mail'
import { isUnheard, messagesOf, type VoiceMessage } from '#kernel/mailbox'
import type { MailContext } from './context.ts'
import { VOICE_LOOK_MS, VOICE_MAILED_MS_MAX } from './limits.ts'
import { oneLine } from './safe-words.ts'

/**
 * Mails voice messages to whom the accounts say (VML-05): each once, as that it was mailed and the mail itself are one append. A message whose sound is not in
 * the archive yet is looked at again.
 */
export class VoiceMailer {
  readonly #context: MailContext
  readonly #soundOf: (message: string) => Promise<Buffer | undefined>
  #lookedAt: Millis = Number.NEGATIVE_INFINITY
  #busy: Promise<void> | undefined

  /** `soundOf` gives the WAV file of a message; undefined while there is none. */
  constructor(context: MailContext, soundOf: (message: string) => Promise<Buffer | undefined>) {
    this.#context = context
    this.#soundOf = soundOf
  }

  /** Does what is to be done now; called every second. */
  look(): void {
    const { clock } = this.#context
    if (this.#busy || clock.now() - this.#lookedAt < VOICE_LOOK_MS) return
    this.#lookedAt = clock.now()
    this.#busy = this.#mailAll().finally(() => {
      this.#busy = undefined
    })
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    await this.#busy
  }

  async #mailAll(): Promise<void> {
    const { logger } = this.#context
    for (const { account, to, message } of this.#due()) {
      await this.#mail(account, to, message).catch((cause: unknown) => {
        logger.warn({ interaction: message.interaction, problem: String(cause) }, 'voice message not mailed yet')
      })
    }
  }

  /** What nobody has heard, and is not so old that it would surprise whoever has just asked for mails. */
  #due() {
    const { sequencer, clock } = this.#context
    const { configuration, mailboxes } = sequencer.committed.states.centre
    const since = clock.now() - VOICE_MAILED_MS_MAX
    return [...configuration['mail-accounts'].values()].flatMap((account) =>
      Object.entries(account.voiceMessages ?? {}).flatMap(([mailbox, to]) =>
        messagesOf(mailboxes, mailbox)
          .filter((one) => one.sound === 'kept' && !one.mailed && isUnheard(one) && one.at > since)
          .map((message) => ({ account, to, message })),
      ),
    )
  }

  async #mail(account: MailAccount, to: string, message: VoiceMessage): Promise<void> {
    const { blobs, sequencer, logger } = this.#context
    const sound = await this.#soundOf(message.id)
    if (!sound) return
    const hash = createHash('sha256').update(sound).digest('hex')
    if (!(await blobs.stat(fileBlobKey(hash)))) await blobs.put(fileBlobKey(hash), sound)
    const id = `voice-${createHash('sha256').update(message.id).digest('hex').slice(0, 24)}`
    const { interaction, mailbox, from } = message
    const words = wordsOf(message)
    await sequencer.submit([
      {
        machine: 'centre',
        command: { type: 'MarkVoiceMessage', message: message.id, by: account.name, as: 'mailed' },
      },
      {
        machine: 'mail',
        command: {
          type: 'WriteMail',
          mail: {
            ...{ id, messageId: messageIdOf(id, interaction, account.address), account: account.name, interaction },
            ...{ to: [to], subject: oneLine(`Voice message from ${from} for ${mailbox}`, 200), text: words },
            ...{ asked: true, files: [{ hash, name: 'message.wav', type: 'audio/wav', bytes: sound.length }] },
          },
        },
      },
    ])
    logger.info({ interaction, mailbox, account: account.name }, 'voice message mailed')
  }
}

const MS_PER_SECOND = 1_000

function wordsOf({ from, customer, at, durationMs }: VoiceMessage): string {
  return [
    `From: ${from}${customer === undefined ? '' : ` (${oneLine(customer, 200)})`}`,
    `Date: ${new Date(at).toUTCString()}`,
    `Length: ${Math.round(durationMs / MS_PER_SECOND)} s`,
  ].join('\n')
}
