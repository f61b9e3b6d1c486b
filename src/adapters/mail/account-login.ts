import type { MailAccount } from '#kernel/config'
import { AccessTokens } from './access-tokens.ts'
import type { MailContext } from './context.ts'

/** What a server is shown. */
export type Credentials =
  | { readonly is: 'password'; readonly password: string | undefined }
  | { readonly is: 'token'; readonly token: string }

/** How one account logs in, at its IMAP server and at its SMTP server: with the password of its secret, or with access tokens. */
export class AccountLogin {
  readonly #account: MailAccount
  readonly #context: MailContext
  readonly #tokens: AccessTokens | undefined

  /** `failed` is told in words why there is no token. */
  constructor(account: MailAccount, context: MailContext, failed: (problem: string) => void) {
    this.#account = account
    this.#context = context
    this.#tokens = account.oauth2 && new AccessTokens(account, account.oauth2, context, failed)
  }

  get byToken(): boolean {
    return this.#tokens !== undefined
  }

  /** Those of now. */
  async credentials(): Promise<Credentials> {
    if (this.#tokens) return { is: 'token', token: await this.#tokens.token() }
    const { secret } = this.#account
    return { is: 'password', password: secret === undefined ? undefined : await this.#context.password(secret) }
  }

  /** Those after a server has refused these; undefined when there are no others. */
  async others(refused: Credentials): Promise<Credentials | undefined> {
    if (!this.#tokens || refused.is !== 'token') return undefined
    this.#tokens.refuse(refused.token)
    const next = await this.#tokens.token()
    return next === refused.token ? undefined : { is: 'token', token: next }
  }

  close(): void {
    this.#tokens?.close()
  }
}
