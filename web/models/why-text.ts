import type { Why } from '#api/contract'
import { exactDuration } from './duration.ts'

/** Translates a key with values. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

/** Whoever has been free for less was waited for. */
const JUST_FREE_MS = 1000

/** Why an agent was chosen, in the reader's language, from the numbers that were kept with the decision (promise 4). */
export function whyText(why: Why, t: Translate, language: string): readonly string[] {
  if (why.strategy === 'direct') return [t('why.direct', { chosen: why.chosen })]
  const idleMs = why.candidates.find((one) => one.user === why.chosen)?.idleMs ?? 0
  const values = { chosen: why.chosen, idle: exactDuration(idleMs, language), count: why.candidatesCount }
  const only = idleMs < JUST_FREE_MS ? 'why.onlyJust' : 'why.only'
  const lines = [
    t('why.waited', { waited: exactDuration(why.waitedMs, language), queue: why.queue ?? '' }),
    t(why.candidatesCount > 1 ? 'why.longest' : only, values),
  ]
  const skills = Object.entries(why.skills)
  if (skills.length > 0) {
    lines.push(t('why.skills', { skills: skills.map(([skill, least]) => `${skill} ≥ ${least}`).join(', ') }))
  }
  if (why.passedOverCount > 0) lines.push(t('why.passedOver', { count: why.passedOverCount }))
  return lines
}
