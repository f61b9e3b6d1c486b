import type { Candidate, RoutingDecision } from './decision.ts'

/** How many of the passed-over are named in the text; the numbers name more. */
const NAMED_MAX = 3

/** Whoever has been free for less was waited for. */
const JUST_FREE_MS = 1000

/** A routing decision in English: what the record says, for people (promise 4). Other languages make their own from the same record. */
export function explainDecision(decision: RoutingDecision): string {
  if (decision.strategy === 'direct') {
    return `It was for ${decision.chosen} directly, so nobody else was considered.`
  }
  const sentences = [
    chosenSentence(decision),
    askedSentence(decision),
    prioritisedSentence(decision),
    rivalSentence(decision),
    othersSentence(decision),
    passedOverSentence(decision),
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

function chosenSentence(decision: RoutingDecision): string {
  const { chosen, queue, waitedMs, candidates, candidatesCount, only, besides } = decision
  const best = candidates.find((one) => one.user === chosen)
  const free = best ? `, ${best.idleMs < JUST_FREE_MS ? 'just free' : `free for ${seconds(best.idleMs)}`}` : ''
  const also = besides && besides.length > 0 ? ` was rung together with ${besides.join(', ')}: it` : ''
  const why =
    only !== undefined
      ? onlySentence(only)
      : candidatesCount === 1
        ? 'was the only free agent who fits'
        : `${REASONS[decision.strategy](decision, best)} of the ${candidatesCount} who fit`
  return `After ${seconds(waitedMs)} in queue ${queue ?? 'none'}, ${chosen}${free},${also} ${why}.`
}

function onlySentence(only: NonNullable<RoutingDecision['only']>): string {
  return only === 'last-agent' ? 'served this customer last, and was waited for' : 'was asked for by name'
}

const REASONS: Readonly<Record<RoutingDecision['strategy'], (decision: RoutingDecision, best?: Candidate) => string>> =
  {
    direct: () => 'was named',
    'longest-idle': () => 'was free longest',
    'least-loaded': (_, best) => `had worked least in this shift (${minutes(best?.loadMs ?? 0)})`,
    'most-skilled': (_, best) => `was best at it (${best?.proficiency ?? 0})`,
    'round-robin': () => 'was offered something longest ago',
    weighted: () => 'had the best sum of its parts',
  }

function askedSentence({ skills, preferred, ring }: RoutingDecision): string {
  const wanted = Object.entries(skills).map(([skill, least]) => `${skill} ${least} or more`)
  const liked = Object.entries(preferred ?? {}).map(([skill, least]) => `${skill} ${least}`)
  const asks = wanted.length > 0 ? `The queue asks for ${wanted.join(' and ')}` : ''
  const prefers = liked.length > 0 ? `${asks === '' ? 'The queue' : ' and'} prefers ${liked.join(' and ')}` : ''
  const after = ring === undefined ? '' : `${asks + prefers === '' ? 'It had come' : ', having come'} to ring ${ring}`
  const whole = `${asks}${prefers}${after}`
  return whole === '' ? '' : `${whole}.`
}

function prioritisedSentence({ prioritised }: RoutingDecision): string {
  if (!prioritised) return ''
  const { by, from, to } = prioritised
  return `${by} had changed its priority from ${from} to ${to}.`
}

/** An agent became free and could have been given something else. */
function rivalSentence({ claim, rivals, rivalsCount }: RoutingDecision): string {
  const next = rivals?.[0]
  if (!claim || !next) return ''
  const behind =
    claim.behindMs > 0 ? `, ${seconds(claim.behindMs)} of it because its queue is behind its service level` : ''
  const others = (rivalsCount ?? 0) > 1 ? ` and ${rivalsCount! - 1} more` : ''
  const worth = seconds(claim.waitedMs + claim.priorityMs + claim.behindMs)
  const less = seconds(next.waitedMs + next.priorityMs + next.behindMs)
  return `It came before ${next.interaction} of queue ${next.queue}${others}: it counts as ${worth} of waiting${behind}, against ${less}.`
}

function othersSentence({ candidates, chosen }: RoutingDecision): string {
  const next = candidates.find((one) => one.user !== chosen)
  return next ? `Next would have been ${next.user}, free for ${seconds(next.idleMs)}.` : ''
}

function passedOverSentence({ passedOver, passedOverCount }: RoutingDecision): string {
  if (passedOver.length === 0) return ''
  const named = passedOver.slice(0, NAMED_MAX).map((one) => `${one.user} (${one.reason})`)
  const rest = passedOverCount - named.length
  return `Passed over: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}

function seconds(durationMs: number): string {
  return durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`
}

function minutes(durationMs: number): string {
  return `${Math.round(durationMs / 60_000)} min`
}
