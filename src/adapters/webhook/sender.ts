import { type Clock, isTandemError } from '#base'
import type { Webhook } from '#kernel/config'
import type { CloudEvent } from './cloud-event.ts'
import { WEBHOOK_ERRORS } from './errors.ts'
import { type Answer, post } from './post.ts'
import { SECRET_CHARS_MIN, signedHeaders } from './sign.ts'
import type { TargetGate } from './target-gate.ts'

/** What sends an event once. */
export interface SenderOptions {
  readonly gate: TargetGate
  /** The text of a secret's file; undefined when there is none. */
  readonly secretOf: (name: string) => Promise<string | undefined>
  readonly clock: Clock
  readonly answerMsMax?: number
}

/** What came of sending: `gone` means that the receiver wants nothing any more. */
export type Outcome =
  | { readonly is: 'taken'; readonly status: number }
  | { readonly is: 'gone' }
  | { readonly is: 'failed'; readonly problem: string; readonly retryAfterMs?: number }

const GONE = 410

/** What a person should know of some answers. */
const WORDS: Readonly<Record<number, string>> = {
  400: ': the receiver does not take this event',
  401: ': does the receiver know the secret?',
  403: ': does the receiver know the secret?',
  413: ': the event is too large for the receiver',
}

/** Signs an event, posts it once, and says in words what came of it. */
export class Sender {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  async send(webhook: Webhook, event: CloudEvent, signal: AbortSignal): Promise<Outcome> {
    try {
      return judge(await this.#post(webhook, event, signal))
    } catch (cause) {
      return { is: 'failed', problem: wordsOf(cause) }
    }
  }

  async #post(webhook: Webhook, event: CloudEvent, signal: AbortSignal): Promise<Answer> {
    const { gate, clock, answerMsMax } = this.#options
    const secrets = await this.#secrets(webhook)
    const url = new URL(webhook.url)
    const addresses = await gate.open(url)
    const body = JSON.stringify(event)
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Tandem',
      ...signedHeaders(event.id, clock.now(), body, secrets),
    }
    return post({ url, addresses, headers, body, signal, ...(answerMsMax !== undefined && { answerMsMax }) })
  }

  /** The earlier one may be gone already; without the present one nothing is sent. */
  async #secrets({ secret, secretBefore }: Webhook): Promise<readonly string[]> {
    const { secretOf } = this.#options
    const now = (await secretOf(secret))?.trim() ?? ''
    if (now.length < SECRET_CHARS_MIN) {
      throw WEBHOOK_ERRORS['webhook.secret']({ secret, charsMin: SECRET_CHARS_MIN })
    }
    const before = secretBefore === undefined ? '' : ((await secretOf(secretBefore))?.trim() ?? '')
    return before.length < SECRET_CHARS_MIN ? [now] : [now, before]
  }
}

function judge({ status, retryAfterMs }: Answer): Outcome {
  if (status >= 200 && status < 300) return { is: 'taken', status }
  if (status === GONE) return { is: 'gone' }
  const words = status >= 300 && status < 400 ? ': redirects are not followed' : (WORDS[status] ?? '')
  const problem = WEBHOOK_ERRORS['webhook.answer']({ status, words }).message
  return { is: 'failed', problem, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Why it failed, without anything of what was sent. */
function wordsOf(cause: unknown): string {
  if (isTandemError(cause)) return cause.message
  if (cause instanceof AggregateError) return cause.errors.map(wordsOf).join(', ')
  return cause instanceof Error ? cause.message : String(cause)
}
