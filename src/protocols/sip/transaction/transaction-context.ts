import type { Clock } from '#base'
import type { AnySipMessage } from '../message/message.ts'
import type { TimerValues } from './timers.ts'

/** Why a request got no final response: nobody answered in time, it could not be sent, or we carry too many already. */
export type Failure = 'timeout' | 'transport' | 'overload'

/** What a transaction needs of the layer around it. */
export interface TransactionContext<Target> {
  readonly clock: Clock
  readonly timers: TimerValues
  /** Sends once; `failed` is called at most once, when it is known that the message did not go out. */
  send(message: AnySipMessage, target: Target, failed: (error: unknown) => void): void
  reliable(target: Target): boolean
  onDropped(input: string): void
  onTerminated(key: string): void
}
