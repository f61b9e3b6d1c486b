import { assert, type Millis } from '#base'
import { shareOf } from '#kernel/agent'
import type { Queue } from '#kernel/config'
import type { InteractionId, ParkedAt, Participant } from '#kernel/interaction'
import { compareWaiting } from '#kernel/queue'
import {
  besideDecision,
  type Claim,
  chooseAgent,
  directDecision,
  type Line,
  type Rival,
  type RoutingDecision,
} from '#kernel/routing'
import { notedCode } from './decide-note.ts'
import type { Draft, Front } from './draft.ts'

/** What was weighed when an agent became free. */
interface Weighed {
  readonly claim: Claim
  readonly rivals: readonly Rival[]
}

/** Offers the interaction at the front of a line to whom routing chooses; says whether there was somebody for it. */
export function offerFront(draft: Draft, key: string, weighed?: Weighed): boolean {
  const front = draft.frontOf(key)
  const line = front && draft.line(key)
  if (!line) return false
  const { phase } = front.interaction
  const only = phase.state === 'queued' ? phase.only?.why : undefined
  const changed = phase.state === 'queued' ? phase.prioritised : undefined
  const agents = draft.agentsOf(line)
  const why = chooseAgent(
    {
      line,
      enteredAt: front.entry.enteredAt,
      ...agents,
      userOf: (user) => draft.configuration.users.get(user),
      ...(only === undefined ? undefined : { only }),
      ...(changed && { prioritised: { by: changed.by, from: changed.from, to: front.entry.priority } }),
      ...weighed,
    },
    draft.now,
  )
  if (!why) return false
  offer(draft, front, line, why)
  const besides = [why.chosen]
  for (const candidate of why.candidates.slice(1, line.queue.ringAtOnce ?? 1)) {
    offer(draft, front, line, besideDecision(why, candidate, [...besides]))
    besides.push(candidate.user)
  }
  return true
}

function offer(draft: Draft, { interaction }: Front, { queue, demand }: Line, why: RoutingDecision): void {
  endOwnWrapUp(draft, interaction.id, why.chosen)
  const share = shareOf(draft.configuration.users.get(why.chosen), demand.medium)
  draft.emit({
    type: 'Offered',
    interaction: interaction.id,
    participant: agentParty(draft, interaction.id, why),
    user: why.chosen,
    queue: queue.name,
    until: draft.now + queue.ringTimeoutMs,
    why,
    ...(demand.medium === 'voice' ? undefined : { medium: demand.medium }),
    ...(share === 1 ? undefined : { share }),
  })
}

export interface DirectOffer {
  readonly user: string
  readonly ringMs: number
  readonly otherwise?: { readonly flow: string; readonly step: string }
  readonly back?: string
  readonly returnTo?: string
  /** The queue that it waits in, when a person takes it out of its turn. */
  readonly queue?: string
  readonly parked?: Omit<ParkedAt, 'until'>
}

/** Offers an interaction to one person; by phone it must be diallable. */
export function offerDirect(draft: Draft, id: InteractionId, offer: DirectOffer): void {
  const agent = draft.agent(offer.user)
  const medium = draft.interaction(id)?.medium
  if (!agent || medium === undefined) return
  endOwnWrapUp(draft, id, offer.user)
  const why = directDecision(agent, draft.now)
  draft.emit({
    type: 'Offered',
    interaction: id,
    participant: agentParty(draft, id, why),
    user: offer.user,
    ...(offer.queue === undefined ? undefined : { queue: offer.queue }),
    until: draft.now + offer.ringMs,
    why,
    ...(medium === 'voice' ? undefined : { medium }),
    ...(offer.otherwise === undefined ? undefined : { otherwise: offer.otherwise }),
    ...(offer.back === undefined ? undefined : { back: offer.back }),
    ...(offer.returnTo === undefined ? undefined : { returnTo: offer.returnTo }),
    ...(offer.parked === undefined ? undefined : { parked: offer.parked }),
  })
}

