import { moment, momentOrNull, type QueueLive } from '#api/contract'
import { dayStart } from '#api/reports'
import type { Millis } from '#base'
import { agentStatus } from '#kernel/agent'
import type { CentreState } from '#kernel/centre'
import { type Queue, serviceLevelOf, timeZoneOf } from '#kernel/config'
import { expectedWaitAt } from '#kernel/queue'
import { figureId, figuresOf, figureValue } from '#kernel/statistics'
import type { QueueMembers } from './queue-members.ts'

/** What queue views are made from, besides the state. */
export interface QueueSources {
  readonly members: QueueMembers
  readonly now: Millis
}

/** The queues named (all, when none are) as they stand now; one pass over the open interactions for all of them. */
export function viewQueues(state: CentreState, sources: QueueSources, names?: ReadonlySet<string>): QueueLive[] {
  const loads = countLoads(state)
  return [...state.configuration.queues.values()]
    .filter((queue) => !names || names.has(queue.name))
    .map((queue) => viewQueue(state, sources, queue, loads.get(queue.name)))
}

interface Load {
  waiting: number
  offered: number
  connected: number
  oldestAt: Millis | undefined
}

function countLoads(state: CentreState): Map<string, Load> {
  const loads = new Map<string, Load>()
  for (const { phase } of state.interactions.values()) {
    if (!('queue' in phase) || phase.queue === undefined) continue
    let load = loads.get(phase.queue)
    if (!load) loads.set(phase.queue, (load = { waiting: 0, offered: 0, connected: 0, oldestAt: undefined }))
    if (phase.state === 'queued' || phase.state === 'offered') {
      load.waiting += 1
      if (phase.state === 'offered') load.offered += 1
      load.oldestAt = Math.min(load.oldestAt ?? phase.enteredAt, phase.enteredAt)
    } else if (phase.state !== 'wrapping-up') load.connected += 1
  }
  return loads
}

function viewQueue(state: CentreState, { members, now }: QueueSources, queue: Queue, load?: Load): QueueLive {
  const agents = countAgents(state, members.agentsOf(state.configuration, queue.name), now)
  return {
    name: queue.name,
    waiting: load?.waiting ?? 0,
    offered: load?.offered ?? 0,
    connected: load?.connected ?? 0,
    longestWaitMs: load?.oldestAt === undefined ? 0 : Math.max(0, now - load.oldestAt),
    longestWaitSince: momentOrNull(load?.oldestAt),
    ...viewWaits(state, queue.name, agents.ready, now),
    agents,
    serviceLevelToday: viewToday(state, queue, now),
  }
}

/** What somebody who comes now may have to wait, and how what was announced has come out (promise 13). */
function viewWaits(
  { queues }: CentreState,
  name: string,
  ready: number,
  now: Millis,
): Pick<QueueLive, 'expectedWait' | 'announcedWaits'> {
  const queue = queues.get(name)
  const ahead = queue?.waiting.size ?? 0
  const wait = queue && (ahead > 0 || ready === 0) ? expectedWaitAt(queue, ahead + 1, now) : undefined
  const { judged, within, sooner, later } = queue?.accuracy ?? { judged: 0, within: 0, sooner: 0, later: 0 }
  return {
    expectedWait: wait ? { leastMs: Math.round(wait.leastMs), mostMs: Math.round(wait.mostMs) } : null,
    announcedWaits: {
      definition: 'announced-waits@1',
      ...{ judged, within, sooner, later },
      percentWithin: judged === 0 ? null : (100 * within) / judged,
    },
  }
}

function countAgents(state: CentreState, users: readonly string[], now: Millis): QueueLive['agents'] {
  const counts: QueueLive['agents'] = {
    'logged-off': 0,
    unreachable: 0,
    'not-ready': 0,
    ready: 0,
    'ring-no-answer': 0,
    offered: 0,
    busy: 0,
    'wrapping-up': 0,
  }
  for (const user of users) {
    const agent = state.agents.get(user)
    counts[agent ? agentStatus(agent, now) : 'logged-off'] += 1
  }
  return counts
}

/** Service level since midnight where the centre is, by the definition that the queue is held to. */
function viewToday(state: CentreState, queue: Queue, now: Millis): QueueLive['serviceLevelToday'] {
  const { definition, percent: targetPercent, withinMs } = serviceLevelOf(queue)
  const { kept } = state.statistics
  // A centre with more queues than memory keeps a day of is told from when on.
  const since = Math.max(dayStart(now, timeZoneOf(state.configuration.parameters)), kept.from('queue'))
  const sums = kept.sum('queue', queue.name, since)
  const level = figuresOf('queue').findLast(({ name }) => name === `service-level-${definition}`)!
  const count = (measure: string): number => sums.get(measure)?.count ?? 0
  return {
    definition: figureId(level),
    targetPercent,
    withinMs,
    percent: figureValue(level, sums),
    offered: count('offered'),
    answered: count('answered'),
    answeredInTime: count('answered:in-time'),
    abandoned: count('abandoned'),
    shortAbandoned: count('short-abandoned'),
    since: moment(since),
    asOf: moment(now),
  }
}
