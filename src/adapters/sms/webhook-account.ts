import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { PeerState } from '#base'
import type { SmsAccount } from '#kernel/config'
import type { OutgoingText } from '#kernel/sms'
import type { SmsContext } from './context.ts'
import type { SendOutcome, SmsDriver } from './driver.ts'
import { SMS_WEBHOOK_ERRORS } from './errors.ts'
import { Incoming } from './incoming.ts'
import { WEBHOOK_TEXT_CHARS_MAX, WEBHOOK_TOLERANCE_MS } from './limits.ts'

const MS_PER_SECOND = 1_000
/** A shorter secret may be guessed. */
const SECRET_CHARS_MIN = 16

const id = z.string().min(1).max(200)
const number = z.string().regex(/^\+?[0-9]{3,20}$|^[A-Za-z0-9 ]{1,11}$/, 'is no number')

/** What is posted to us: a text, or what became of one of ours. */
const CallSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), id, from: number, text: z.string().min(1).max(WEBHOOK_TEXT_CHARS_MAX) }),
  z.object({
    ...{ type: z.literal('report'), id, state: z.enum(['delivered', 'failed']) },
    reason: z.string().max(200).optional(),
  }),
])

/** A request as it came. */
export interface SmsCall {
  readonly body: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Texts by HTTP: posted to the provider when they leave, posted to us when they come; both signed. */
export class WebhookAccount implements SmsDriver {
  /** A provider knows a text by its id. */
  readonly repeats = true
  readonly isReady = true
  readonly peer: PeerState
  readonly incoming: Incoming
  readonly #account: SmsAccount
  readonly #url: string
  readonly #context: SmsContext

  constructor(account: SmsAccount & { readonly webhook: { readonly url: string } }, context: SmsContext) {
    this.#account = account
    this.#url = account.webhook.url
    this.#context = context
    this.peer = new PeerState(context.clock)
    this.incoming = new Incoming(account, context)
  }

  /** There is nothing to connect to: it works until a post does not. */
  start(): void {
    this.peer.up()
  }

  async close(): Promise<void> {
    await this.incoming.settled()
  }

  /** Texts are divided by the provider; one that was written for SMPP leaves in the parts that it has. */
  async send({ id: whole, number: to, parts }: OutgoingText, part: number): Promise<SendOutcome> {
    const text = parts.length === 1 ? whole : `${whole}.${part + 1}`
    const body = JSON.stringify({
      ...{ type: 'text', id: text, from: this.#account.address, to, text: parts[part]!.text },
    })
    try {
      const secret = await this.#secret()
      const { status, retryAfterMs } = await this.#context.post({ url: this.#url, id: text, body, secret })
      // The id of a delivery report is our own.
      const reason = `the provider answers ${status}`
      // Who refuses a text works.
      if (status < 500) this.peer.up()
      else this.peer.down(reason)
      if (status >= 200 && status < 300) return { is: 'sent', peerId: text }
      const afterMs = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }
      if (status === 429) return { is: 'later', reason, slower: true, ...afterMs }
      return status >= 400 && status < 500 ? { is: 'refused', reason } : { is: 'later', reason, ...afterMs }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      this.peer.down(reason)
      return { is: 'later', reason }
    }
  }

  /** What the provider posts; fails unless the secret signed it a moment ago. */
  async receive({ body, headers }: SmsCall): Promise<'taken' | 'repeated' | 'later'> {
    await this.#believe(body, headers)
    const call = CallSchema.safeParse(parsed(body))
    if (!call.success) {
      const [issue] = call.error.issues
      throw SMS_WEBHOOK_ERRORS['sms.webhook']({ problem: `${issue?.path.join('.')}: ${issue?.message}` })
    }
    if (call.data.type === 'text') {
      const { from, id: name, text } = call.data
      return this.incoming.whole(from, name, text.replaceAll('\u0000', ''))
    }
    const { id: peerId, state, reason } = call.data
    const { sms } = this.#context.sequencer.committed.states
    const known = sms.outgoing.get(peerId)
    if (!known || known.account !== this.#account.name) return 'taken'
    const command = {
      ...{ type: 'ReportReceipt' as const, party: known, peerId, is: state },
      ...(reason !== undefined && { reason }),
    }
    await this.#context.sequencer.submit([
      { machine: 'sms', command: { ...command, party: { account: known.account, number: known.number } } },
    ])
    return 'taken'
  }

  async #secret(): Promise<string> {
    const secret = (await this.#context.secretOf(this.#account.secret))?.trim() ?? ''
    if (secret.length >= SECRET_CHARS_MIN) return secret
    throw SMS_WEBHOOK_ERRORS['sms.secret']({ secret: this.#account.secret, charsMin: SECRET_CHARS_MIN })
  }

  async #believe(body: string, headers: SmsCall['headers']): Promise<void> {
    const [name, timestamp, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((header) => {
      const value = headers[header]
      return typeof value === 'string' ? value : ''
    }) as [string, string, string]
    const at = Number(timestamp) * MS_PER_SECOND
    const isNow = /^\d{1,12}$/.test(timestamp) && Math.abs(this.#context.clock.now() - at) <= WEBHOOK_TOLERANCE_MS
    if (!isNow) throw SMS_WEBHOOK_ERRORS['sms.unsigned']()
    const wanted = this.#context.sign(name, at, body, await this.#secret())
    if (!given.split(' ').some((one) => isSame(one, wanted))) throw SMS_WEBHOOK_ERRORS['sms.unsigned']()
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
