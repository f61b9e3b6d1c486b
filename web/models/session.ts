import type { Session } from '#api/contract'
import { Store } from './store.ts'

const KEY = 'tandem.session'

/** Who is logged in on this tab; a reload keeps it, closing the tab forgets it. */
export class SessionModel extends Store<Session | undefined> {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, now: number) {
    super(read(storage, now))
    this.#storage = storage
  }

  begin(session: Session): void {
    this.#storage.setItem(KEY, JSON.stringify(session))
    this.set(session)
  }

  end(): void {
    this.#storage.removeItem(KEY)
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

function read(storage: Pick<Storage, 'getItem'>, now: number): Session | undefined {
  try {
    const session = JSON.parse(storage.getItem(KEY) ?? 'null') as Session | null
    return session && Date.parse(session.expiresAt) > now ? session : undefined
  } catch {
    return undefined
  }
}
