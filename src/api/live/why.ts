import type { Why } from '#api/contract'
import { explainDecision, type RoutingDecision } from '#kernel/routing'

/** A routing decision as the API tells it: the stored numbers and a text for people (promise 4). */
export function viewWhy(decision: RoutingDecision): Why {
  const { claim, rivals, besides, prioritised } = decision
  return {
    text: explainDecision(decision),
    strategy: decision.strategy,
    queue: decision.queue ?? null,
    skills: { ...decision.skills },
    preferred: { ...decision.preferred },
    ring: decision.ring ?? 0,
    only: decision.only ?? null,
    prioritised: prioritised ? { ...prioritised } : null,
    waitedMs: decision.waitedMs,
    chosen: decision.chosen,
    besides: [...(besides ?? [])],
    candidates: decision.candidates.map((one) => ({ ...one })),
    candidatesCount: decision.candidatesCount,
    passedOver: decision.passedOver.map((one) => ({ ...one })),
    passedOverCount: decision.passedOverCount,
    claim: claim ? { ...claim } : null,
    rivals: (rivals ?? []).map((one) => ({ ...one })),
    rivalsCount: decision.rivalsCount ?? 0,
  }
}
