/** A browser sends without a pause, muted too: two seconds without a packet are a fault. */
const WEB_SILENCE_MS = 2000

/** How long ICE and the handshake may take before their absence is silence: some tries of each, on a poor line. */
const WEB_SETUP_MS = 8000

/** What a party's flow is watched for. */
export interface FlowWatchOptions {
  /** Now, by the monotonic clock. */
  readonly nowMs: number
  /** How long a phone may be silent. */
  readonly alarmMs: number
  /** Says that packets come no more, or come again. */
  alarm(receiving: boolean): void
}

/** Whether the party of a session is heard: the longest gap between its packets, and an alarm when there are none (promise 10). */
export class FlowWatch {
  readonly #alarmMs: number
  readonly #alarm: (receiving: boolean) => void
  #heardAny = false
  #lastAtMs: number
  #gapMsMax = 0
  #alarmed = false

  constructor({ nowMs, alarmMs, alarm }: FlowWatchOptions) {
    this.#lastAtMs = nowMs
    this.#alarmMs = alarmMs
    this.#alarm = alarm
  }

  /** The longest time between two packets while the party was to be heard. */
  get gapMsMax(): number {
    return this.#gapMsMax
  }

  /** Silence counts from here: the party begins, or is to be heard again. */
  begin(nowMs: number): void {
    this.#lastAtMs = nowMs
  }

  /** A packet came; the party is to be heard, or is not. */
  heard(nowMs: number, isToBe: boolean): void {
    const gapMs = nowMs - this.#lastAtMs
    if (this.#heardAny && isToBe && gapMs > this.#gapMsMax) this.#gapMsMax = gapMs
    this.#lastAtMs = nowMs
    this.#heardAny = true
    if (!this.#alarmed) return
    this.#alarmed = false
    this.#alarm(true)
  }

  /** Looks at a party that is to be heard: over ICE, where its handshake may still be under way, or not. */
  look(nowMs: number, web: { readonly isSecured: boolean } | undefined): void {
    if (this.#alarmed || nowMs - this.#lastAtMs < this.#silenceMs(web)) return
    this.#alarmed = true
    this.#alarm(false)
  }

  #silenceMs(web: { readonly isSecured: boolean } | undefined): number {
    if (!web) return this.#alarmMs
    return web.isSecured ? Math.min(WEB_SILENCE_MS, this.#alarmMs) : WEB_SETUP_MS
  }
}
