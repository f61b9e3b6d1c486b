import type { Medium, Requirements } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import type { WaitingEntry } from '#kernel/queue'

/** What an interaction asks for at this moment. All that ask for the same wait in one line. */
export interface Demand {
  readonly queue: string
  readonly medium: Medium
  readonly ring: number
  /** Its own, besides the queue's. */
  readonly skills?: Requirements
  readonly preferred?: Requirements
  readonly group?: string
  /** Nobody but this person. */
  readonly user?: string
}

/** An interaction that waits, and for what. */
export interface Waiting {
  readonly key: string
  readonly demand: Demand
  readonly entry: WaitingEntry
}

/** Where an interaction waits and what for; undefined while it does not. */
export function waitingOf(interaction: Interaction | undefined): Waiting | undefined {
  if (interaction?.phase.state !== 'queued') return undefined
  const { phase, wants, medium } = interaction
  const { queue, priority, enteredAt, rankAt = enteredAt, ring = 0, only } = phase
  const demand: Demand = {
    queue,
    medium,
    ring,
    ...(wants?.skills === undefined ? undefined : { skills: wants.skills }),
    ...(wants?.preferred === undefined ? undefined : { preferred: wants.preferred }),
    ...(wants?.group === undefined ? undefined : { group: wants.group }),
    ...(only === undefined ? undefined : { user: only.user }),
  }
  return { key: demandKey(demand), demand, entry: { interaction: interaction.id, priority, enteredAt, rankAt } }
}

/** Names what is asked for: the same text for the same demand. */
export function demandKey({ queue, medium, ring, skills, preferred, group, user }: Demand): string {
  const common = `${queue} ${medium} ${ring}`
  if (!skills && !preferred && group === undefined && user === undefined) return common
  return `${common} ${sorted(skills)} ${sorted(preferred)} ${group ?? ''} ${user ?? ''}`
}

/** Whether an interaction asks for more than its queue does: its line is given up when nobody waits in it. */
export function isOwn({ skills, preferred, group, user }: Demand): boolean {
  return skills !== undefined || preferred !== undefined || group !== undefined || user !== undefined
}

function sorted(needs: Requirements | undefined): string {
  if (!needs) return ''
  return Object.keys(needs)
    .sort()
    .map((skill) => `${skill}=${needs[skill]}`)
    .join(',')
}
