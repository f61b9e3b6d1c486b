/** Remembers beyond the page that this browser has a call, and tells another page when the one that had it is gone. */
export interface CallClaim {
  /** This page has the call now. */
  hold(): void
  /** The call has ended, or there is none. */
  release(): void
  /** Calls, at most once, when a page had a call and went without its end: at once, or when that page goes. Returns what stops it. */
  onOrphaned(call: () => void): () => void
}

/** The part of `navigator.locks` that is used. The browser lets a lock go when its page goes, however it goes. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>
}

const KEY = 'tandem.call'

export interface CallClaimOptions {
  readonly user: string
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Absent in browsers that have none: then the server finds out by itself, a little later. */
  readonly locks: Locks | undefined
}

/** A claim of one user in this browser: a word in its storage while a call is up, and a lock that only a living page has. */
export function callClaim({ user, storage, locks }: CallClaimOptions): CallClaim {
  const key = `${KEY}.${user}`
  let letGo: (() => void) | undefined
  /** Has the lock when it is free, and keeps it until it lets go. */
  const take = (signal: AbortSignal, held: () => void): void => {
    const keep = (): Promise<void> =>
      new Promise((resolve) => {
        letGo = () => {
          letGo = undefined
          resolve()
        }
        held()
      })
    // Refused only when it is given up before.
    locks?.request(key, { signal }, keep).catch(() => {})
  }
  return {
    hold: () => {
      storage.setItem(key, 'up')
      if (!letGo) take(new AbortController().signal, () => {})
    },
    release: () => {
      storage.removeItem(key)
      letGo?.()
    },
    onOrphaned: (call) => {
      if (storage.getItem(key) === null) return () => {}
      const waiting = new AbortController()
      // The lock stays with the page that asks for the call: no other one asks as well.
      take(waiting.signal, () => (storage.getItem(key) === null ? letGo?.() : call()))
      return () => waiting.abort()
    },
  }
}
