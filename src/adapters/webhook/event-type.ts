import type { CentreEvent } from '#kernel/centre'
import { isRoomEvent } from '#kernel/room'

/** First words of events that are about the thing itself: `AlertRaised` is `alert.raised`. */
const NOUNS = ['Configuration', 'Alert', 'Threshold'] as const

/**
 * What an event is called outside: `Queued` of an interaction is `tandem.interaction.queued`, what an agent is told of is
 * `tandem.agent.status-chosen`. An event that a later release adds has such a name without a further line here.
 */
export function eventTypeOf(event: CentreEvent): string {
  const noun = NOUNS.find((word) => event.type.startsWith(word))
  if (noun) return `tandem.${noun.toLowerCase()}.${kebab(event.type.slice(noun.length))}`
  if ('interaction' in event) return `tandem.interaction.${kebab(event.type.replace(/^Interaction/, ''))}`
  return `tandem.${'user' in event ? 'agent' : 'centre'}.${kebab(event.type)}`
}

/**
 * Whether an event is of a type that is asked for: itself, or one of all that begin so (`tandem.agent.*`). What colleagues write to each other is told to nobody
 * else, whatever is asked for.
 */
export function isWanted(event: CentreEvent, wanted: readonly string[]): boolean {
  if (isRoomEvent(event)) return false
  const type = eventTypeOf(event)
  return wanted.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : type === one))
}

function kebab(word: string): string {
  return word.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
