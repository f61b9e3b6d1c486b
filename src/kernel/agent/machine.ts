import { assertNever, type Millis } from '#base'
import type { Agent, Work } from './agent.ts'
import type { AgentEvent } from './event.ts'
import { isActiveIn } from './status.ts'

/**
 * A new agent, whose phone has not been seen yet. The machine:
 *
 * An agent: what it chose, whether a phone is there, and what it works on.
 *
 *   (free) ──Offered──▶ offered ──ParticipantConnected──▶ connected ──WrapUpStarted──▶ wrapping-up ──WrapUpEnded──▶ (free)
 *                          │                                  │
 *                          └─OfferEnded─▶ (free, perhaps ring-no-answer)   ParticipantCleared, InteractionClosed leave from anywhere
 */
export function newAgent(user: string, initialStatus: 'ready' | 'not-ready', at: Millis): Agent {
  return {
    user,
    chosen: { status: initialStatus, since: at },
    reachable: false,
    reachableSince: at,
    work: [],
    idleSince: at,
  }
}

/** What may be asked of an agent itself; its work comes from the centre. */
export type AgentCommand =
  | {
      readonly type: 'ChooseStatus'
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
    }
  | { readonly type: 'SetReachable'; readonly reachable: boolean }
  | { readonly type: 'ChooseStation'; readonly number?: string }
  | { readonly type: 'NotePresence'; readonly note?: string }
  | { readonly type: 'ActivateQueue'; readonly queue: string; readonly active: boolean }

/** What an agent's own commands cause. Choosing again what holds already decides nothing; choosing `ready` ends a ring-no-answer. */
export function decideAgent(agent: Agent, command: AgentCommand): readonly AgentEvent[] {
  switch (command.type) {
    case 'ChooseStatus': {
      const { status, reason } = command
      const same = agent.chosen.status === status && agent.chosen.reason === reason
      if (same && (status !== 'ready' || agent.ronaUntil === undefined)) return []
      return [{ type: 'StatusChosen', status, ...(reason === undefined ? undefined : { reason }) }]
    }
    case 'SetReachable':
      // What is registered counts again when the agent is rung there again.
      if (agent.station !== undefined || agent.reachable === command.reachable) return []
      return [{ type: 'ReachableChanged', reachable: command.reachable }]
    case 'ChooseStation': {
      const { number } = command
      if (agent.station === number) return []
      const chosen: AgentEvent = { type: 'StationChosen', ...(number === undefined ? undefined : { number }) }
      const reachable = number !== undefined
      return agent.reachable === reachable ? [chosen] : [chosen, { type: 'ReachableChanged', reachable }]
    }
    case 'NotePresence': {
      const { note } = command
      return agent.note === note ? [] : [{ type: 'PresenceNoted', ...(note === undefined ? undefined : { note }) }]
    }
    case 'ActivateQueue': {
      const { queue, active } = command
      return isActiveIn(agent, queue) === active ? [] : [{ type: 'QueueActivated', queue, active }]
    }
    default:
      return assertNever(command)
  }
}

/** The agent after the event; the one given is not touched. */
export function evolveAgent(agent: Agent, event: AgentEvent, at: Millis): Agent {
  switch (event.type) {
    case 'StatusChosen': {
      const { ronaUntil, ...rest } = agent
      const chosen = {
        status: event.status,
        since: at,
        ...(event.reason === undefined ? undefined : { reason: event.reason }),
      }
      const rona = ronaUntil !== undefined && event.status !== 'ready' ? { ronaUntil } : undefined
      return { ...rest, ...rona, ...loadOf(event), chosen, idleSince: at }
    }
    case 'ReachableChanged':
      return { ...agent, ...loadOf(event), reachable: event.reachable, reachableSince: at, idleSince: at }
    case 'StationChosen': {
      const { station: _, ...rest } = agent
      return event.number === undefined ? rest : { ...rest, station: event.number }
    }
    case 'PresenceNoted': {
      const { note: _, ...rest } = agent
      return event.note === undefined ? rest : { ...rest, note: event.note }
    }
    case 'QueueActivated': {
      const others = (agent.inactive ?? []).filter((queue) => queue !== event.queue)
      return { ...agent, inactive: event.active ? others : [...others, event.queue] }
    }
    case 'RonaEnded': {
      const { ronaUntil: _, ...rest } = agent
      return { ...rest, idleSince: at }
    }
    default:
      return evolveWork(agent, event, at)
  }
}

