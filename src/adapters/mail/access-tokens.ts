import { z } from 'zod'
import type { Millis } from '#base'
import type { MailAccount, MailOAuth2 } from '#kernel/config'
import type { MailContext } from './context.ts'
import { TOKEN_ERRORS } from './errors.ts'
import {
  TOKEN_AGE_MS_MIN,
  TOKEN_ANSWER_BYTES_MAX,
  TOKEN_ANSWER_MS_MAX,
  TOKEN_CHARS_MAX,
  TOKEN_LIFE_MS,
  TOKEN_RENEWED_MS,
} from './limits.ts'
import { oneLine } from './safe-words.ts'

/** RFC 6749 A.12 and A.17: visible characters, which end no head and no SASL field. */
const token = z
  .string()
  .max(TOKEN_CHARS_MAX)
  .regex(/^[\x21-\x7e]+$/)

/** RFC 6749 5.1; some providers write the seconds as text. */
const AnswerSchema = z.object({
  access_token: token,
  expires_in: z.coerce.number().min(0).optional(),
  refresh_token: token.optional(),
})

/** RFC 6749 5.2. */
const RefusalSchema = z.object({ error: z.string(), error_description: z.string().optional() })

interface Issued {
  readonly token: string
  readonly at: Millis
  readonly renewAt: Millis
}

/**
 * The access tokens of one account (RFC 6749), one at a time: by its client credentials (4.4), or by a refresh token (6). A token is renewed before it runs out,
 * and when a server refuses it. Tokens are in memory alone; the client's secret and the refresh token lie in files, which are read at each renewal.
 */
export class AccessTokens {
  readonly #oauth2: MailOAuth2
  readonly #account: MailAccount
  readonly #context: MailContext
  readonly #failed: (problem: string) => void
  readonly #closed = new AbortController()
  #issued: Issued | undefined
  #renewing: Promise<Issued> | undefined
  /** A refresh token that the provider gave in place of the file's, where the file could not be written. */
  #rotated: { readonly file: string; readonly by: string } | undefined

  /** `failed` is told in words why there is no token. */
  constructor(account: MailAccount, oauth2: MailOAuth2, context: MailContext, failed: (problem: string) => void) {
    this.#oauth2 = oauth2
    this.#account = account
    this.#context = context
    this.#failed = failed
  }

  /** One that is good for a while; all who ask at once share one renewal. Fails with `mail.token-*`. */
  async token(): Promise<string> {
    const issued = this.#issued
    if (issued && this.#context.clock.now() < issued.renewAt) return issued.token
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    return (await this.#renewing).token
  }

  /** A server does not take this one: the next who asks is given another. One that is brand-new stays, as another would be refused as well. */
  refuse(refused: string): void {
    const issued = this.#issued
    if (issued?.token !== refused || this.#context.clock.now() - issued.at < TOKEN_AGE_MS_MIN) return
    this.#issued = undefined
  }

  close(): void {
    this.#closed.abort()
  }

  async #renew(): Promise<Issued> {
    const { clock, logger, counters } = this.#context
    try {
      const at = clock.now()
      const { access_token, expires_in, refresh_token } = await this.#ask()
      const lifeMs = expires_in === undefined ? TOKEN_LIFE_MS : expires_in * 1_000
      const renewAt = at + Math.max(lifeMs - TOKEN_RENEWED_MS, lifeMs / 2)
      if (refresh_token !== undefined) await this.#rotate(refresh_token)
      this.#issued = { token: access_token, at, renewAt }
      logger.info({ account: this.#account.name, lifeMs }, 'access token renewed')
      return this.#issued
    } catch (cause) {
      counters.failures++
      this.#failed(cause instanceof Error ? cause.message : String(cause))
      throw cause
    }
  }

  async #ask(): Promise<z.infer<typeof AnswerSchema>> {
    const url = new URL(this.#oauth2.tokenUrl)
    const body = await this.#request()
    const { status, text } = await post(url, body, this.#closed.signal).catch((cause: unknown) => {
      throw TOKEN_ERRORS['mail.token-unreachable']({ host: url.host, why: wordsOf(cause) })
    })
    const answer = parsed(text)
    const { data } = AnswerSchema.safeParse(answer)
    if (status === 200 && data) return data
    const refusal = RefusalSchema.safeParse(answer).data
    const why = refusal && oneLine([refusal.error, refusal.error_description ?? ''].join(' '), 200)
    throw TOKEN_ERRORS['mail.token-refused']({ host: url.host, why: why ?? `it answers ${status}` })
  }

  async #request(): Promise<URLSearchParams> {
    const { clientId, scope, refreshToken } = this.#oauth2
    const { secret } = this.#account
    const clientSecret = secret === undefined ? undefined : await this.#secretOf(secret)
    return new URLSearchParams({
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      ...(scope !== undefined && { scope }),
      ...(refreshToken === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: await this.#refreshTokenOf(refreshToken) }),
    })
  }

  async #secretOf(name: string): Promise<string> {
    const text = (await this.#context.password(name))?.trim()
    if (!text) throw TOKEN_ERRORS['mail.token-secret']({ secret: name })
    return text
  }

  /** The file's, unless the provider replaced that one. */
  async #refreshTokenOf(name: string): Promise<string> {
    const file = await this.#secretOf(name)
    return this.#rotated?.file === file ? this.#rotated.by : file
  }

  /** RFC 6749 6: a provider may give a new refresh token, and the old one may count no more. */
  async #rotate(by: string): Promise<void> {
    const { refreshToken: name } = this.#oauth2
    if (name === undefined) return
    const file = await this.#secretOf(name)
    if (file === by) return
    this.#rotated = { file, by }
    const { keepSecret, logger } = this.#context
    await keepSecret?.(name, by).catch((cause: unknown) => {
      logger.warn({ account: this.#account.name, problem: wordsOf(cause) }, 'a new refresh token is not kept on disk')
    })
  }
}

/** A redirection is not followed: it would tell the secret to somebody else. */
async function post(url: URL, body: URLSearchParams, closed: AbortSignal) {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(TOKEN_ANSWER_MS_MAX)])
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > TOKEN_ANSWER_BYTES_MAX) throw new TypeError('its answer has no end')
  }
  return { status: response.status, text: Buffer.concat(chunks).toString('utf8') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wordsOf(cause: unknown): string {
  const { message, cause: deeper } = cause as { message?: string; cause?: { code?: string; message?: string } }
  return oneLine(deeper?.code ?? deeper?.message ?? message ?? String(cause), 200)
}
