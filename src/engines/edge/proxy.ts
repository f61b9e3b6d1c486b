import type { Clock, Logger } from '#base'
import type { ClientTransaction, Target, TransactionLayer } from '#protocols/sip'
import type { Bindings } from './bindings.ts'
import type { Branches } from './branches.ts'
import type { EdgeCounters } from './counters.ts'
import type { FlowTokens } from './flow-token.ts'
import type { Forwarding } from './forwarding.ts'
import type { EdgeLimits } from './limits.ts'
import type { Origin, Origins } from './origin.ts'
import type { OwnAddress } from './own-address.ts'

/** What both directions of the proxy work with. */
export interface ProxyContext {
  /** The name of this edge. */
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
  readonly own: OwnAddress
  readonly tokens: FlowTokens
  readonly branches: Branches
  readonly bindings: Bindings
  readonly origins: Origins
  readonly limits: EdgeLimits
  readonly counters: EdgeCounters
  /** The transactions with phones and trunks. */
  readonly outside: TransactionLayer<Target>
  /** The transactions with the core. */
  readonly inside: TransactionLayer<Origin>
}

/** Requests on their way, by the key of the server transaction that brought them: what a CANCEL finds. */
export type Forwardings<Up, Down> = Map<string, Forwarding<Up, Down>>

/** Whether a request to the core is to be repeated when one comes: unless it is an INVITE that a core has taken into the log. */
export function awaitsCore(transaction: ClientTransaction<Origin>): boolean {
  return !transaction.isInvite || transaction.state !== 'proceeding'
}
