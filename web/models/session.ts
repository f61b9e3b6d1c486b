import type { Session } from '#api/contract'
import { Store } from './store.ts'

const KEY = 'tandem.session'

/** What a tab keeps that somebody has logged out on: no session, as JSON. */
const LOGGED_OUT = 'null'

/** The part of a browser's storage that is used here. */
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where a session is kept: in the tab, and for the next tab in the browser. */
export interface SessionStorages {
  readonly tab: Kept
  readonly browser: Kept
}

/**
 * Who is logged in on this tab. A reload keeps it; a new tab, also one opened after all were closed, begins with whoever logged in last
 * in this browser (promise 9), and may log in as somebody else without disturbing the other tabs.
 */
export class SessionModel extends Store<Session | undefined> {
  readonly #storages: SessionStorages

  constructor(storages: SessionStorages, now: number) {
    super(read(storages.tab.getItem(KEY) === null ? storages.browser : storages.tab, now))
    this.#storages = storages
    const session = this.get()
    if (session) storages.tab.setItem(KEY, JSON.stringify(session))
  }

  begin(session: Session): void {
    for (const kept of [this.#storages.tab, this.#storages.browser]) kept.setItem(KEY, JSON.stringify(session))
    this.set(session)
  }

  /** What the server says of the session now; what a new tab begins with changes too, if it is the same session. */
  learn(session: Session): void {
    const { tab, browser } = this.#storages
    const isNewest = browser.getItem(KEY) === tab.getItem(KEY)
    tab.setItem(KEY, JSON.stringify(session))
    if (isNewest) browser.setItem(KEY, JSON.stringify(session))
    this.set(session)
  }

  /** The session is over for this tab, which stays logged out, and for new tabs if it is what they would begin with. */
  end(): void {
    const { tab, browser } = this.#storages
    if (browser.getItem(KEY) === tab.getItem(KEY)) browser.removeItem(KEY)
    tab.setItem(KEY, LOGGED_OUT)
    this.set(undefined)
  }
}

/** The default port of SIP (RFC 3261 18): an address need not name it. */
const SIP_PORT = 5060

/**
 * What a phone registers at and calls, seen from this browser: the page's host, and SIP's port unless it is the usual one. A session that
 * an older release began does not know the port.
 */
export function sipHost({ sipPort = SIP_PORT }: Pick<Partial<Session>, 'sipPort'>, host: string): string {
  return sipPort === SIP_PORT ? host : `${host}:${sipPort}`
}

function read(storage: Kept, now: number): Session | undefined {
  try {
    const session = JSON.parse(storage.getItem(KEY) ?? 'null') as Session | null
    return session && Date.parse(session.expiresAt) > now ? session : undefined
  } catch {
    return undefined
  }
}
