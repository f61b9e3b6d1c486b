import type { Interaction, WorkItem } from '#kernel/interaction'
import type { CentreEvent } from './event.ts'

type ItemEvent = Extract<CentreEvent, { type: 'ItemChanged' | 'ItemOverdue' | 'ItemCompleted' }>

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

function changed(item: WorkItem, { values, dueAt, documents }: Extract<ItemEvent, { type: 'ItemChanged' }>): WorkItem {
  const more = { ...(values && { values }), ...(documents && { documents }) }
  if (dueAt === undefined) return { ...item, ...more }
  // Another time may not have come yet.
  const { dueAt: _, isOverdue: __, ...rest } = item
  return { ...rest, ...more, ...(dueAt > 0 && { dueAt }) }
}
