import type { Millis } from '#base'

/**
 * Messages that take longer than this to the core and back mean that more comes than it can do: the longer, the more of the new calls
 * are refused, so that those that stand are served. Less would refuse calls for a short stall of the machine, and all or nothing
 * would swing between the two.
 */
const LAG_MS_FREE = 500

/** From here on every new call is refused: who waits longer for an answer has repeated the INVITE twice. */
const LAG_MS_MAX = 1_500

/**
 * Whether a new call is refused for the load. It is here, before there is a transaction, because at the core a refusal would cost a
 * transaction on each side, and the way there and back. Which calls follows from their Call-IDs, so that a repeated INVITE is told the same.
 */
export function isShed(callId: string, lagMs: Millis): boolean {
  return lagMs > LAG_MS_FREE && lotOf(callId) < (lagMs - LAG_MS_FREE) / (LAG_MS_MAX - LAG_MS_FREE)
}

/** Spreads Call-IDs over 0 to 1, also those that count upwards (FNV-1a, and the last step of MurmurHash3 against its even low bits). */
function lotOf(callId: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < callId.length; i++) hash = Math.imul(hash ^ callId.charCodeAt(i), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
