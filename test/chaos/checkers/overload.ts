import type { FloodStage } from '../actors/flood-process.ts'
import type { Finding, Seen } from './seen.ts'

/** While too many call, as many are served as would be if no more had come; in per cent. */
const SERVED_PERCENT_MIN = 80
/** A caller is answered or refused within this, and does not hang. */
const SETUP_MS_MAX = 1_000

/** The pass mark of too many calls: the first stage is the flood, the second what is usual. Nobody hangs, refusals say when to come back. */
export function checkOverload({ flood }: Seen): Finding[] {
  const stages = flood.filter(({ op }) => op === 'stage').map(({ value }) => value as FloodStage)
  const [high, usual] = stages
  if (!high || !usual) return []
  const finding = (who: string, what: string): Finding => ({ checker: 'overload', invariant: 1, who, what })
  const wanted = (high.offered * usual.rate * SERVED_PERCENT_MIN) / (high.rate * 100)
  const everybody = stages.flatMap(({ rate, silent, rude }) => [
    ...(silent > 0 ? [finding(`at ${rate} calls/s`, `${silent} callers were neither answered nor refused`)] : []),
    ...(rude > 0 ? [finding(`at ${rate} calls/s`, `${rude} were refused without Retry-After`)] : []),
  ])
  return [
    ...everybody,
    ...(high.answered < wanted
      ? [finding(`at ${high.rate} calls/s`, `${high.answered} of ${high.offered} were answered, not ${wanted}`)]
      : []),
    ...(usual.answered < usual.offered
      ? [finding(`at ${usual.rate} calls/s again`, `${usual.answered} of ${usual.offered} were answered`)]
      : []),
    ...(usual.answeredMsP99 > SETUP_MS_MAX
      ? [finding(`at ${usual.rate} calls/s again`, `an answer took ${usual.answeredMsP99} ms (p99)`)]
      : []),
  ]
}
