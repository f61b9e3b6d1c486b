import { countsOf, QualityMeter } from './softphone-quality.ts'
import type { Registration } from './softphone-registration.ts'
import type { SipCall } from './softphone-sip.ts'
import type { CallQuality } from './softphone-state.ts'

/** How long a broken way is given to come back before the next attempt to mend it: ICE needs a second or two. */
const RESTART_MS = 5000

/**
 * While nothing is heard: how often a connection to the server is tried that does not open. Promise 9: sound is back within two seconds
 * of the network's return, so the last try must not lie further back.
 */
const RECONNECT_MS = 1500

/** What the way of a call is made of. */
export interface CallWayOptions {
  readonly sip: Pick<SipCall, 'connection' | 'restart'>
  readonly registration: Pick<Registration, 'isVisitor' | 'openedAt' | 'registeredAt' | 'reconnect'>
  /** Asks the server to call this page anew, where that can be asked. */
  readonly callAnew: () => Promise<unknown> | undefined
  readonly now: () => number
  readonly onQuality: (quality: CallQuality) => void
}

/** The way that the sound of one call takes: it is measured, and mended while one side does not hear the other. */
export class CallWay {
  readonly #options: CallWayOptions
  readonly #meter = new QualityMeter()
  /** When it was last tried to mend it. */
  #triedAt: number
  /** Since when one side does not hear the other. */
  #silentAt: number | undefined
  #looking = false
  #closed = false

  constructor(options: CallWayOptions) {
    this.#options = options
    this.#triedAt = options.now()
  }

  /** They can hear each other from now on: it is given its time. */
  connected(): void {
    this.#triedAt = this.#options.now()
  }

  /** Looks at what arrived since the last time. */
  async measure(): Promise<void> {
    const { connection } = this.#options.sip
    if (!connection || this.#looking) return
    this.#looking = true
    const report = await connection.getStats().catch(() => undefined)
    this.#looking = false
    if (!report || this.#closed) return
    const now = this.#options.now()
    const quality = this.#meter.look(countsOf(report, now))
    this.#options.onQuality(quality)
    const silent = quality.verdict === 'silent-in' || quality.verdict === 'silent-out'
    this.#silentAt = silent ? (this.#silentAt ?? now) : undefined
    if (this.#silentAt !== undefined) this.#mend(this.#silentAt, quality.verdict, now)
  }

  /** The call is over: what is still on its way says nothing. */
  close(): void {
    this.#closed = true
  }

  /**
   * A phone that is registered first makes sure of the server: it registers over another connection, and is offered or called anew by a
   * server that heard nothing either. If it is heard, only it can say that it hears nothing. A visitor offers anew by itself.
   */
  #mend(silentAt: number, verdict: CallQuality['verdict'], now: number): void {
    const { sip, registration, callAnew } = this.#options
    const { openedAt, registeredAt } = registration
    if (registration.isVisitor) return this.#try(now, RESTART_MS, () => sip.restart())
    if (registeredAt < silentAt) {
      const opens = this.#triedAt >= silentAt && openedAt < this.#triedAt
      const waitMs = this.#triedAt < silentAt ? 0 : opens ? RECONNECT_MS : RESTART_MS
      return this.#try(now, waitMs, () => registration.reconnect())
    }
    if (verdict !== 'silent-in' || now - registeredAt < RECONNECT_MS) return
    const waitMs = this.#triedAt <= registeredAt ? 0 : RESTART_MS
    this.#try(now, waitMs, () => void callAnew()?.catch(() => {}))
  }

  #try(now: number, waitMs: number, attempt: () => void): void {
    if (now - this.#triedAt < waitMs) return
    this.#triedAt = now
    attempt()
  }
}
