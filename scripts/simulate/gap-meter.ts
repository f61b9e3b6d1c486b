import type { Gap } from '../../test/kit/rtp-stream.ts'
import type { GapSlot } from './messages.ts'

/** Fine enough to tell the second of a kill from the one before it. */
const SLOT_MS = 100

/** Keeps the longest gap of every tenth of a second, over all streams of a process. */
export class GapMeter {
  readonly #slots = new Map<number, { at: number; ms: number; transitMs: number; otherMs: number }>()

  add(gap: Gap): void {
    const at = Math.floor(gap.at / SLOT_MS) * SLOT_MS
    const slot = this.#slots.get(at) ?? { at, ms: 0, transitMs: 0, otherMs: 0 }
    if (gap.stream === 0) slot.otherMs = Math.max(slot.otherMs, gap.ms)
    else {
      slot.ms = Math.max(slot.ms, gap.ms)
      slot.transitMs = Math.max(slot.transitMs, gap.transitMs)
    }
    this.#slots.set(at, slot)
  }

  slots(): GapSlot[] {
    return [...this.#slots.values()]
  }
}
