import type { SipAccount } from './softphone-sip.ts'

/** Where an agent talks: in the browser, or by a phone of its own that is registered by itself. */
export type Station = 'browser' | 'phone'

const KEY = 'tandem.station'

/** A new secret is fetched this long before the old one ends: the server may be away for a while. */
const RENEW_BEFORE_MS = 10 * 60_000

/** Never sooner than this: a browser whose clock is wrong shall not ask without end. */
const RENEW_MS_MIN = 60_000

/** The station that was chosen in this browser; a phone until somebody has chosen the browser once. */
export function keptStation(storage: Pick<Storage, 'getItem'>): Station {
  return storage.getItem(KEY) === 'browser' ? 'browser' : 'phone'
}

/** Whether a page may have a microphone: browsers give none to pages over plain HTTP, but for those of the machine itself. */
export function mayTalkHere(browser: Partial<Pick<Navigator, 'mediaDevices'>>): boolean {
  return browser.mediaDevices !== undefined
}

/** Keeps the choice for the next time in this browser. */
export function keepStation(storage: Pick<Storage, 'setItem'>, station: Station): void {
  storage.setItem(KEY, station)
}

/** The account with the moment when to fetch the next, by the browser's clock; `clockOffsetMs` is how far the server's is before it. */
export function renewable<A extends SipAccount & { readonly expiresAt: string }>(
  account: A,
  now: number,
  clockOffsetMs: number,
): SipAccount {
  const renewAt = Date.parse(account.expiresAt) - clockOffsetMs - RENEW_BEFORE_MS
  return { ...account, renewAt: Math.max(renewAt, now + RENEW_MS_MIN) }
}
