import { ApiProblem } from './api-problem.ts'

/** A request that is older, or of a later hour, is somebody's repetition or a clock that is wrong. */
const TOLERANCE_MS = 300_000
const MS_PER_SECOND = 1_000
const ENCODED = 'whsec_'
const UNAUTHORIZED = 401

/** What a receiver of webhooks checks. */
export interface ReceivedWebhook {
  /** The body as it came, byte for byte: not parsed and written anew. */
  readonly body: string
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** Every secret that is good at this time: two while one is replaced. */
  readonly secrets: readonly string[]
  /** How far the sender's clock may be from this one: 5 minutes when not said. */
  readonly toleranceMs?: number
  readonly now?: number
}

/** An event of CloudEvents 1.0. One whose `id` was seen before is the same event, sent again. */
export interface WebhookEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly subject?: string
  /** Grows from event to event; texts sort as numbers do. */
  readonly sequence: string
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * The event of a webhook's request, if one of the secrets signed it and it is of this time; otherwise an {@link ApiProblem} with
 * status 401, to be answered as such.
 *
 *     const event = await verifyWebhook({ body, headers: request.headers, secrets: [process.env.TANDEM_SECRET] })
 */
export async function verifyWebhook(received: ReceivedWebhook): Promise<WebhookEvent> {
  const { body, secrets, toleranceMs = TOLERANCE_MS, now = Date.now() } = received
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(received.headers, name),
  )
  if (!id || !timestamp || !signatures) throw refused('the request is not signed')
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('its time is no time')
  if (Math.abs(now - Number(timestamp) * MS_PER_SECOND) > toleranceMs) throw refused('it is too old, or of the future')
  if (!(await isSigned(`${id}.${timestamp}.${body}`, signatures, secrets))) throw refused('no secret of ours signed it')
  return JSON.parse(body) as WebhookEvent
}

async function isSigned(text: string, signatures: string, secrets: readonly string[]): Promise<boolean> {
  const given = signatures.split(' ').flatMap((one) => (one.startsWith('v1,') ? [bytesOf(one.slice(3))] : []))
  const bytes = new TextEncoder().encode(text)
  for (const secret of secrets) {
    const raw = secret.startsWith(ENCODED) ? bytesOf(secret.slice(ENCODED.length)) : new TextEncoder().encode(secret)
    if (!raw || raw.length === 0) continue
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    for (const signature of given) {
      // Compares in a time that tells nothing.
      if (signature && (await crypto.subtle.verify('HMAC', key, signature, bytes))) return true
    }
  }
  return false
}

/** Undefined when it is no base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const found = headers[name]
  return typeof found === 'string' ? found : undefined
}

function refused(why: string): ApiProblem {
  return new ApiProblem(UNAUTHORIZED, `the webhook is not believed: ${why}`)
}
