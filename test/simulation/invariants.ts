import assert from 'node:assert/strict'
import { hasCapacity, MIXES_DEFAULT } from '#kernel/agent'
import { type CentreEvent, type CentreState, type CentreStore, centreMachine, freeBesideWaiting } from '#kernel/centre'
import {
  desiredParticipant,
  type Interaction,
  isByPhone,
  isLive,
  speakingCount,
  talkersOf,
  waitingParticipant,
} from '#kernel/interaction'
import { MESSAGES_KEPT } from '#kernel/mailbox'
import { fitsTerms, replayDecision, termsOf, waitingOf } from '#kernel/routing'

/** Everything that must hold after every command, computed afresh from the whole state without any of its indexes. */
export function checkState(state: CentreStore, now: number): void {
  for (const interaction of state.interactions.values()) checkInteraction(state, interaction, now)
  checkAgents(state)
  checkNobodyWaitsBesideAFreeAgent(state)
  checkIndexes(state)
  checkMailboxes(state)
  assert.equal(freeBesideWaiting(state, now).demands, 0, 'the live watch over promise 6 sees a pair')
  const due = centreMachine.nextDeadline(state)
  assert(due === undefined || due > now, `something is due at ${due} and was not served at ${now}`)
}

/** A message waits for its sound as long as its recording is not sealed, and no longer; whoever left one is in one mailbox, in its place. */
function checkMailboxes({ mailboxes: { mailboxes, places }, unsealed }: CentreState): void {
  const all = [...mailboxes.values()].flat()
  assert.deepEqual(new Map(all.map(({ id, mailbox }) => [id, mailbox])), new Map(places), 'places of messages')
  for (const [name, messages] of mailboxes) {
    assert(messages.length > 0 && messages.length <= MESSAGES_KEPT, `${name} holds ${messages.length} messages`)
    for (const [index, { mailbox, at }] of messages.entries()) {
      assert.equal(mailbox, name)
      assert(at >= (messages[index - 1]?.at ?? 0), `${name} is out of order`)
    }
  }
  for (const { id, sound } of all) {
    assert.equal(sound === 'pending', unsealed.has(id), `${id} is ${sound}`)
  }
  for (const [id, { mailbox }] of unsealed) {
    const isFull = (mailboxes.get(mailbox ?? '')?.length ?? 0) >= MESSAGES_KEPT
    assert(mailbox === undefined || isFull || places.get(id) === mailbox, `${id} is in no mailbox`)
  }
}

