import type { Why } from '#api/contract'
import type { RoutingDecision } from '#kernel/routing'

/** How many of the passed-over are named in the text; the numbers name up to twenty. */
const NAMED_MAX = 3

/** Whoever has been free for less was waited for. */
const JUST_FREE_MS = 1000

/** A routing decision as the API tells it: the stored numbers and a text for people (promise 4). */
export function viewWhy(decision: RoutingDecision): Why {
  return {
    text: explain(decision),
    strategy: decision.strategy,
    queue: decision.queue ?? null,
    skills: { ...decision.skills },
    waitedMs: decision.waitedMs,
    chosen: decision.chosen,
    candidates: decision.candidates.map((one) => ({ ...one })),
    candidatesCount: decision.candidatesCount,
    passedOver: decision.passedOver.map((one) => ({ ...one })),
    passedOverCount: decision.passedOverCount,
  }
}

function explain(decision: RoutingDecision): string {
  if (decision.strategy === 'direct')
    return `The call was for ${decision.chosen} directly, so nobody else was considered.`
  const sentences = [chosenSentence(decision), othersSentence(decision), passedOverSentence(decision)]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

function chosenSentence({ chosen, queue, waitedMs, candidates, candidatesCount, skills }: RoutingDecision): string {
  const best = candidates.find((one) => one.user === chosen)
  const free = best ? `, ${best.idleMs < JUST_FREE_MS ? 'just free' : `free for ${seconds(best.idleMs)}`}` : ''
  const wanted = Object.entries(skills).map(([skill, least]) => `${skill} ${least} or more`)
  const fit = wanted.length > 0 ? ` The queue asks for ${wanted.join(' and ')}.` : ''
  const among =
    candidatesCount === 1 ? 'was the only free agent who fits' : `was free longest of the ${candidatesCount} who fit`
  return `After ${seconds(waitedMs)} in queue ${queue ?? 'none'}, ${chosen}${free}, ${among}.${fit}`
}

function othersSentence({ candidates, chosen }: RoutingDecision): string {
  const next = candidates.find((one) => one.user !== chosen)
  return next ? `Next would have been ${next.user}, free for ${seconds(next.idleMs)}.` : ''
}

function passedOverSentence({ passedOver, passedOverCount }: RoutingDecision): string {
  if (passedOverCount === 0) return ''
  const named = passedOver.slice(0, NAMED_MAX).map((one) => `${one.user} (${one.reason})`)
  const rest = passedOverCount - named.length
  return `Passed over: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}

function seconds(durationMs: number): string {
  return durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`
}
