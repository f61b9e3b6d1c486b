import type { SipMessage } from '#protocols/sip'
import type { InviteHead, SessionTimer } from './leg/leg.ts'

/** RFC 4028 4: "the minimum value for the Session-Expires header field is 90 seconds"; less is refused with 422. */
export const SESSION_SECONDS_MIN = 90

/** What an answer says about the session timer, and what we must do for it. */
export interface AgreedTimer {
  readonly sessionExpires: string
  readonly timer: Omit<SessionTimer, 'refreshedAt'>
}

/**
 * RFC 4028 9: the answer to an INVITE that asks for a session timer. The peer refreshes unless it asked us to, or cannot.
 * Nothing when it did not ask: we ask for none of our own, since RTP and probes show us who is gone.
 */
export function agreeTimer(head: InviteHead): AgreedTimer | undefined {
  const asked = parseExpires(fieldValue(head, 'session-expires'))
  if (!asked) return undefined
  const able = /(^|,)\s*timer\s*(,|$)/i.test(fieldValue(head, 'supported') ?? '')
  const refresher = able && asked.refresher !== 'uas' ? 'uac' : 'uas'
  return {
    sessionExpires: `${asked.seconds};refresher=${refresher}`,
    timer: { intervalMs: asked.seconds * 1000, refresher: refresher === 'uac' ? 'peer' : 'us' },
  }
}

/** What the 2xx to an INVITE of ours asks of us (RFC 4028 7.2). */
export function timerOf(response: SipMessage): Omit<SessionTimer, 'refreshedAt'> | undefined {
  const asked = parseExpires(response.get('session-expires'))
  return asked && { intervalMs: asked.seconds * 1000, refresher: asked.refresher === 'uas' ? 'peer' : 'us' }
}

/** The smallest interval that the INVITE asks for is too small: the answer is 422 with Min-SE. */
export function isTooShort(request: SipMessage): boolean {
  const match = EXPIRES.exec(request.get('session-expires') ?? '')
  return match !== null && Number(match[1]) < SESSION_SECONDS_MIN
}

const EXPIRES = /^(\d{1,7})\s*(?:;\s*refresher\s*=\s*(uac|uas))?/i

function parseExpires(text: string | undefined): { seconds: number; refresher?: string } | undefined {
  const match = EXPIRES.exec(text ?? '')
  if (!match) return undefined
  const refresher = match[2]?.toLowerCase()
  return { seconds: Math.max(Number(match[1]), SESSION_SECONDS_MIN), ...(refresher !== undefined && { refresher }) }
}

function fieldValue(head: InviteHead, name: string): string | undefined {
  const values = head
    .filter(([other]) => other.toLowerCase() === name || other === SHORT[name])
    .map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(',')
}

const SHORT: Readonly<Record<string, string>> = { 'session-expires': 'x', supported: 'k' }
