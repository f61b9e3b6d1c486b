import type { Millis } from '#base'
import type { Fact } from './fact.ts'
import { factOf } from './follow-work.ts'
import { statusMeasure } from './follower.ts'
import type { OpenAgent, OpenContact } from './open-figures.ts'

/** The stretches of an agent that run now, as if they ended: a talk of an hour is seen while it lasts. */
export function runningOfAgent(user: string, { status, reason, since, work }: OpenAgent, now: Millis): readonly Fact[] {
  const facts: Fact[] = []
  const measure = statusMeasure(status)
  if (measure && now > since) facts.push({ measure, detail: reason, at: now, ms: now - since, agent: user })
  for (const open of Object.values(work)) {
    if (now > open.since) facts.push(factOf(open.doing, open, { user, at: now }, { ms: now - open.since }))
  }
  return facts
}

/** The same for a contact: its line is in use. */
export function runningOfContact(id: string, { line, lineSince, medium }: OpenContact, now: Millis): readonly Fact[] {
  if (lineSince === undefined || now <= lineSince) return []
  return [{ measure: 'in-use', at: now, ms: now - lineSince, interaction: id, medium, line }]
}
