import type { MailAccountStatus, MailAdapter } from '#adapters/mail'
import { type Clock, type Logger, steadyClock } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import type { Blobs } from '#seams/blobs'
import type { Recordings } from '#seams/store'
import type { CoreMachines } from './core-machines.ts'
import { keepSecret, readSecret } from './secret-file.ts'

/** What a primary's mails are made of. */
export interface CoreMailOptions {
  readonly sequencer: Sequencer<CoreMachines>
  readonly blobs: () => Promise<Blobs>
  readonly recordings: Pick<Recordings, 'get'>
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
    const { sequencer, recordings, data, clock, logger } = this.#options
    const blobs = await this.#options.blobs()
    const { MailAdapter } = await import('#adapters/mail')
    const adapter = new MailAdapter({
      ...{ sequencer, blobs, clock: steadyClock(clock), logger },
      soundOf: (message) => soundOf(recordings, blobs, message),
      password: (secret) => readSecret(data, secret),
      keepSecret: (secret, text) => keepSecret(data, secret, text),
    })
    adapter.start()
    this.#open = adapter
    return adapter
  }
}

/** The archive has it some seconds after it was left; what retention has removed is none. */
async function soundOf(
  recordings: Pick<Recordings, 'get'>,
  blobs: Blobs,
  message: string,
): Promise<Buffer | undefined> {
  const entry = await recordings.get(message)
  const found = entry?.state === 'stored' && entry.blobKey !== undefined ? await blobs.get(entry.blobKey) : undefined
  if (!found) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of found.body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The first mail of a backup that becomes primary shall not wait for the loading. */
export async function preloadMail(fold: Fold<CoreMachines>): Promise<void> {
  if (fold.states.centre.configuration['mail-accounts'].size > 0) await import('#adapters/mail')
}
