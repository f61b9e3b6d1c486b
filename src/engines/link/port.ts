import type { Clock, Logger, Millis } from '#base'

/** Which of the two connections of a pair: one that is cut, or stuck behind a large message, does not hide the peer. */
export type Connection = 'main' | 'auxiliary'

/** Both, in the order in which they are used. */
export const CONNECTIONS: readonly Connection[] = ['main', 'auxiliary']

/** Where another core is. */
export interface PeerAddress {
  /** The process's name, the same in its next life: `node1-core1`. */
  readonly name: string
  readonly host: string
  readonly port: number
}

/** One of the other cores, as this one sees it now. */
export interface Peer extends PeerAddress {
  /** The life that last said hello; another value after each start of it. Undefined before. */
  readonly life: string | undefined
  readonly main: boolean
  readonly auxiliary: boolean
}

/** The answer to a kind of question. A TandemError that it throws goes to the asker with its code; anything else as a bug. */
export type Answer = (body: unknown, from: string) => unknown | Promise<unknown>

/** How a question is put. */
export interface AskOptions {
  /** 50 ms to 10 s; 1 s unless told. */
  readonly timeoutMs?: Millis
  /** This connection alone; left out, the main one, or the other when that is down. */
  readonly over?: Connection
}

/** What the links of a core are made of. */
export interface LinkOptions {
  /** This core's own name and life. */
  readonly name: string
  readonly life: string
  /** Where the other cores reach it; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number }
  readonly secret: string
  readonly clock: Clock
  readonly logger: Logger
}

/** The other cores: who is connected, and questions to them. What a question means is the affair of those who registered it. */
export interface Links {
  /** Where it listens, with the real port. */
  readonly address: { readonly host: string; readonly port: number }
  /** The other cores from now on; this core's own name is left out by itself. At most {@link PEERS_MAX}. */
  setPeers(peers: readonly PeerAddress[]): void
  peers(): readonly Peer[]
  /** Calls after a connection came or went, and after the peers changed. */
  onChanged(listener: () => void): () => void
  /** Answers questions of one type from now on; each type has one answerer. */
  answer(type: string, answer: Answer): () => void
  /** Asks another core. Rejects with `link.unknown-peer`, `link.down`, a channel's error, or what the answerer threw. */
  ask(peer: string, type: string, body: unknown, options?: AskOptions): Promise<unknown>
  close(): Promise<void>
}

/** Three cores each of twenty machines: more is a list gone wrong, and each costs two connections. */
export const PEERS_MAX = 60
