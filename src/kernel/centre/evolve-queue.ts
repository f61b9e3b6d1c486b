import { assertNever, type Millis } from '#base'
import type { Interaction } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { QueueEvent } from './event-queue.ts'
import { withVisit } from './evolve-flow.ts'
import { placeOf } from './evolve-party.ts'

/** The interaction after an event about how and where it waits; the one given is not touched. */
export function evolveQueue(interaction: Interaction, event: QueueEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'Queued':
      return queued(interaction, event)
    case 'Moved':
      return moved(interaction, event, at)
    case 'PriorityChanged':
      return prioritised(interaction, event)
    case 'Announced':
      return announced(interaction, event, at)
    case 'Widened':
      return widened(interaction, event)
    case 'Overflowed':
      return interaction
    default:
      return assertNever(event)
  }
}

function queued(interaction: Interaction, event: EventOf<'Queued'>): Interaction {
  const { queue, visit, prompts, nextAnnouncementAt, wants } = event
  return {
    ...interaction,
    ...(wants === undefined ? undefined : { wants }),
    counters: withVisit(interaction, visit),
    phase: {
      state: 'queued',
      queue,
      ...placeOf(event),
      visit,
      prompts,
      ...(nextAnnouncementAt === undefined ? undefined : { nextAnnouncementAt }),
    },
  }
}

/** It has left its queue for another: a stay there that somebody ended, not the queue's own rules. */
function moved(interaction: Interaction, { kind, to }: EventOf<'Moved'>, at: Millis): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued' || kind !== 'queue' || to === phase.queue) return interaction
  return { ...interaction, phase: { state: 'created', since: at } }
}

/** Its place is another one; who changed it, and the way back, are kept until it has what it came with. */
function prioritised(interaction: Interaction, { by, priority, rankAt }: EventOf<'PriorityChanged'>): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued' && phase.state !== 'offered') return interaction
  const { prioritised: before, ...rest } = phase
  const came = before ?? { from: phase.priority, rankAt: phase.rankAt ?? phase.enteredAt }
  const isBack = priority === came.from
  return {
    ...interaction,
    phase: { ...rest, priority, rankAt, ...(isBack ? undefined : { prioritised: { ...came, by } }) },
  }
}

/** Whom it may be offered to has changed; while it is offered, that counts for the way back. */
function widened(interaction: Interaction, { ring, only, routeAt }: EventOf<'Widened'>): Interaction {
  const { phase } = interaction
  if (phase.state !== 'queued') return interaction
  const { only: _, routeAt: __, ...rest } = phase
  return {
    ...interaction,
    phase: {
      ...rest,
      ring,
      ...(only === undefined ? undefined : { only }),
      ...(routeAt === undefined ? undefined : { routeAt }),
    },
  }
}

function announced(interaction: Interaction, event: EventOf<'Announced'>, at: Millis): Interaction {
  if (interaction.phase.state !== 'queued') return interaction
  const { visit, prompts, nextAnnouncementAt, expected } = event
  const told = interaction.phase.told ?? (expected && { at, ...expected })
  return {
    ...interaction,
    counters: withVisit(interaction, visit),
    phase: { ...interaction.phase, visit, prompts, nextAnnouncementAt, ...(told && { told }) },
  }
}
