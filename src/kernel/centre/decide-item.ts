import { formFaults } from '#kernel/config'
import type { Interaction, InteractionId, WorkItem } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { changePriority } from './decide-priority.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'

/** Fails when what a process gives does not fit the form that it names. */
export function demandForm(draft: Draft, item: WorkItem | undefined): void {
  if (item?.form !== undefined && !draft.configuration.forms.has(item.form)) {
    throw CENTRE_ERRORS['centre.no-such-form']({ form: item.form })
  }
  if (item) demandFitting(draft, item, false)
}

/** A process changes an item, or an agent fills in its form. What is not said stays as it is. */
export function changeItem(draft: Draft, command: CommandOf<'ChangeItem'>): void {
  const interaction = openItem(draft, command.interaction)
  const { type: _, interaction: id, by, dueAt, priority, ...changes } = command
  const { values, documents, ...rest } = interaction.item ?? {}
  demandFitting(draft, { ...rest, ...(changes.values ? { values: changes.values } : values && { values }) }, false)
  if (priority !== undefined) changePriority(draft, { type: 'ChangePriority', interaction: id, by, priority })
  const change = { ...changes, ...(dueAt !== undefined && { dueAt }) }
  if (Object.keys(change).length === 0) return
  draft.emit({ type: 'ItemChanged', interaction: id, by, ...change })
  // The time may have come already.
  itemOverdue(draft, id)
}

/** Before an item is completed its form must be whole; what came of it is told. */
export function completeItem(draft: Draft, { id, item }: Interaction, user: string, outcome?: string): void {
  if (!item && outcome === undefined) return
  if (item) demandFitting(draft, item, true)
  draft.emit({ type: 'ItemCompleted', interaction: id, user, ...(outcome !== undefined && { outcome }) })
}

/** The time has come, and it is not done. */
export function itemOverdue(draft: Draft, id: InteractionId): void {
  const item = draft.interaction(id)?.item
  if (item?.dueAt === undefined || item.isOverdue || item.dueAt > draft.now) return
  draft.emit({ type: 'ItemOverdue', interaction: id })
}

function openItem(draft: Draft, id: string): Interaction {
  const interaction = draft.interaction(id)
  const isOver = interaction?.phase.state === 'wrapping-up'
  if (interaction?.medium !== 'work-item' || isOver) throw CENTRE_ERRORS['centre.no-item']({ interaction: id })
  return interaction
}

/** A form that is configured no more asks for nothing. */
function demandFitting(draft: Draft, { form: name, values = {} }: WorkItem, isComplete: boolean): void {
  const form = name === undefined ? undefined : draft.configuration.forms.get(name)
  if (!form) {
    if (name === undefined && Object.keys(values).length > 0) throw CENTRE_ERRORS['centre.item-without-form']()
    return
  }
  const [fault] = formFaults(form, values, isComplete)
  if (fault) throw CENTRE_ERRORS['centre.form']({ ...fault })
}
