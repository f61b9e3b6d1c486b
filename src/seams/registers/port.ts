import type { Millis } from '#base'

/** A register that changed: its new value, or undefined when it was removed or has expired. */
export interface RegisterChange {
  readonly key: string
  readonly value: string | undefined
}

/** By what a change comes to the other processes of the pool now: through Redis; over the links between the cores, all of which stand; or to none, or not to all of them. */
export type Reach = 'redis' | 'links' | 'nobody'

/**
 * Volatile values that expire: log-outs, seats, who is logged on, wrong passwords, who types. Nothing is kept here that cannot be told again.
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

/** The other cores of the pool, as registers reach them without Redis. */
export interface RegisterPeers {
  /** Every other core that is not known to be gone, and whether this one is linked with it. */
  peers(): readonly { readonly name: string; readonly linked: boolean }[]
  /** Calls when that may have changed. */
  onChanged(listener: () => void): () => void
  /** Asks one of them; rejects when it cannot be asked, or does not answer in time. */
  ask(peer: string, type: string, body: unknown, options: { readonly timeoutMs: Millis }): Promise<unknown>
  /** Answers questions of one type from now on. */
  answer(type: string, answer: (body: unknown, from: string) => unknown): () => void
}

/** A key names a thing of the field, such as `seat/agent/ann`; longer ones are a mistake or an attack. */
export const KEY_BYTES_MAX = 512

/** Who is logged on, with a long name and address, fits a hundred times over. */
export const VALUE_BYTES_MAX = 64 * 1024

/** Ten registers each for 10,000 agents; beyond it something writes without end. */
export const REGISTERS_MAX = 100_000
