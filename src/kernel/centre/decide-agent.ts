import { decideAgent } from '#kernel/agent'
import { isLive, liveParticipants } from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import { endOffer } from './decide-offer.ts'
import type { Draft } from './draft.ts'
import { closeIfOver, finish } from './finish.ts'

type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>

/** A person chooses a status. Logging off ends what rings; a conversation goes on whatever is chosen. */
export function chooseStatus(draft: Draft, { user, status, reason }: CommandOf<'ChooseStatus'>): void {
  const agent = draft.agent(user)
  if (!agent) return
  const command = { type: 'ChooseStatus', status, ...(reason === undefined ? undefined : { reason }) } as const
  for (const event of decideAgent(agent, command)) {
    if (event.type === 'StatusChosen') draft.emit({ ...event, user })
  }
  if (status === 'logged-off') endOffersTo(draft, user, 'declined')
}

/** The user's last phone has gone, or the first has come. What rings cannot be answered any more; for a conversation its leg decides. */
export function setReachable(draft: Draft, { user, reachable }: CommandOf<'SetReachable'>): void {
  const agent = draft.agent(user)
  if (!agent) return
  for (const event of decideAgent(agent, { type: 'SetReachable', reachable })) {
    if (event.type === 'ReachableChanged') draft.emit({ ...event, user })
  }
  if (!reachable) endOffersTo(draft, user, 'unreachable')
}

/** Ends whatever rings at a user. */
export function endOffersTo(draft: Draft, user: string, reason: 'declined' | 'unreachable'): void {
  for (const work of draft.agent(user)?.work ?? []) {
    if (work.state === 'offered') endOffer(draft, work.interaction, reason, false)
  }
}

/** The agent has finished its notes before their time is over. */
export function endWrapUp(draft: Draft, { interaction: id, user, code }: CommandOf<'EndWrapUp'>): void {
  const party = draft.interaction(id)?.participants.find((one) => one.user === user && one.wrapUp !== undefined)
  if (!party) return
  draft.emit({
    type: 'WrapUpEnded',
    interaction: id,
    participant: party.id,
    user,
    ...(code === undefined ? undefined : { code }),
  })
  closeIfOver(draft, id, 'answered')
}

/** Somebody ends a whole interaction. One that is wrapping up is closed at once. */
export function end(draft: Draft, { interaction: id }: CommandOf<'End'>): void {
  const interaction = draft.interaction(id)
  if (!interaction) return
  if (interaction.participants.length === 0 || liveParticipants(interaction).length > 0) {
    return finish(draft, id, { closed: 'ended', told: 'ended' })
  }
  for (const party of interaction.participants) {
    if (party.wrapUp && party.user !== undefined && !isLive(party)) {
      draft.emit({ type: 'WrapUpEnded', interaction: id, participant: party.id, user: party.user })
    }
  }
  draft.emit({ type: 'InteractionClosed', interaction: id, reason: 'ended' })
}
