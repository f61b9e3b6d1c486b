import assert from 'node:assert/strict'
import { isFree } from '#kernel/agent'
import { type CentreEvent, type CentreState, type CentreStore, centreMachine } from '#kernel/centre'
import { desiredParticipant, type Interaction, isLive, waitingParticipant } from '#kernel/interaction'
import { meetsSkills } from '#kernel/queue'
import { replayDecision } from '#kernel/routing'

/** Everything that must hold after every command, computed afresh from the whole state without any of its indexes. */
export function checkState(state: CentreStore, now: number): void {
  for (const interaction of state.interactions.values()) checkInteraction(state, interaction, now)
  checkAgents(state)
  checkNobodyWaitsBesideAFreeAgent(state, now)
  checkIndexes(state)
  const due = centreMachine.nextDeadline(state)
  assert(due === undefined || due > now, `something is due at ${due} and was not served at ${now}`)
}

/** Promise 3: no more parties than a conversation has, no offer past its time, and agent and interaction agree. */
function checkInteraction(state: CentreState, interaction: Interaction, now: number): void {
  const { id, phase } = interaction
  const live = interaction.participants.filter(isLive)
  assert(live.length <= 2, `${id} has ${live.length} parties`)
  assert.notEqual(phase.state, 'created', `${id} was left between two places`)
  if (phase.state === 'connected' || phase.state === 'held') assert.equal(live.length, 2, `${id} is ${phase.state}`)
  if (phase.state === 'wrapping-up') {
    assert.equal(live.length, 0, `${id} wraps up with somebody on the line`)
    assert(
      interaction.participants.some((party) => party.wrapUp || party.connection === 'failed'),
      `${id} wraps up with nobody`,
    )
  }
  if (phase.state === 'offered') {
    assert(phase.until > now, `${id} is offered past its time`)
    const work = state.agents.get(phase.user)?.work.find((one) => one.interaction === id)
    assert.equal(work?.state, 'offered', `${phase.user} does not know the offer of ${id}`)
    assert.equal(work?.until, phase.until)
  }
  for (const party of interaction.participants) {
    const desired = desiredParticipant(interaction, party, state.configuration)
    assert.equal(desired.connection === 'cleared', !isLive(party) || phase.state === 'wrapping-up', `${party.id}`)
    const work =
      party.user === undefined ? undefined : state.agents.get(party.user)?.work.find((one) => one.interaction === id)
    if (isLive(party) && party.user !== undefined) assert.equal(work?.participant, party.id, `${party.id} has no work`)
    if (party.wrapUp) assert.equal(work?.state, 'wrapping-up', `${party.id} wraps up unknown to its agent`)
  }
  checkNoSilence(state, interaction)
}

/** No silence where a caller waits: in a queue, while an agent's phone rings, on hold. */
function checkNoSilence(state: CentreState, interaction: Interaction): void {
  const { phase } = interaction
  if (phase.state !== 'queued' && phase.state !== 'offered') return
  const party = waitingParticipant(interaction)
  if (!party || interaction.medium !== 'voice') return
  const desired = desiredParticipant(interaction, party, state.configuration)
  if (desired.connection === 'alerting') return
  assert.equal(desired.hears.type, 'program', `${party.id} waits in silence`)
  if (desired.hears.type === 'program') assert(desired.hears.repeat, `${party.id} waits in silence after a while`)
}

/** Promises 2 and 3: all that an agent does is there, and it was given one thing at a time. */
function checkAgents(state: CentreState): void {
  for (const agent of state.agents.values()) {
    const given = agent.work.filter((work) => {
      const interaction = state.interactions.get(work.interaction)
      const party = interaction?.participants.find((one) => one.id === work.participant)
      assert(party?.user === agent.user, `${agent.user} works for ${work.interaction}, which knows nothing of it`)
      if (work.state === 'wrapping-up') assert(party.wrapUp, `${agent.user} wraps up for ever`)
      else assert(isLive(party), `${agent.user} is stuck ${work.state} in ${work.interaction}`)
      if (work.state === 'offered') assert.equal(interaction?.phase.state, 'offered', `${agent.user} rings for nothing`)
      return work.state !== 'wrapping-up' && party.kind === 'agent'
    })
    assert(given.length <= 1, `${agent.user} was given ${given.map((work) => work.interaction)} at once`)
  }
}

/** Promise 6: after every command, at the very moment. */
function checkNobodyWaitsBesideAFreeAgent(state: CentreState, now: number): void {
  const free = [...state.agents.values()].filter((agent) => isFree(agent, now))
  for (const { id, phase, medium } of state.interactions.values()) {
    if (phase.state !== 'queued' || medium !== 'voice') continue
    const needs = state.configuration.queues.get(phase.queue)!.skills
    const fit = free.find((agent) => {
      const has = state.configuration.users.get(agent.user)?.skills
      return has !== undefined && meetsSkills(has, needs)
    })
    assert.equal(fit?.user, undefined, `${fit?.user} is free while ${id} waits in ${phase.queue}`)
  }
}

/** What the indexes say is what the interactions and agents say. */
function checkIndexes(state: CentreStore): void {
  for (const queue of state.configuration.queues.values()) {
    const index = state.queues.get(queue.name)!
    const waiting = [...state.interactions.values()].filter(
      ({ phase, medium }) => phase.state === 'queued' && phase.queue === queue.name && medium === 'voice',
    )
    assert.deepEqual([...index.waiting].map((entry) => entry.interaction).sort(), waiting.map(({ id }) => id).sort())
    const members = [...state.configuration.users.values()].filter((user) => meetsSkills(user.skills, queue.skills))
    assert.deepEqual([...index.members].map((entry) => entry.user).sort(), members.map(({ name }) => name).sort())
    const free = [...index.members].filter((entry) => entry.free)
    assert.equal(index.free, free.length)
    for (const { user, free: isSeatedFree } of index.members) {
      assert.equal(isSeatedFree, isFree(state.agents.get(user)!, Number.NEGATIVE_INFINITY), `${user} is seated wrongly`)
    }
  }
  for (const user of state.configuration.users.values()) {
    assert.equal(state.configuration.extensions.get(user.extension), user.name)
  }
}

/** Promise 4: each decision, made again from what it keeps, is the same. And who was served first was first. */
export function checkDecisions(before: readonly Waiting[], events: readonly CentreEvent[], after: CentreState): void {
  for (const event of events) {
    if (event.type !== 'Offered') continue
    assert.equal(replayDecision(event.why), event.why.chosen)
    assert.equal(event.why.chosen, event.user)
    if (event.queue === undefined) continue
    const served = before.find((one) => one.id === event.interaction)
    if (!served || served.queue !== event.queue) continue
    const passed = before.find((one) => one.queue === served.queue && isBefore(one, served))
    if (passed && after.interactions.get(passed.id)?.phase.state === 'queued') {
      assert.fail(`${served.id} was served before ${passed.id}`)
    }
  }
}

export interface Waiting {
  readonly id: string
  readonly queue: string
  readonly priority: number
  readonly enteredAt: number
}

function isBefore(a: Waiting, b: Waiting): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  return a.enteredAt !== b.enteredAt ? a.enteredAt < b.enteredAt : a.id < b.id
}

/** Who waits now. */
export function waitingIn(state: CentreState): readonly Waiting[] {
  return [...state.interactions.values()].flatMap(({ id, phase, medium }) => {
    if (phase.state !== 'queued' || medium !== 'voice') return []
    const { queue, priority, enteredAt } = phase
    return [{ id, queue, priority, enteredAt }]
  })
}
