import { LiveSet, type PeerStatus, type Timer } from '#base'
import type { SmsAccount } from '#kernel/config'
import type { MessageDelivery } from '#kernel/interaction'
import { type OutgoingText, SMS_ERRORS, textStateOf } from '#kernel/sms'
import type { AdapterCommand, SmsContext, SmsCounters } from './context.ts'
import { LOOK_MS } from './limits.ts'
import { SmppAccount } from './smpp-account.ts'
import { TextSender } from './text-sender.ts'
import { type SmsCall, WebhookAccount } from './webhook-account.ts'

/** What the adapter is made of. */
export type SmsAdapterOptions = Omit<SmsContext, 'counters'>

/** How an account is. */
export interface SmsAccountStatus extends PeerStatus {
  readonly account: string
  /** Texts that have not left yet. */
  readonly waiting: number
}

interface Running {
  readonly account: SmsAccount
  readonly driver: SmppAccount | WebhookAccount
  readonly sender: TextSender
}

/** Takes and sends the texts of every configured account, on the primary core alone: it binds, and a takeover moves the bind. An account that was changed is begun anew. */
export class SmsAdapter {
  readonly counters: SmsCounters = {
    ...{ taken: 0, repeated: 0, slowed: 0, sent: 0, deferred: 0, failed: 0, lost: 0, failures: 0 },
  }
  readonly #context: SmsContext
  readonly #accounts: LiveSet<SmsAccount, Running>
  /** What the conversations were told of in this life: texts are replaced when they change. */
  #told = new WeakSet<OutgoingText>()
  #unfollow: () => void = () => {}
  #timer: Timer | undefined
  #closed = false

  constructor(options: SmsAdapterOptions) {
    this.#context = { ...options, counters: this.counters }
    this.#accounts = new LiveSet({ begin: (account) => this.#begin(account), end })
  }

  start(): void {
    this.#unfollow = this.#context.sequencer.committed.onCommitted((batch) => {
      // What the centre alone has decided is a change of accounts at most, which a tick sees.
      if (batch.some(({ machine }) => machine === 'sms')) this.#look()
    })
    this.#tick()
  }

  status(): readonly SmsAccountStatus[] {
    const waiting = new Map<string, number>()
    for (const text of this.#context.sequencer.committed.states.sms.outgoing.values()) {
      if (textStateOf(text) === 'waiting') waiting.set(text.account, (waiting.get(text.account) ?? 0) + 1)
    }
    return this.#accounts.values().map(({ account: { name }, driver }) => ({
      ...{ account: name, waiting: waiting.get(name) ?? 0, ...driver.peer.status },
    }))
  }

  /** What a provider posts for an account by webhook. */
  async receive(account: string, call: SmsCall): Promise<'taken' | 'repeated' | 'later'> {
    this.#look()
    const driver = this.#accounts.get(account)?.driver
    if (!(driver instanceof WebhookAccount)) throw SMS_ERRORS['sms.no-webhook']({ account })
    return driver.receive(call)
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unfollow()
    this.#timer?.stop()
    await this.#accounts.close()
  }

  #tick(): void {
    this.#look()
    for (const { driver } of this.#accounts.values()) {
      driver.incoming.sweep().catch(() => {})
    }
    this.#timer = this.#context.clock.after(LOOK_MS, () => this.#tick())
  }

  #look(): void {
    if (this.#closed) return
    this.#accounts.follow(this.#context.sequencer.committed.states.centre.configuration['sms-accounts'])
    for (const { sender } of this.#accounts.values()) sender.look()
    this.#tell()
  }

  #begin(account: SmsAccount): Running | undefined {
    const driver = this.#driverOf(account)
    if (!driver) return undefined
    const sender = new TextSender(account, this.#context, driver)
    driver.start()
    return { account, driver, sender }
  }

  #driverOf(account: SmsAccount): SmppAccount | WebhookAccount | undefined {
    const { smpp, webhook } = account
    if (smpp) return new SmppAccount({ ...account, smpp }, this.#context, () => this.#look())
    return webhook && new WebhookAccount({ ...account, webhook }, this.#context)
  }

  /** Tells the conversations what became of their lines, where they do not say it yet. */
  #tell(): void {
    const { sequencer, logger } = this.#context
    const commands: AdapterCommand[] = []
    for (const text of sequencer.committed.states.sms.outgoing.values()) {
      if (this.#told.has(text)) continue
      this.#told.add(text)
      const delivery = deliveryOf(text)
      const { interaction, id: message } = text
      const command = { type: 'ReportMessage' as const, interaction, message, ...(delivery && { delivery }) }
      if (this.#isOpen(text)) commands.push({ machine: 'centre', command })
    }
    if (commands.length === 0) return
    sequencer.submit(commands).catch((cause: unknown) => {
      this.#told = new WeakSet()
      logger.debug({ problem: String(cause) }, 'conversations are told of their texts later')
    })
  }

  #isOpen({ interaction }: OutgoingText): boolean {
    return this.#context.sequencer.committed.states.centre.interactions.has(interaction)
  }
}

/** What is handed over is answered first. */
async function end({ driver, sender }: Running): Promise<void> {
  await sender.close()
  await driver.close()
}

function deliveryOf(text: OutgoingText): MessageDelivery | undefined {
  const state = textStateOf(text)
  if (state === 'waiting') return undefined
  return { state, ...(text.reason !== undefined && { reason: text.reason }) }
}
