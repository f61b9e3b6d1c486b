import { type InteractionView, moment, momentOrNull } from '#api/contract'
import { assertNever, type Millis } from '#base'
import type { Interaction, Participant } from '#kernel/interaction'

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
    queue: 'queue' in phase ? (phase.queue ?? null) : null,
    queuedAt: 'enteredAt' in phase && phase.queue !== undefined ? moment(phase.enteredAt) : null,
    agent: agentOf(interaction) ?? null,
    offerUntil: momentOrNull(phase.state === 'offered' ? phase.until : undefined),
    flow: phase.state === 'in-flow' ? phase.flow : null,
    step: phase.state === 'in-flow' ? phase.step : null,
    outcome: null,
  }
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

/** Whom it is offered to or talks to; the one who came last, if several. */
export function agentOf(interaction: Interaction): string | undefined {
  const { phase } = interaction
  if (phase.state === 'offered') return phase.user
  return interaction.participants.findLast((one) => one.kind === 'agent' && one.connection !== 'failed')?.user
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
  }
}
