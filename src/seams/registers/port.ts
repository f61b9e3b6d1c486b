import type { Millis } from '#base'

/** A register that changed: its new value, or undefined when it was removed or has expired. */
export interface RegisterChange {
  readonly key: string
  readonly value: string | undefined
}

/**
 * Volatile values that expire: SIP bindings, line state, presence, seats. Nothing is kept here that cannot be told again.
 * Every method may fail with `registers.unreachable`; `registers.refused` says that a limit is broken.
 */
export interface Registers {
  /** Sets a value for a time, at least 1 ms; telling the same again renews it. */
  set(key: string, value: string, ttlMs: Millis): Promise<void>
  get(key: string): Promise<string | undefined>
  /** Removes it at once; false when there was none. */
  remove(key: string): Promise<boolean>
  /** Every live register whose key begins so, in the order of their keys. */
  list(prefix: string): Promise<ReadonlyMap<string, string>>
  /** Calls on every change (not on a mere renewal) of a key that begins so, by whichever process. */
  watch(prefix: string, changed: (change: RegisterChange) => void): () => void
  close(): Promise<void>
}

/** A key names a thing of the field, such as `binding/2001/…`; longer ones are a mistake or an attack. */
export const KEY_BYTES_MAX = 512

/** A binding with its path and instance fits several times over. */
export const VALUE_BYTES_MAX = 64 * 1024

/** Ten registers each for 10,000 agents; beyond it something writes without end. */
export const REGISTERS_MAX = 100_000
