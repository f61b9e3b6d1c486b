import type { Why } from '#api/contract'
import { exactDuration } from './duration.ts'

/** Translates a key with values. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

/** Why an agent was chosen, in the reader's language, from the numbers that were kept with the decision (promise 4). */
export function whyText(why: Why, t: Translate, language: string): readonly string[] {
  if (why.strategy === 'direct') return [t('why.direct', { chosen: why.chosen })]
  const chosen = why.candidates.find((one) => one.user === why.chosen)
  const lines = [
    t('why.chosen', {
      chosen: why.chosen,
      queue: why.queue ?? '',
      waited: exactDuration(why.waitedMs, language),
      idle: exactDuration(chosen?.idleMs ?? 0, language),
    }),
    t('why.among', { count: why.candidatesCount }),
  ]
  const skills = Object.entries(why.skills)
  if (skills.length > 0) {
    lines.push(t('why.skills', { skills: skills.map(([skill, least]) => `${skill} ≥ ${least}`).join(', ') }))
  }
  if (why.passedOverCount > 0) lines.push(t('why.passedOver', { count: why.passedOverCount }))
  return lines
}
