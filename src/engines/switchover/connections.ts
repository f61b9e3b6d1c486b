import type { ConnectionStatus, PingAnswer } from './tables.ts'

/** What a ping asks: whether the primary answers at all, whether calls get through, whether the log takes events. */
export type PingKind = 'notifier' | 'TS' | 'IP'

/** How a ping came back, and what the primary said beside it. */
export interface Answered {
  readonly answer: PingAnswer
  readonly detail?: string
}

/** The two connections to the primary, as far as the monitors use them. Whoever serves them connects again by itself. */
export interface Connections {
  /** The holder of the lease that they lead to; undefined while none is known. */
  readonly peer: string | undefined
  readonly status: ConnectionStatus
  onChanged(listener: () => void): () => void
  /** Asks over whichever is up, the main one first. Never fails; a peer that says nothing is answered for as `timeout` after some seconds. */
  ask(kind: PingKind): Promise<Answered>
  /** Tries at once what is down. */
  reconnect(): void
}
