import type { Millis } from '#base'
import { participantOf } from '#kernel/interaction'
import type { FigureEvent, FigureFollower } from '#kernel/statistics'
import type { CentreEvent } from './event.ts'
import { applyEvent } from './evolve.ts'
import type { CentreTarget } from './target.ts'

const OTHER: FigureEvent = { type: 'other' }

/** Folds one event and its figures: the target tells the follower what the event changes. */
export function applyCounted(target: CentreTarget, follower: FigureFollower, event: CentreEvent, at: Millis): void {
  const figures = figureEvent(target, event)
  applyEvent(target, event, at)
  follower.follow(figures, at, target.configuration)
}

/** The part of an event that figures fold. */
function figureEvent(target: CentreTarget, event: CentreEvent): FigureEvent {
  switch (event.type) {
    case 'ParticipantConnected':
    case 'ParticipantCleared':
    case 'OfferEnded':
    case 'InteractionClosed':
      return event
    case 'Transferred': {
      const interaction = target.interaction(event.interaction)
      return { type: 'Transferred', by: event.by, user: interaction && participantOf(interaction, event.by)?.user }
    }
    case 'CallbackAttempted': {
      const { attempts = [] } = target.interaction(event.interaction) ?? {}
      return { ...event, corrects: attempts.some(({ attempt }) => attempt === event.attempt) }
    }
    default:
      return OTHER
  }
}
