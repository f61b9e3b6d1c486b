/** What a datagram meets on its way; shares are from 0 to 1. */
export interface PoorNetwork {
  readonly lost: number
  readonly doubled: number
  /** These go at once, past those that were sent before them. */
  readonly reordered: number
  /** All others are so late: least and most. */
  readonly lateMs: readonly [number, number]
}

/** Delivers a datagram as the network would: late, twice, before its elders, or not at all. */
export type PoorWay = (deliver: () => void) => void

/** A way through a poor network, whose chance the random numbers are (from 0 up to, not including, 1). */
export function poorWay(
  { lost, doubled, reordered, lateMs: [least, most] }: PoorNetwork,
  random: () => number,
): PoorWay {
  const once = (deliver: () => void) => {
    if (random() < reordered) deliver()
    else setTimeout(deliver, least + random() * (most - least))
  }
  return (deliver) => {
    if (random() < lost) return
    once(deliver)
    if (random() < doubled) once(deliver)
  }
}
