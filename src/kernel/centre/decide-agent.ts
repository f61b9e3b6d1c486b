import type { Millis } from '#base'
import { type Agent, decideAgent, isOnDuty } from '#kernel/agent'
import { isByPhone, isLive, liveParticipants } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { finalCode, notedCode } from './decide-note.ts'
import { endOffer } from './decide-offer.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { closeAfterNotes, endInvitation, finish } from './finish.ts'
import { demandDialled } from './outside.ts'
import { rescueFrom } from './rescue.ts'

/** A person chooses a status. Logging off ends what rings; a conversation goes on whatever is chosen. */
export function chooseStatus(draft: Draft, { user, status, reason }: CommandOf<'ChooseStatus'>): void {
  const agent = draft.agent(user)
  if (!agent) return
  const command = { type: 'ChooseStatus', status, ...(reason === undefined ? undefined : { reason }) } as const
  for (const event of decideAgent(agent, command)) {
    if (event.type === 'StatusChosen') draft.emit({ ...event, user, ...comesOnDuty(draft, agent, status === 'ready') })
  }
  if (status !== 'logged-off') return
  endOffersTo(draft, user, 'declined')
  rescueFrom(draft, user)
  setStation(draft, agent, undefined)
}

/** Where the agent is rung from now on, as soon as it is on no phone: a call stays where it is. */
export function chooseStation(draft: Draft, { user, number, phoneless = false }: CommandOf<'ChooseStation'>): void {
  const agent = draft.agent(user)
  if (!agent) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (agent.station === number && (agent.phoneless ?? false) === phoneless) return
  if (number !== undefined && demandDialled(draft, user, number).type !== 'outside') {
    throw CENTRE_ERRORS['centre.not-outside']({ number })
  }
  if (agent.work.some((one) => one.state !== 'wrapping-up' && isByPhone(one.medium ?? 'voice'))) {
    throw CENTRE_ERRORS['centre.user-busy']({ user })
  }
  setStation(draft, agent, number, phoneless)
}

function setStation(draft: Draft, agent: Agent, number: string | undefined, phoneless = false): void {
  const { user } = agent
  for (const event of decideAgent(agent, {
    ...{ type: 'ChooseStation', phoneless },
    ...(number === undefined ? undefined : { number }),
  })) {
    if (event.type === 'StationChosen') {
      const comes = phoneless ? comesOnDuty(draft, agent, agent.chosen.status === 'ready') : {}
      draft.emit({ ...event, user, ...comes })
    }
    const will = agent.chosen.status === 'ready' && number !== undefined
    if (event.type === 'ReachableChanged') draft.emit({ ...event, user, ...comesOnDuty(draft, agent, will) })
  }
}

/** Who comes on shift begins with the load of whoever has worked least in it: neither with all the work for a while, nor with none. */
function comesOnDuty(draft: Draft, agent: Agent, will: boolean): { readonly load?: Millis } {
  const least = draft.store.leastLoad()
  return will && !isOnDuty(agent) && least > (agent.load ?? 0) ? { load: least } : {}
}

/** Somebody says what colleagues shall read beside the user's status. */
export function notePresence(draft: Draft, { user, note, by }: CommandOf<'NotePresence'>): void {
  const agent = draft.agent(user)
  if (!agent) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  const command = { type: 'NotePresence', ...(note === undefined ? undefined : { note }) } as const
  for (const event of decideAgent(agent, command)) {
    if (event.type === 'PresenceNoted') draft.emit({ ...event, user, by })
  }
}

/** The agent takes work of a queue from now on, or no more (ACD-11). What it is offered already rings on. */
export function activateQueue(draft: Draft, { user, queue, active }: CommandOf<'ActivateQueue'>): void {
  const agent = draft.agent(user)
  if (!agent) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (!draft.configuration.queues.has(queue)) throw CENTRE_ERRORS['centre.no-such-queue']({ queue })
  for (const event of decideAgent(agent, { type: 'ActivateQueue', queue, active })) {
    if (event.type === 'QueueActivated') draft.emit({ ...event, user })
  }
}

/** The user's last phone has gone, or the first has come. What rings cannot be answered any more; for a conversation its leg decides. */
export function setReachable(draft: Draft, { user, reachable }: CommandOf<'SetReachable'>): void {
  const agent = draft.agent(user)
  if (!agent) return
  for (const event of decideAgent(agent, { type: 'SetReachable', reachable })) {
    const will = agent.chosen.status === 'ready' && reachable
    if (event.type === 'ReachableChanged') draft.emit({ ...event, user, ...comesOnDuty(draft, agent, will) })
  }
  if (!reachable && agent.station === undefined && !agent.phoneless) endOffersTo(draft, user, 'unreachable')
}

/** Ends whatever rings at a user. */
export function endOffersTo(draft: Draft, user: string, reason: 'declined' | 'unreachable'): void {
  for (const work of draft.agent(user)?.work ?? []) {
    const { interaction, participant } = work
    if (work.state !== 'offered') continue
    const invited = draft.interaction(interaction)?.participants.find((one) => one.id === participant && one.ringUntil)
    if (invited) endInvitation(draft, interaction, invited, reason)
    else endOffer(draft, interaction, { participant, reason, pauses: false })
  }
}

/** The agent has finished its notes before their time is over. */
export function endWrapUp(draft: Draft, { interaction: id, user, code }: CommandOf<'EndWrapUp'>): void {
  const party = draft.interaction(id)?.participants.find((one) => one.user === user && one.wrapUp !== undefined)
  if (!party) return
  const final = finalCode(draft, id, party, code)
  draft.emit({
    type: 'WrapUpEnded',
    interaction: id,
    participant: party.id,
    user,
    ...(final === undefined ? undefined : { code: final }),
  })
  closeAfterNotes(draft, id)
}

/** The agent needs more time for its notes: at most as much as the queue gives. */
export function extendWrapUp(draft: Draft, { interaction: id, user, byMs }: CommandOf<'ExtendWrapUp'>): void {
  const party = draft.interaction(id)?.participants.find((one) => one.user === user && one.wrapUp !== undefined)
  const work = draft.agent(user)?.work.find((one) => one.interaction === id)
  if (!party?.wrapUp || byMs <= 0) return
  const queue = work?.queue === undefined ? undefined : draft.configuration.queues.get(work.queue)
  const most = party.wrapUp.since + Math.max(queue?.wrapUpMs ?? 0, queue?.wrapUpMaxMs ?? 0)
  const until = Math.min(party.wrapUp.until + byMs, most)
  if (until <= party.wrapUp.until) throw CENTRE_ERRORS['centre.wrap-up-limit']({ user })
  draft.emit({ type: 'WrapUpExtended', interaction: id, participant: party.id, user, until })
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
      draft.emit({ type: 'WrapUpEnded', interaction: id, participant: party.id, user: party.user, ...notedCode(party) })
    }
  }
  draft.emit({ type: 'InteractionClosed', interaction: id, reason: 'ended' })
}