type WorkEvent = Exclude<
  AgentEvent,
  { type: 'StatusChosen' | 'ReachableChanged' | 'StationChosen' | 'PresenceNoted' | 'QueueActivated' | 'RonaEnded' }
>

function loadOf({ load }: { readonly load?: Millis }): { readonly load?: Millis } {
  return load === undefined ? {} : { load }
}

function evolveWork(agent: Agent, event: WorkEvent, at: Millis): Agent {
  const { interaction } = event
  switch (event.type) {
    case 'CalledIn':
      return withWork(agent, interaction, {
        interaction,
        participant: event.participant,
        state: 'connected',
        since: at,
        engagedAt: at,
      })
    case 'ContactBegun':
      return withWork(agent, interaction, { ...givenBy(event, at), state: 'connected', engagedAt: at })
    case 'Offered':
      return withWork({ ...agent, offeredAt: at }, interaction, {
        ...givenBy(event, at),
        state: 'offered',
        until: event.until,
      })
    case 'ParticipantInvited':
      return withWork(agent, interaction, { ...givenBy(event, at), state: 'offered', until: event.until })
    case 'InvitationEnded':
      return withWork(agent, interaction, undefined)
    case 'OfferEnded': {
      // An offer that was taken back is no work done: the agent keeps its place among the idle.
      const rest = withWork(agent, interaction, undefined)
      return event.ronaUntil === undefined ? rest : { ...rest, ronaUntil: event.ronaUntil }
    }
    case 'ParticipantConnected':
      return changeWork(agent, interaction, ({ until: _, ...work }) => ({
        ...work,
        state: 'connected',
        since: at,
        engagedAt: work.engagedAt ?? at,
      }))
    case 'WrapUpStarted':
      return changeWork(agent, interaction, (work) => ({
        ...work,
        state: 'wrapping-up',
        since: at,
        until: event.until,
      }))
    case 'WrapUpExtended':
      return changeWork(agent, interaction, (work) => ({ ...work, until: event.until }))
    case 'ParticipantCleared': {
      const work = agent.work.find((one) => one.interaction === interaction)
      if (work?.participant !== event.participant || work.state === 'wrapping-up') return agent
      return withoutWork(agent, interaction, at)
    }
    case 'WrapUpEnded':
    case 'InteractionClosed':
      return withoutWork(agent, interaction, at)
    case 'Joined':
      return changeWork(agent, event.consulted, (work) => ({ ...work, interaction }))
    default:
      return assertNever(event)
  }
}

/** What an agent is given, or has begun itself. */
function givenBy(
  {
    interaction,
    participant,
    queue,
    medium,
    share,
  }: Extract<WorkEvent, { type: 'ContactBegun' | 'Offered' | 'ParticipantInvited' }>,
  at: Millis,
): Omit<Work, 'state'> {
  return {
    ...{ interaction, participant: participant.id, since: at },
    ...(queue === undefined ? undefined : { queue }),
    ...(medium === undefined ? undefined : { medium }),
    ...(share === undefined ? undefined : { share }),
  }
}

function changeWork(agent: Agent, interaction: string, change: (work: Work) => Work): Agent {
  return {
    ...agent,
    work: agent.work.map((work) => (work.interaction === interaction ? change(work) : work)),
  }
}

function withWork(agent: Agent, interaction: string, work: Work | undefined): Agent {
  const others = agent.work.filter((other) => other.interaction !== interaction)
  return { ...agent, work: work ? [...others, work] : others }
}

function withoutWork(agent: Agent, interaction: string, at: Millis): Agent {
  const work = agent.work.find((one) => one.interaction === interaction)
  if (!work) return agent
  return { ...withWork(agent, interaction, undefined), ...loadAfter(agent, work, at), idleSince: at }
}

/** Work that is over counts as load from the moment it was answered; what only rang is none. */
function loadAfter(agent: Agent, { engagedAt, share = 1 }: Work, at: Millis): { readonly load?: Millis } {
  const load = engagedAt === undefined ? 0 : Math.max(0, Math.round((at - engagedAt) * share))
  return load === 0 ? {} : { load: (agent.load ?? 0) + load }
}
