import type { Millis } from '#base'

/** The other machines of the pool, where their recordings are concerned. */
export interface OtherMachines {
  /** The names of those of which a core answers. */
  live(): ReadonlySet<string>
  /** When one of them last came or went; by the monotonic clock. */
  changedAt(): Millis
  /** Which of these machines (this one may be among them) are gone: not there for so long that they may never be again. */
  gone(machines: readonly string[]): readonly string[]
  /** These machines in the order in which they are asked about a file: its own, and the same on every machine. */
  inOrder(key: string, machines: readonly string[]): readonly string[]
  /** The octets of a file of that machine from one on; fails, also midway, when it has none or is gone. */
  read(machine: string, key: string, from: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}
