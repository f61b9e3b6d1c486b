import type { MailAccountStatus, MailAdapter } from '#adapters/mail'
import { type Clock, type Logger, steadyClock } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import type { Blobs } from '#seams/blobs'
import type { CoreMachines } from './core-machines.ts'
import { keepSecret, readSecret } from './secret-file.ts'

/** What a primary's mails are made of. */
export interface CoreMailOptions {
  readonly sequencer: Sequencer<CoreMachines>
  readonly blobs: () => Promise<Blobs>
  readonly data: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Mails of a primary. What reads and sends them is loaded with the first account: a centre without one never waits for it. */
export class CoreMail {
  readonly #options: CoreMailOptions
  #adapter: Promise<MailAdapter> | undefined
  #open: MailAdapter | undefined
  #unfollow: () => void

  constructor(options: CoreMailOptions) {
    this.#options = options
    this.#unfollow = options.sequencer.committed.onCommitted(() => this.#look())
    this.#look()
  }

  /** How its accounts are. */
  status(): readonly MailAccountStatus[] {
    return this.#open?.status() ?? []
  }

  async close(): Promise<void> {
    this.#unfollow()
    await (await this.#adapter)?.close()
  }

  #look(): void {
    const { sequencer, logger } = this.#options
    if (sequencer.committed.states.centre.configuration['mail-accounts'].size === 0) return
    this.#unfollow()
    this.#adapter ??= this.#start()
    this.#adapter.catch((cause: unknown) => logger.error({ problem: String(cause) }, 'mails cannot be read or sent'))
  }

  async #start(): Promise<MailAdapter> {
    const { sequencer, blobs, data, clock, logger } = this.#options
    const { MailAdapter } = await import('#adapters/mail')
    const adapter = new MailAdapter({
      ...{ sequencer, blobs: await blobs(), clock: steadyClock(clock), logger },
      password: (secret) => readSecret(data, secret),
      keepSecret: (secret, text) => keepSecret(data, secret, text),
    })
    adapter.start()
    this.#open = adapter
    return adapter
  }
}

/** The first mail of a backup that becomes primary shall not wait for the loading. */
export async function preloadMail(fold: Fold<CoreMachines>): Promise<void> {
  if (fold.states.centre.configuration['mail-accounts'].size > 0) await import('#adapters/mail')
}
