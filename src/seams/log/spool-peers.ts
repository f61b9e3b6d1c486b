import type { LogBatch } from './port.ts'
import type { PeersSay } from './spool-decision.ts'

/** What a primary gives to the other cores while it spools. */
export interface SpoolFeed {
  readonly term: number
  /** All up to here is in the store. */
  readonly from: number
  /** The place before the oldest record that can be read; at most `from`. */
  readonly oldest: number
  /** All up to here was let out. */
  readonly durable: number
  /** All up to here is to be kept. */
  readonly end: number
  /** Records after a sequence, in order, some of them at least. */
  read(after: number): Promise<LogBatch['records']>
}

/** The other cores that this primary knows. */
export interface SpoolPeers {
  /** Gives them what they lack and asks; what all of them together say within the time that their consent holds. Never fails. */
  confirm(feed: SpoolFeed): Promise<PeersSay>
  /** All that they were given is in the store. */
  written?(term: number): void
  /** This core lets nothing out any more: what they promised it is over. */
  leave?(term: number): void
}

/** On one machine: whoever takes the lease there ends the primary first, and reads its spool from the disk that they share. */
export const NO_PEERS: SpoolPeers = { confirm: async () => 'alone' }