/** Who comes back to an interaction while it still works after its first part has no more notes to write of that. */
export function endOwnWrapUp(draft: Draft, id: InteractionId, user: string): void {
  const party = draft.interaction(id)?.participants.find((one) => one.user === user && one.wrapUp !== undefined)
  if (party) draft.emit({ type: 'WrapUpEnded', interaction: id, participant: party.id, user, ...notedCode(party) })
}

function agentParty(draft: Draft, id: InteractionId, { chosen }: RoutingDecision): Participant {
  return partyOfUser(draft, id, chosen, 'agent')
}

/** A user as a party that is to be reached. */
export function partyOfUser(draft: Draft, id: InteractionId, name: string, kind: 'agent' | 'supervisor'): Participant {
  const user = draft.configuration.users.get(name)
  const station = draft.agent(name)?.station
  return {
    id: `${id}.p${(draft.interaction(id)?.counters.participants ?? 0) + 1}`,
    kind,
    user: name,
    address: user?.extension ?? name,
    displayName: user?.displayName ?? name,
    ...(station === undefined ? undefined : { outside: station }),
    connection: 'initiated',
    since: draft.now,
  }
}

/**
 * Gives waiting interactions to free agents until one of the two has run out: for each agent who changed the best of those that it may
 * be given, and for each line that somebody entered whoever is free. Nothing else can have made a pair, so nobody free who fits is
 * left beside a waiting interaction (promise 6).
 */
export function route(draft: Draft): void {
  for (const user of draft.freed) {
    for (let best = bestFor(draft, user); best; best = bestFor(draft, user)) {
      assert(offerFront(draft, best.key, best.weighed), `nobody is free for ${best.key}, though ${user} is`)
    }
  }
  for (const key of draft.entered) while (offerFront(draft, key));
}

interface Best {
  readonly key: string
  readonly weighed: Weighed
}

/**
 * What an agent who may take something shall be given: of the fronts of its lines the one with the best claim, which is how long it has
 * waited, what its priority is worth, and how far its queue is behind its service level; undefined when there is none.
 */
function bestFor(draft: Draft, user: string): Best | undefined {
  let best: { readonly line: Line; readonly front: Front; readonly claim: Claim } | undefined
  const others: (typeof best)[] = []
  for (const { line, front } of draft.linesFor(user)) {
    const one = { line, front, claim: claimOf(draft, line.queue, front) }
    if (!best || comesBefore(one, best)) {
      if (best) others.push(best)
      best = one
    } else others.push(one)
  }
  if (!best) return undefined
  const rivals = others.flatMap((one): Rival[] => {
    return one ? [{ interaction: one.front.interaction.id, queue: one.line.queue.name, ...one.claim }] : []
  })
  rivals.sort((a, b) => worthOf(b) - worthOf(a) || (a.interaction < b.interaction ? -1 : 1))
  return { key: best.line.key, weighed: { claim: best.claim, rivals } }
}

function comesBefore(
  a: { readonly front: Front; readonly claim: Claim },
  b: { readonly front: Front; readonly claim: Claim },
): boolean {
  const difference = worthOf(b.claim) - worthOf(a.claim)
  return difference < 0 || (difference === 0 && compareWaiting(a.front.entry, b.front.entry) < 0)
}

function claimOf(draft: Draft, queue: Queue, { entry }: Front): Claim {
  return {
    waitedMs: draft.now - entry.enteredAt,
    priorityMs: entry.enteredAt - entry.rankAt,
    behindMs: behindMs(draft, queue),
  }
}

/** What the lag of a queue behind its service level is worth in waiting. */
function behindMs(draft: Draft, { name, behindStepMs = 0, serviceLevel }: Queue): Millis {
  const level = behindStepMs === 0 ? undefined : draft.store.queues.get(name)?.level
  if (level === undefined) return 0
  return Math.round(Math.max(0, serviceLevel.percent - level / 10) * behindStepMs)
}

function worthOf({ waitedMs, priorityMs, behindMs }: Claim): Millis {
  return waitedMs + priorityMs + behindMs
}
