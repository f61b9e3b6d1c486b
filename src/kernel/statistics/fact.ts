import type { Millis } from '#base'
import type { Medium } from '#kernel/interaction'
import { isMeasuredFor, type Measure, type ObjectKind } from './measure.ts'

/** To which queue, line, skills and medium a fact belongs. */
export interface FactPlace {
  readonly interaction?: string | undefined
  readonly medium?: Medium | undefined
  readonly queue?: string | undefined
  readonly line?: string | undefined
  readonly skills?: readonly string[] | undefined
}

/**
 * One thing that counts in figures, noted once for all of them: every figure is a sum over facts, and the way down from a figure
 * to its contacts is the list of the same facts (promise 11).
 */
export interface Fact extends FactPlace {
  readonly measure: Measure
  /** Parts a measure: `in-time`, the reason of not being ready, the medium that was handled. */
  readonly detail?: string | undefined
  /** When it happened; the end of a stretch. */
  readonly at: Millis
  /** How long the wait, the work or the stretch was. */
  readonly ms: Millis
  readonly agent?: string | undefined
}

/** The objects that a fact counts for. */
export function objectsOf(fact: Fact): readonly (readonly [ObjectKind, string])[] {
  const { measure, queue, line, agent, skills } = fact
  const objects: (readonly [ObjectKind, string])[] = []
  if (queue !== undefined && isMeasuredFor(measure, 'queue')) objects.push(['queue', queue])
  if (line !== undefined && isMeasuredFor(measure, 'line')) objects.push(['line', line])
  if (agent !== undefined && isMeasuredFor(measure, 'agent')) objects.push(['agent', agent])
  if (skills !== undefined && isMeasuredFor(measure, 'skill'))
    for (const skill of skills) objects.push(['skill', skill])
  return objects
}
