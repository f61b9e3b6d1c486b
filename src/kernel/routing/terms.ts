import { type Agent, isActiveIn } from '#kernel/agent'
import type { Configuration, Queue, Requirements, User } from '#kernel/config'
import { meetsSkills } from '#kernel/queue'
import type { Demand } from './demand.ts'

/** Who may serve a demand, worked out from its queue, the rings that it has come to, and what it asks for itself. */
export interface Terms {
  readonly queue: string
  /** Required by the queue, or by its last ring that says so. */
  readonly skills: Requirements
  /** Required by the interaction itself. */
  readonly own: Requirements
  readonly preferred: Requirements
  /** Members only; everybody when neither is said. */
  readonly groups?: readonly string[]
  readonly users?: readonly string[]
  /** Whoever serves one of these queues may serve as well. */
  readonly others: readonly Terms[]
  readonly group?: string
  readonly user?: string
}

const NONE: Requirements = {}

/** The terms of a demand; undefined when its queue is not there. */
export function termsOf(configuration: Pick<Configuration, 'queues'>, demand: Demand): Terms | undefined {
  const queue = configuration.queues.get(demand.queue)
  if (!queue) return undefined
  const rings = (queue.rings ?? []).slice(0, demand.ring)
  const groups = rings.flatMap((ring) => ring.groups ?? [])
  const others = rings.flatMap((ring) => ring.queues ?? [])
  return {
    ...baseTerms(queue),
    skills: rings.findLast((ring) => ring.skills)?.skills ?? queue.skills,
    own: demand.skills ?? NONE,
    preferred: joinedNeeds(rings.findLast((ring) => ring.preferred)?.preferred ?? queue.preferred, demand.preferred),
    // A queue that everybody serves has nobody to add.
    ...(groups.length > 0 && (queue.groups || queue.users)
      ? { groups: [...(queue.groups ?? []), ...groups] }
      : undefined),
    others: others.flatMap((name) => {
      const other = configuration.queues.get(name)
      return other ? [baseTerms(other)] : []
    }),
    ...(demand.group === undefined ? undefined : { group: demand.group }),
    ...(demand.user === undefined ? undefined : { user: demand.user }),
  }
}

function baseTerms({ name, skills, groups, users }: Queue): Terms {
  return {
    queue: name,
    skills,
    own: NONE,
    preferred: NONE,
    ...(groups === undefined ? undefined : { groups }),
    ...(users === undefined ? undefined : { users }),
    others: [],
  }
}

/** Both, and the higher of two that name the same skill. */
export function joinedNeeds(a: Requirements = NONE, b: Requirements = NONE): Requirements {
  if (a === NONE) return b
  if (b === NONE) return a
  const all: Record<string, number> = { ...a }
  for (const skill in b) all[skill] = Math.max(b[skill]!, Object.hasOwn(all, skill) ? all[skill]! : 0)
  return all
}

/** Whether a user may serve by what is configured; given the agent, also by the queues that it has chosen to be active in (ACD-11). */
export function fitsTerms(user: User, terms: Terms, agent?: Agent): boolean {
  if (user.disabled || (terms.user !== undefined && terms.user !== user.name)) return false
  if (terms.group !== undefined && !user.groups?.includes(terms.group)) return false
  if (!meetsSkills(user.skills, terms.own)) return false
  const active = !agent || isActiveIn(agent, terms.queue)
  if (active && isMember(user, terms) && meetsSkills(user.skills, terms.skills)) return true
  return terms.others.some((other) => fitsTerms(user, other, agent))
}

/** Whether a user serves the queue at all: what its first ring asks for. */
export function servesQueue(user: User, queue: Queue): boolean {
  return fitsTerms(user, baseTerms(queue))
}

function isMember(user: User, { groups, users }: Terms): boolean {
  if (!groups && !users) return true
  return (users?.includes(user.name) ?? false) || (groups?.some((group) => user.groups?.includes(group)) ?? false)
}

/** How many of the preferred skills the user lacks, or has too little of. */
export function missingPreferred(user: User, { preferred }: Terms): number {
  if (preferred === NONE) return 0
  let missing = 0
  for (const skill in preferred) if (levelOf(user.skills, skill) < preferred[skill]!) missing++
  return missing
}

/** An agent is as good at something as at the required skill that it has least of; 0 where none is asked for. */
export function proficiencyOf(user: User, { skills, own }: Terms): number {
  let least: number | undefined
  for (const needs of [skills, own]) {
    for (const skill in needs) {
      const level = levelOf(user.skills, skill)
      if (least === undefined || level < least) least = level
    }
  }
  return least ?? 0
}

/** What the agent's wishes say of the skills that are required: the least of them; 50 where it says nothing. */
export function wishOf({ wishes }: User, { skills, own }: Terms): number {
  if (!wishes) return WISH_NEUTRAL
  let least: number | undefined
  for (const needs of [skills, own]) {
    for (const skill in needs) {
      const wish = Object.hasOwn(wishes, skill) ? wishes[skill]! : WISH_NEUTRAL
      if (least === undefined || wish < least) least = wish
    }
  }
  return least ?? WISH_NEUTRAL
}

/** What an agent who says nothing of a skill is taken to wish. */
const WISH_NEUTRAL = 50

function levelOf(skills: Requirements, skill: string): number {
  return Object.hasOwn(skills, skill) ? skills[skill]! : 0
}
