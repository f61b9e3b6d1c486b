import { customerOf, type Interaction, type InteractionId, type Medium, type Place } from '#kernel/interaction'
import { withdrawableFor } from './customers.ts'
import type { Draft } from './draft.ts'
import { finish } from './finish.ts'

/** A place that is taken over, and whose it was. */
export interface KeptPlace extends Place {
  readonly of: InteractionId
}

/** Media in which a customer and an agent are there at the same time: who has one needs no other. */
const REACHING: ReadonlySet<Medium> = new Set(['voice', 'callback', 'chat'])

/** The customer of this interaction has reached an agent: what else waits for the same customer is withdrawn (promise 8). */
export function withdrawDuplicates(draft: Draft, id: InteractionId): void {
  const interaction = draft.interaction(id)
  const customer = interaction && REACHING.has(interaction.medium) ? customerOf(interaction) : undefined
  if (customer === undefined) return
  for (const other of waitingFor(draft, customer)) {
    if (other.id === id || keeps(draft, other)) continue
    finish(draft, other.id, { closed: 'withdrawn', told: 'withdrawn', by: id })
  }
}

/**
 * A customer asks for a callback whom one waits for already in the queue: the new one, which knows best how the customer wants to be
 * reached, takes the earlier place, and the old one is withdrawn. Answers the place; undefined when there was none.
 */
export function replaceCallback(draft: Draft, id: InteractionId): KeptPlace | undefined {
  const interaction = draft.interaction(id)
  const customer = interaction?.medium === 'callback' ? customerOf(interaction) : undefined
  if (customer === undefined) return undefined
  let best: KeptPlace | undefined
  for (const other of waitingFor(draft, customer)) {
    const { phase } = other
    if (other.id === id || other.medium !== 'callback' || keeps(draft, other)) continue
    // What is to be tried again gives way to the new wish; what is meant for a time stays beside it.
    const again = phase.state === 'created' && other.attempts ? phase.due : undefined
    if (phase.state !== 'queued' && !again) continue
    const queue = phase.state === 'queued' ? phase.queue : (again?.queue ?? other.to)
    if (queue !== interaction?.to) continue
    if (phase.state === 'queued' && (!best || (phase.rankAt ?? phase.enteredAt) < (best.rankAt ?? best.enteredAt)))
      best = { ...phase, of: other.id }
    finish(draft, other.id, { closed: 'withdrawn', told: 'withdrawn', by: id })
  }
  return best
}

/** Whether the queue where it waits keeps what others withdraw. */
function keeps({ configuration }: Draft, { phase, to }: Interaction): boolean {
  const name = phase.state === 'created' ? (phase.due?.queue ?? to) : 'queue' in phase ? phase.queue : undefined
  const queue = name === undefined ? undefined : configuration.queues.get(name)
  return queue?.duplicates === 'keep'
}

/** What waits for a customer, as it is in this decision so far. */
function waitingFor(draft: Draft, customer: string): readonly Interaction[] {
  const ids = new Set([...draft.store.customers.of(customer), ...draft.touched()])
  return [...ids].flatMap((id) => {
    const interaction = draft.interaction(id)
    return interaction && withdrawableFor(interaction) === customer ? [interaction] : []
  })
}
