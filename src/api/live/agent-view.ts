import { type AgentLive, moment, momentOrNull } from '#api/contract'
import type { Millis } from '#base'
import { type Agent, type AgentStatus, agentStatus } from '#kernel/agent'
import type { CentreState } from '#kernel/centre'
import type { User } from '#kernel/config'
import type { QueueMembers } from './queue-members.ts'

/** What agent views are made from, besides the state. */
export interface AgentSources {
  readonly members: QueueMembers
  readonly now: Millis
}

/** An agent as they stand now. A user whom nothing has happened to yet is logged off. */
export function viewAgent(state: CentreState, { members, now }: AgentSources, user: User): AgentLive {
  const agent = state.agents.get(user.name)
  const status = agent ? agentStatus(agent, now) : 'logged-off'
  return {
    user: user.name,
    displayName: user.displayName,
    extension: user.extension,
    role: user.role,
    status,
    since: momentOrNull(agent && statusSince(agent, status)),
    chosen: agent?.chosen.status ?? 'logged-off',
    reason: agent?.chosen.reason ?? null,
    note: agent?.note ?? null,
    reachable: agent?.reachable ?? false,
    station: agent?.station ?? null,
    queues: [...members.queuesOf(state.configuration, user.name)],
    inactive: [...(agent?.inactive ?? [])],
    work: (agent?.work ?? []).map((work) => viewWork(state, work)),
  }
}

const WORK_OF: Partial<Record<AgentStatus, Agent['work'][number]['state']>> = {
  busy: 'connected',
  offered: 'offered',
  'wrapping-up': 'wrapping-up',
}

/** Since when the status holds; unknown for ring-no-answer, which the state tells only the end of. */
function statusSince(agent: Agent, status: AgentStatus): Millis | undefined {
  const state = WORK_OF[status]
  if (state) return agent.work.find((work) => work.state === state)?.since
  return status === 'ring-no-answer' ? undefined : agent.idleSince
}

function viewWork(state: CentreState, work: Agent['work'][number]): AgentLive['work'][number] {
  return {
    interaction: work.interaction,
    state: work.state,
    medium: work.medium ?? 'voice',
    queue: work.queue ?? null,
    from: state.interactions.get(work.interaction)?.from ?? null,
    since: moment(work.since),
    until: momentOrNull(work.until),
  }
}
