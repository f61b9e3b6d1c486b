import type { SipAccount } from './softphone-sip.ts'

const KEY = 'tandem.phone.account'

/** The account of this log-in as it is kept. */
interface Kept {
  /** The end of the session's token: another log-in has other accounts. */
  readonly session: string
  readonly account: SipAccount
}

/** Enough of a token to know it by; the rest need not lie about twice. */
const SESSION_CHARS = 16

export interface AccountKeeperOptions {
  /** Of the log-in as it is now. */
  readonly token: () => string
  readonly fetch: () => Promise<SipAccount>
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly now: () => number
}

/**
 * Gives a page that is loaded anew the account of before, which still serves: the phone need not wait for the server's answer. It is
 * given once; when it is not taken, or its time has come, the next is fetched.
 */
export class AccountKeeper {
  readonly #options: AccountKeeperOptions
  #isFirst = true

  constructor(options: AccountKeeperOptions) {
    this.#options = options
  }

  readonly account = async (): Promise<SipAccount> => {
    const { fetch, storage } = this.#options
    const kept = this.#isFirst ? this.#kept() : undefined
    this.#isFirst = false
    if (kept) return kept
    const account = await fetch()
    storage.setItem(KEY, JSON.stringify({ session: this.#session, account } satisfies Kept))
    return account
  }

  /** At the log-out. */
  forget(): void {
    this.#options.storage.removeItem(KEY)
  }

  get #session(): string {
    return this.#options.token().slice(-SESSION_CHARS)
  }

  #kept(): SipAccount | undefined {
    try {
      const kept = JSON.parse(this.#options.storage.getItem(KEY) ?? 'null') as Kept | null
      const isGood = kept?.session === this.#session && (kept.account.renewAt ?? 0) > this.#options.now()
      return isGood ? kept.account : undefined
    } catch {
      return undefined
    }
  }
}
