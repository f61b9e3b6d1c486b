import { createHmac } from 'node:crypto'

/** A secret of fewer characters may be guessed. */
export const SECRET_CHARS_MIN = 16

const ENCODED = 'whsec_'
const MS_PER_SECOND = 1_000

/** The headers that prove who sends and when, as Standard Webhooks has them: one signature for each secret that is in use. */
export function signedHeaders(
  id: string,
  at: number,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / MS_PER_SECOND))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** `whsec_` and base64, as tools make them; any other text stands for its bytes. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(ENCODED) ? Buffer.from(secret.slice(ENCODED.length), 'base64') : Buffer.from(secret)
}
