import type { Medium, Mix, User } from '#kernel/config'
import type { Agent } from './agent.ts'
import { isOnDuty } from './status.ts'

/** What one person attends to at once when nothing else is said: a call alone, or a few written conversations. */
export const MIXES_DEFAULT: readonly Mix[] = [
  { voice: 1 },
  { callback: 1 },
  { chat: 2, sms: 2, email: 1, fax: 1 },
  { 'work-item': 1 },
]

type Rules = Pick<User, 'mixes' | 'interruptible'> | undefined

/**
 * Whether the agent may be offered one more contact of the medium: it is on duty, not in ring-no-answer (which counts until its end is
 * an event), and what it does together with that contact fits into one of its mixes (AGS-01, AGS-02).
 */
export function hasCapacity(agent: Agent, rules: Rules, medium: Medium): boolean {
  return isOnDuty(agent) && agent.ronaUntil === undefined && hasRoom(agent, rules, medium)
}

/** Whether one more contact of the medium fits beside what the agent does, whether it wants work or not: what it may begin itself. */
export function hasRoom(agent: Agent, rules: Rules, medium: Medium): boolean {
  const mixes = rules?.mixes ?? MIXES_DEFAULT
  if (agent.work.length === 0) return mixes.some((mix) => (mix[medium] ?? 0) > 0)
  return mixes.some((mix) => fitsMix(agent, rules, medium, mix))
}

function fitsMix(agent: Agent, rules: Rules, medium: Medium, mix: Mix): boolean {
  const room = mix[medium] ?? 0
  if (room === 0) return false
  const counts = new Map<Medium, number>([[medium, 1]])
  for (const { medium: of = 'voice' } of agent.work) {
    if (of !== medium && rules?.interruptible?.includes(of)) continue
    const count = (counts.get(of) ?? 0) + 1
    if (count > (mix[of] ?? 0)) return false
    counts.set(of, count)
  }
  return true
}

/** What part of an agent one contact of the medium takes: the whole, or the n-th where n fit at once. */
export function shareOf(rules: Rules, medium: Medium): number {
  let most = 1
  for (const mix of rules?.mixes ?? MIXES_DEFAULT) most = Math.max(most, mix[medium] ?? 0)
  return 1 / most
}