/** Promise 3: no more parties than a conversation has, no offer past its time, and agent and interaction agree. */
function checkInteraction(state: CentreState, interaction: Interaction, now: number): void {
  const { id, phase } = interaction
  const live = interaction.participants.filter(isLive)
  const others = phase.state === 'offered' ? (phase.others ?? []) : []
  assert.ok(phase.state !== 'created' || phase.due !== undefined, `${id} was left between two places`)
  if (phase.state === 'connected' || phase.state === 'held') checkTalk(interaction)
  else assert(live.length <= 2 + others.length, `${id} has ${live.length} parties`)
  if (phase.state === 'wrapping-up') {
    assert.equal(live.length, 0, `${id} wraps up with somebody on the line`)
    assert(
      interaction.participants.some((party) => party.wrapUp || party.connection === 'failed'),
      `${id} wraps up with nobody`,
    )
  }
  if (phase.state === 'queued') {
    const { enteredAt, rankAt = enteredAt, priority, prioritised } = phase
    assert(rankAt <= enteredAt, `${id} counts as having waited less than it has`)
    assert.notEqual(prioritised?.from, priority, `${id} has the priority that it came with`)
  }
  if (phase.state === 'offered') {
    assert(phase.until > now, `${id} is offered past its time`)
    for (const { user } of [phase, ...others]) {
      const work = state.agents.get(user)?.work.find((one) => one.interaction === id)
      assert.equal(work?.state, 'offered', `${user} does not know the offer of ${id}`)
      assert.equal(work?.until, phase.until)
    }
    const most = phase.queue === undefined ? 1 : (state.configuration.queues.get(phase.queue)?.ringAtOnce ?? 20)
    assert(1 + others.length <= Math.max(most, 20), `${id} is offered to too many`)
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

/** A conversation has two who lead it, or more; on hold is who hears nobody, and nobody else. */
function checkTalk(interaction: Interaction): void {
  const { id, phase, medium } = interaction
  const talkers = talkersOf(interaction)
  const there = talkers.filter((one) => one.ringUntil === undefined)
  if (!isByPhone(medium)) return assert(there.length >= 1, `${id} is ${phase.state} with nobody`)
  const parked = phase.state === 'held' && phase.parked !== undefined
  if (parked) assert.equal(there.length, 1, `${id} is parked by ${there.length}`)
  else assert(there.length >= 2 && talkers.length <= 16, `${id} is ${phase.state} with ${talkers.length}`)
  const called = there.some((one) => one.connection === 'initiated' || one.connection === 'alerting')
  const speaking = speakingCount(interaction)
  if (!parked && !called) assert.equal(phase.state === 'held', speaking < 2, `${id} is ${phase.state} with ${speaking}`)
  for (const { id: party, supervises } of interaction.participants.filter(isLive)) {
    if (supervises)
      assert(
        talkers.some((one) => one.id === supervises.agent),
        `${party} supervises nobody`,
      )
  }
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

/** Promises 2 and 3: all that an agent does is there, and what it was given fits into what it may do at once. */
function checkAgents(state: CentreState): void {
  for (const agent of state.agents.values()) {
    const given = agent.work.filter((work) => {
      const interaction = state.interactions.get(work.interaction)
      const party = interaction?.participants.find((one) => one.id === work.participant)
      assert(party?.user === agent.user, `${agent.user} works for ${work.interaction}, which knows nothing of it`)
      if (work.state === 'wrapping-up') assert(party.wrapUp, `${agent.user} wraps up for ever`)
      else assert(isLive(party), `${agent.user} is stuck ${work.state} in ${work.interaction}`)
      const rings = interaction?.phase.state === 'offered' || party.ringUntil !== undefined
      if (work.state === 'offered') assert(rings, `${agent.user} rings for nothing`)
      return work.state !== 'wrapping-up' && party.kind === 'agent'
    })
    checkCapacity(state, agent.user, given)
  }
}

/** What an agent was given, whatever it did besides, fits into one of its mixes. */
function checkCapacity(state: CentreState, user: string, given: CentreAgent['work']): void {
  const { mixes = MIXES_DEFAULT, interruptible = [] } = state.configuration.users.get(user) ?? {}
  const counts = new Map<string, number>()
  for (const { medium = 'voice' } of given) counts.set(medium, (counts.get(medium) ?? 0) + 1)
  const fits = mixes.some((mix) =>
    [...counts].every(
      ([medium, count]) => count <= (mix[medium as 'voice'] ?? 0) || interruptible.includes(medium as 'voice'),
    ),
  )
  // A changed configuration takes nothing away from anybody: with fewer mixes than before, what was given stays.
  assert(fits || mixes !== MIXES_DEFAULT, `${user} was given ${given.map((work) => work.interaction)} at once`)
}

type CentreAgent = CentreState['agents'] extends ReadonlyMap<string, infer A> ? A : never

/** Promise 6: after every command, at the very moment. */
function checkNobodyWaitsBesideAFreeAgent(state: CentreState): void {
  for (const interaction of state.interactions.values()) {
    const waiting = waitingOf(interaction)
    const terms = waiting && termsOf(state.configuration, waiting.demand)
    if (!terms) continue
    for (const agent of state.agents.values()) {
      const user = state.configuration.users.get(agent.user)
      const fit: boolean =
        user !== undefined && fitsTerms(user, terms, agent) && hasCapacity(agent, user, interaction.medium)
      assert(!fit, `${agent.user} is free while ${interaction.id} waits in ${terms.queue}`)
    }
  }
}

/** What the indexes say is what the interactions and agents say. */
function checkIndexes(state: CentreStore): void {
  for (const queue of state.configuration.queues.values()) {
    const waiting = [...state.interactions.values()].filter(
      ({ phase }) => phase.state === 'queued' && phase.queue === queue.name,
    )
    const index = [...state.queues.get(queue.name)!.waiting].map((entry) => entry.interaction)
    assert.deepEqual(index.sort(), waiting.map(({ id }) => id).sort())
  }
  const inLines = [...state.lines.all()].flatMap((line) =>
    [...line.waiting].map((entry) => `${line.key} ${entry.interaction}`),
  )
  const waiting = [...state.interactions.values()].flatMap((interaction) => {
    const one = waitingOf(interaction)
    return one ? [`${one.key} ${interaction.id}`] : []
  })
  assert.deepEqual(inLines.sort(), waiting.sort())
  for (const line of state.lines.all()) {
    const terms = termsOf(state.configuration, line.demand)!
    const fit = [...state.configuration.users.values()].flatMap((user) => {
      const agent = state.agents.get(user.name)
      const free = agent && fitsTerms(user, terms, agent) && hasCapacity(agent, user, line.demand.medium)
      return free ? [user.name] : []
    })
    assert.deepEqual([...line.free].map(({ user }) => user).sort(), fit.sort(), `free in ${line.key}`)
  }
  for (const user of state.configuration.users.values()) {
    assert.equal(state.configuration.extensions.get(user.extension), user.name)
  }
}

/** Promise 4: each decision, made again from what it keeps, is the same. And who was served first was first. */
export function checkDecisions(before: readonly Waiting[], events: readonly CentreEvent[], after: CentreState): void {
  const prioritised = new Map(
    events.flatMap((one) => (one.type === 'PriorityChanged' ? [[one.interaction, one.rankAt] as const] : [])),
  )
  const ranked = before.map((one) => ({ ...one, rankAt: prioritised.get(one.id) ?? one.rankAt }))
  for (const event of events) {
    if (event.type !== 'Offered') continue
    assert.equal(replayDecision(event.why), event.why.chosen)
    assert.equal(event.why.chosen, event.user)
    // A person took it out of its turn.
    if (event.queue === undefined || event.why.strategy === 'direct') continue
    const served = ranked.find((one) => one.id === event.interaction)
    // Who came to another ring at this moment, or left its queue and came again, stands in another line than before.
    const moved = (one: CentreEvent): boolean => one.type === 'Widened' || one.type === 'Queued'
    if (events.some((one) => moved(one) && 'interaction' in one && one.interaction === event.interaction)) continue
    if (!served || served.queue !== event.queue) continue
    const passed = ranked.find((one) => one.key === served.key && isBefore(one, served))
    // One who came to another ring at the same moment does not ask for the same any more.
    if (passed && waitingOf(after.interactions.get(passed.id))?.key === passed.key) {
      assert.fail(`${served.id} was served before ${passed.id}`)
    }
  }
}

export interface Waiting {
  readonly id: string
  readonly queue: string
  /** Its line: who asks for the same. */
  readonly key: string
  readonly rankAt: number
  readonly enteredAt: number
}

function isBefore(a: Waiting, b: Waiting): boolean {
  if (a.rankAt !== b.rankAt) return a.rankAt < b.rankAt
  return a.enteredAt !== b.enteredAt ? a.enteredAt < b.enteredAt : a.id < b.id
}

/** Who waits now. */
export function waitingIn(state: CentreState): readonly Waiting[] {
  return [...state.interactions.values()].flatMap((interaction) => {
    const waiting = waitingOf(interaction)
    if (!waiting) return []
    const { key, demand, entry } = waiting
    return [{ id: interaction.id, key, queue: demand.queue, rankAt: entry.rankAt, enteredAt: entry.enteredAt }]
  })
}
