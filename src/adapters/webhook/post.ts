import type { LookupAddress } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { WEBHOOK_ERRORS } from './errors.ts'

/** A receiver that keeps what it gets and answers needs much less; each later event waits as long. */
export const ANSWER_MS_MAX = 10_000
/** What is read of an answer beyond its status: nothing in it is of use, but an early end would look like a broken connection. */
const ANSWER_BYTES_MAX = 65_536

const MS_PER_SECOND = 1_000

/** What is posted, where to, and what the answer is. */
export interface Post {
  readonly url: URL
  /** The addresses that may be connected to: no other is, whatever the name leads to by now. */
  readonly addresses: readonly LookupAddress[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  readonly answerMsMax?: number
}

/** The status, and how long the receiver asks to be left alone. */
export interface Answer {
  readonly status: number
  readonly retryAfterMs?: number
}

/** Posts once and gives the answer's status; follows nothing. Fails with what the connection fails with, or `webhook.late`. */
export function post({ url, addresses, headers, body, signal, answerMsMax = ANSWER_MS_MAX }: Post): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A connection each: one that was kept and has died meanwhile would be taken for a failure.
    agent: false,
    lookup: only(addresses),
    signal,
  }
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = send(url, options, (response) => {
      drain(response, () => request.destroy())
      resolve(answerOf(response))
    })
    const late = setTimeout(() => {
      const error = WEBHOOK_ERRORS['webhook.late']({ seconds: answerMsMax / MS_PER_SECOND })
      reject(error)
      request.destroy(error)
    }, answerMsMax)
    request.on('close', () => clearTimeout(late))
    request.on('error', reject)
    request.end(body)
  })
}

/** A resolver that knows these addresses alone. */
function only(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const first = addresses[0]!
    if (all) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

/** Reads the answer to its end, or to its limit: what it says of its own size does not matter. */
function drain(response: IncomingMessage, stop: () => void): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) stop()
  })
  response.on('error', () => {})
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  const seconds = Number(headers['retry-after'])
  return { status: statusCode, ...(seconds > 0 && { retryAfterMs: seconds * MS_PER_SECOND }) }
}
