import { type Counted, moment } from '#api/contract'
import type { Millis } from '#base'
import { type Fact, MEASURES } from '#kernel/statistics'

/** A fact as the list of a figure's contacts shows it; of a stretch only the part between the two moments counts. */
export function viewCounted(fact: Fact, from: Millis, to: Millis): Counted {
  const begun = fact.at - fact.ms
  const ms = MEASURES[fact.measure].form === 'time' ? Math.min(fact.at, to) - Math.max(begun, from) : fact.ms
  return {
    interaction: fact.interaction ?? null,
    measure: fact.measure,
    detail: fact.detail ?? null,
    from: moment(begun),
    to: moment(fact.at),
    ms,
    medium: fact.medium ?? null,
    queue: fact.queue ?? null,
    skills: [...(fact.skills ?? [])],
    line: fact.line ?? null,
    agent: fact.agent ?? null,
  }
}
