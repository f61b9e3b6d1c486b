import type { Millis } from '#base'
import { T1_MS, T2_MS } from './sip-methods.ts'

/** What this core has sent for one leg, by what it is. Never in the log: a new core has sent nothing and so sends all that is open at once. */
export class Sent {
  readonly #sent = new Map<string, { count: number; at: Millis }>()
  readonly #heard = new Map<string, number>()

  has(key: string): boolean {
    return this.#sent.has(key)
  }

  mark(key: string, now: Millis): void {
    this.#sent.set(key, { count: (this.#sent.get(key)?.count ?? 0) + 1, at: now })
  }

  /** An answer came: the request is not repeated any more. */
  hear(key: string, status: number): void {
    this.#heard.set(key, status)
  }

  heard(key: string): number | undefined {
    return this.#heard.get(key)
  }

  /** When it is to be sent: at once the first time, then T1, 2*T1, 4*T1 … T2 after the last (RFC 3261 17.1.2.2, 13.3.1.4). */
  dueAt(key: string): Millis {
    const sent = this.#sent.get(key)
    if (!sent) return 0
    return sent.at + Math.min(T1_MS * 2 ** (sent.count - 1), T2_MS)
  }

  /** When it would be due again if it were sent now. */
  nextAfter(key: string, now: Millis): Millis {
    return now + Math.min(T1_MS * 2 ** (this.#sent.get(key)?.count ?? 0), T2_MS)
  }

  /** The path was cut and may have lost all: everything that is still open is sent again. */
  forget(): void {
    this.#sent.clear()
    this.#heard.clear()
  }

  /** The peer asked again, so its answer is given again. */
  forgetKey(key: string): void {
    this.#sent.delete(key)
  }
}
