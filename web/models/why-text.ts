import type { Why } from '#api/contract'
import { exactDuration } from './duration.ts'

/** Translates a key with values. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

/** What spoke for the chosen one among several who fit. */
const BY_STRATEGY: Readonly<Record<string, string>> = {
  'longest-idle': 'why.longest',
  'least-loaded': 'why.leastLoaded',
  'most-skilled': 'why.mostSkilled',
  'round-robin': 'why.roundRobin',
}

/** Nobody else was asked. */
const ONLY = { 'last-agent': 'why.lastAgent', wanted: 'why.wanted' } as const

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
    t(
      why.only !== null ? ONLY[why.only] : why.candidatesCount > 1 ? (BY_STRATEGY[why.strategy] ?? 'why.best') : only,
      values,
    ),
  ]
  if (why.prioritised) lines.push(t('why.prioritised', { ...why.prioritised }))
  if (why.rivalsCount > 0) lines.push(t('why.rivals', { count: why.rivalsCount }))
  const skills = Object.entries(why.skills)
  if (skills.length > 0) {
    lines.push(t('why.skills', { skills: skills.map(([skill, least]) => `${skill} ≥ ${least}`).join(', ') }))
  }
  if (why.passedOverCount > 0) lines.push(t('why.passedOver', { count: why.passedOverCount }))
  return lines
}
