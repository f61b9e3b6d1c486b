import type { Interaction, WorkItem } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { ItemEvent } from './event-item.ts'

/** The interaction of a work item after an event about the item; the one given is not touched. */
export function evolveItem(interaction: Interaction, event: ItemEvent): Interaction {
  switch (event.type) {
    case 'ItemChanged':
      return {
        ...interaction,
        ...(event.subject !== undefined && { subject: event.subject }),
        item: changed(interaction.item ?? {}, event),
      }
    case 'ItemOverdue':
      return { ...interaction, item: { ...interaction.item, isOverdue: true } }
    default:
      return event.outcome === undefined
        ? interaction
        : { ...interaction, item: { ...interaction.item, outcome: event.outcome } }
  }
}

function changed(item: WorkItem, { values, dueAt, documents }: EventOf<'ItemChanged'>): WorkItem {
  const more = { ...(values && { values }), ...(documents && { documents }) }
  if (dueAt === undefined) return { ...item, ...more }
  // Another time may not have come yet.
  const { dueAt: _, isOverdue: __, ...rest } = item
  return { ...rest, ...more, ...(dueAt > 0 && { dueAt }) }
}
