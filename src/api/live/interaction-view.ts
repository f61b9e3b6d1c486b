import { type InteractionView, moment, momentOrNull } from '#api/contract'
import { assertNever, type Millis } from '#base'
import {
  type CallbackAttempt,
  type Interaction,
  isConnected,
  isLive,
  isTalker,
  type Participant,
} from '#kernel/interaction'

/** An open interaction as lists and the board show it. */
export function viewInteraction(interaction: Interaction): InteractionView {
  const { phase } = interaction
  return {
    id: interaction.id,
    medium: interaction.medium,
    direction: interaction.direction,
    from: interaction.from,
    to: interaction.to,
    state: phase.state,
    since: moment(phaseSince(interaction)),
    createdAt: moment(interaction.createdAt),
    closedAt: null,
    queue: queueNow(interaction) ?? null,
    queuedAt: 'enteredAt' in phase && phase.queue !== undefined ? moment(phase.enteredAt) : null,
    agent: agentOf(interaction) ?? null,
    offerUntil: momentOrNull(phase.state === 'offered' ? phase.until : undefined),
    flow: phase.state === 'in-flow' ? phase.flow : null,
    step: phase.state === 'in-flow' ? phase.step : null,
    outcome: null,
    participants: interaction.participants.filter(isLive).map(viewParticipant),
    consults: interaction.consults ?? null,
    parked: parkedOf(interaction),
    ...priorityOf(interaction),
    dueAt: momentOrNull(phase.state === 'created' ? phase.due?.at : undefined),
    ...(interaction.attempts && { attempts: interaction.attempts.map(viewAttempt) }),
  }
}

function viewAttempt({ attempt, at, outcome, user }: CallbackAttempt) {
  return { attempt, at: moment(at), outcome, agent: user ?? null }
}

function parkedOf({ phase }: Interaction): InteractionView['parked'] {
  if (phase.state !== 'held' || !phase.parked) return null
  const { slot, user, until } = phase.parked
  return { slot, user, until: moment(until) }
}

/** What its place in the queue follows from, while it waits there. */
function priorityOf({ phase }: Interaction): Pick<InteractionView, 'priority' | 'prioritised'> {
  const isWaiting = phase.state === 'queued' || phase.state === 'offered'
  if (!isWaiting || phase.queue === undefined) return { priority: null, prioritised: null }
  const { priority, prioritised: changed } = phase
  return { priority, prioritised: changed ? { by: changed.by, from: changed.from } : null }
}

/** The queue that it is in, or comes back to when its time has come. */
function queueNow({ phase, to }: Interaction): string | undefined {
  if (phase.state === 'created') return phase.due && (phase.due.queue ?? to)
  return 'queue' in phase ? phase.queue : undefined
}

/** The same for somebody who is not to know of everyone: without those who listen or coach unannounced, but for the one who looks. */
export function withoutHidden<V extends Pick<InteractionView, 'participants'>>(view: V, viewer: string): V {
  const hidden = view.participants?.some((one) => isHidden(one, viewer))
  return hidden ? { ...view, participants: view.participants!.filter((one) => !isHidden(one, viewer)) } : view
}

function isHidden({ supervises, user }: NonNullable<InteractionView['participants']>[number], viewer: string): boolean {
  return supervises != null && !supervises.announced && user !== viewer
}

/** When the interaction came into the state it is in. */
function phaseSince({ phase }: Interaction): Millis {
  switch (phase.state) {
    case 'queued':
      return phase.enteredAt
    case 'created':
    case 'in-flow':
    case 'offered':
    case 'connected':
    case 'held':
    case 'wrapping-up':
      return phase.since
    default:
      return assertNever(phase)
  }
}

/** Whom it is offered to or talks to; the one who came last, if several; who has taken it over from an agent that has left it. */
export function agentOf({ phase, participants }: Interaction): string | undefined {
  if (phase.state === 'offered') return phase.user
  const agent = participants.findLast((one) => one.kind === 'agent' && one.connection !== 'failed')
  const isThere = agent !== undefined && isLive(agent)
  const taker = participants.findLast((one) => one.kind === 'supervisor' && isTalker(one) && isConnected(one))
  return isThere ? agent.user : (taker?.user ?? agent?.user)
}

/** One party as the detail of an interaction shows it. */
export function viewParticipant(participant: Participant) {
  return {
    id: participant.id,
    kind: participant.kind,
    user: participant.user ?? null,
    address: participant.address,
    displayName: participant.displayName ?? null,
    connection: participant.connection,
    since: moment(participant.since),
    muted: participant.muted ?? false,
    via: participant.via ?? null,
    ringUntil: momentOrNull(participant.ringUntil),
    supervises: participant.supervises ?? null,
  }
}
