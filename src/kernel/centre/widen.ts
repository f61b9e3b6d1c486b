import type { Millis } from '#base'
import { isOnDuty } from '#kernel/agent'
import type { Queue } from '#kernel/config'
import { customerOf, type Interaction, type Place, type Wants } from '#kernel/interaction'
import { servesQueue } from '#kernel/routing'
import type { Draft } from './draft.ts'
import { nextOverflowAt } from './overflow.ts'

type Only = NonNullable<Place['only']>

/**
 * Whether one person alone is asked at first: whom the interaction wants, or who served the customer last. Somebody who does not serve the
 * queue is not waited for; who served last only while it is there.
 */
export function onlyOf(
  draft: Draft,
  interaction: Interaction,
  queue: Queue,
  wants: Wants | undefined,
): Only | undefined {
  if (wants?.user !== undefined && serves(draft, wants.user, queue)) {
    const until = wants.userMs === undefined ? undefined : { until: draft.now + wants.userMs }
    return { user: wants.user, ...until, why: 'wanted' }
  }
  const customer = customerOf(interaction)
  const last = queue.lastAgent && customer !== undefined ? draft.store.lastServed.get(customer) : undefined
  if (!queue.lastAgent || !last || draft.now - last.at > queue.lastAgent.withinMs) return undefined
  const agent = draft.agent(last.user)
  if (!agent || !isOnDuty(agent) || !serves(draft, last.user, queue)) return undefined
  return { user: last.user, until: draft.now + queue.lastAgent.waitMs, why: 'last-agent' }
}

function serves(draft: Draft, name: string, queue: Queue): boolean {
  const user = draft.configuration.users.get(name)
  return user !== undefined && servesQueue(user, queue)
}

/** When something about whom an interaction may be offered to falls due: its next ring, the end of waiting for one person, or an overflow. */
export function nextRouteAt(
  draft: Draft,
  queue: Queue | undefined,
  { enteredAt, ring, only }: { readonly enteredAt: Millis; readonly ring: number; readonly only?: Only | undefined },
): Millis | undefined {
  const next = queue?.rings?.[ring]
  const ringAt = next && enteredAt + next.afterMs
  const moments = [ringAt, only?.until, queue && nextOverflowAt(draft, queue, enteredAt)]
  return moments.reduce((a, b) => (a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)), undefined)
}

/** Lets an interaction come to the rings that it has waited long enough for, and ends its waiting for one person. */
export function widen(draft: Draft, { id, phase }: Interaction): void {
  if (phase.state !== 'queued') return
  const queue = draft.configuration.queues.get(phase.queue)
  const { enteredAt } = phase
  let ring = phase.ring ?? 0
  for (let next = queue?.rings?.[ring]; next && enteredAt + next.afterMs <= draft.now; next = queue?.rings?.[ring])
    ring++
  const waits = phase.only && (phase.only.until === undefined || phase.only.until > draft.now)
  const only = waits ? phase.only : undefined
  const routeAt = nextRouteAt(draft, queue, { enteredAt, ring, only })
  draft.emit({
    type: 'Widened',
    interaction: id,
    ring,
    ...(only === undefined ? undefined : { only }),
    ...(routeAt === undefined ? undefined : { routeAt }),
  })
}
