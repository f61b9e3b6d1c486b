import type { InteractionId, Participant } from '#kernel/interaction'
import { compareWaiting, type WaitingEntry } from '#kernel/queue'
import { chooseAgent, directDecision, type RoutingDecision } from '#kernel/routing'
import type { Draft } from './draft.ts'

/** Offers the interaction at the front of a queue to whom routing chooses; says whether there was somebody for it. */
export function offerFront(draft: Draft, queueName: string): boolean {
  const front = draft.frontOf(queueName)
  const queue = draft.configuration.queues.get(queueName)
  if (!front || !queue) return false
  const why = chooseAgent(
    {
      queue: queueName,
      skills: queue.skills,
      enteredAt: front.entry.enteredAt,
      ...draft.agentsOf(queueName),
      skillsOf: (user) => draft.configuration.users.get(user)?.skills ?? {},
    },
    draft.now,
  )
  if (!why) return false
  draft.emit({
    type: 'Offered',
    interaction: front.interaction.id,
    participant: agentParty(draft, front.interaction.id, why),
    user: why.chosen,
    queue: queueName,
    until: draft.now + queue.ringTimeoutMs,
    why,
  })
  return true
}

export interface DirectOffer {
  readonly user: string
  readonly ringMs: number
  readonly otherwise?: { readonly flow: string; readonly step: string }
  readonly back?: string
}

/** Rings one person, who must be diallable. */
export function offerDirect(draft: Draft, id: InteractionId, offer: DirectOffer): void {
  const agent = draft.agent(offer.user)
  if (!agent) return
  const why = directDecision(agent, draft.now)
  draft.emit({
    type: 'Offered',
    interaction: id,
    participant: agentParty(draft, id, why),
    user: offer.user,
    until: draft.now + offer.ringMs,
    why,
    ...(offer.otherwise === undefined ? undefined : { otherwise: offer.otherwise }),
    ...(offer.back === undefined ? undefined : { back: offer.back }),
  })
}

function agentParty(draft: Draft, id: InteractionId, why: RoutingDecision): Participant {
  const user = draft.configuration.users.get(why.chosen)
  return {
    id: `${id}.p${(draft.interaction(id)?.counters.participants ?? 0) + 1}`,
    kind: 'agent',
    user: why.chosen,
    address: user?.extension ?? why.chosen,
    displayName: user?.displayName ?? why.chosen,
    connection: 'initiated',
    since: draft.now,
  }
}

/**
 * Gives waiting interactions to free agents until one of the two has run out: for each queue that somebody entered, and for each agent
 * who became free the front of the best of its queues. Nothing else can have made a pair, so nobody free who fits is left
 * beside a waiting interaction (promise 6).
 */
export function route(draft: Draft): void {
  for (const queue of draft.entered) while (offerFront(draft, queue));
  for (const user of draft.freed) {
    for (let queue = bestQueue(draft, user); queue !== undefined; queue = bestQueue(draft, user)) {
      if (!offerFront(draft, queue)) break
    }
  }
}

/** The queue whose front an agent shall serve next: the highest priority, then the longest wait; undefined for an agent who is not free. */
function bestQueue(draft: Draft, user: string): string | undefined {
  if (!draft.isFree(user)) return undefined
  let best: { readonly queue: string; readonly entry: WaitingEntry } | undefined
  for (const queue of draft.queuesOf(user)) {
    const front = draft.frontOf(queue)
    if (front && (!best || compareWaiting(front.entry, best.entry) < 0)) best = { queue, entry: front.entry }
  }
  return best?.queue
}
