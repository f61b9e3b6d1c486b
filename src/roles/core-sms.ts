import type { SmsAccountStatus, SmsAdapter, SmsCall } from '#adapters/sms'
import { post, signedHeaders, TargetGate } from '#adapters/webhook'
import { type Clock, type Logger, steadyClock } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import { SMS_ERRORS } from '#kernel/sms'
import type { CoreMachines } from './core-machines.ts'
import type { CoreOptions } from './role-options.ts'
import { readSecret } from './secret-file.ts'

/** What a primary's text messages are made of. */
export interface CoreSmsOptions {
  readonly sequencer: Sequencer<CoreMachines>
  readonly options: Pick<CoreOptions, 'data' | 'webhookNetworks'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Text messages of a primary. What takes and sends them is loaded with the first account: a centre without one never waits for it. */
export class CoreSms {
  readonly #options: CoreSmsOptions
  readonly #gate: TargetGate
  readonly #closed = new AbortController()
  #adapter: Promise<SmsAdapter> | undefined
  #open: SmsAdapter | undefined
  #unfollow: () => void

  constructor(options: CoreSmsOptions) {
    this.#options = options
    this.#gate = new TargetGate(options.options.webhookNetworks)
    this.#unfollow = options.sequencer.committed.onCommitted(() => this.#look())
    this.#look()
  }

  /** What a provider posts for an account. */
  async receive(account: string, call: SmsCall): Promise<'taken' | 'repeated' | 'later'> {
    if (!this.#adapter) throw SMS_ERRORS['sms.no-webhook']({ account })
    return (await this.#adapter).receive(account, call)
  }

  /** How its accounts are. */
  status(): readonly SmsAccountStatus[] {
    return this.#open?.status() ?? []
  }

  async close(): Promise<void> {
    this.#unfollow()
    this.#closed.abort()
    await (await this.#adapter)?.close()
  }

  #look(): void {
    const { sequencer, logger } = this.#options
    if (sequencer.committed.states.centre.configuration['sms-accounts'].size === 0) return
    this.#unfollow()
    this.#adapter ??= this.#start()
    this.#adapter.catch((cause: unknown) => logger.error({ problem: String(cause) }, 'no text is taken or sent'))
  }

  async #start(): Promise<SmsAdapter> {
    const { sequencer, options, clock, logger } = this.#options
    const { SmsAdapter } = await import('#adapters/sms')
    const adapter = new SmsAdapter({
      ...{ sequencer, clock: steadyClock(clock), logger },
      secretOf: (secret) => readSecret(options.data, secret),
      post: async ({ url, id, body, secret }) => {
        const at = new URL(url)
        const addresses = await this.#gate.open(at)
        const headers = { 'content-type': 'application/json', ...signedHeaders(id, clock.now(), body, [secret]) }
        return post({ url: at, addresses, headers, body, signal: this.#closed.signal })
      },
      sign: (id, at, body, secret) => signedHeaders(id, at, body, [secret])['webhook-signature'] ?? '',
    })
    adapter.start()
    this.#open = adapter
    return adapter
  }
}

/** The first text of a backup that becomes primary shall not wait for the loading. */
export async function preloadSms(fold: Fold<CoreMachines>): Promise<void> {
  if (fold.states.centre.configuration['sms-accounts'].size > 0) await import('#adapters/sms')
}
