import type { Finding, Seen } from './seen.ts'

/** Longer than a lease lasts: whoever slept so long is replaced. */
const REPLACED_AFTER_MS = 3_000

/** Invariant 12: whoever cannot know that it still owns does not act as primary. */
export function checkDoubt(seen: Seen): Finding[] {
  return [...ofSleepers(seen), ...ofHalves(seen)]
}

/** The half of a pool that may not act answers no new call when the time of a lease is over. */
function ofHalves({ nemesis }: Seen): Finding[] {
  return nemesis
    .filter(({ op }) => op === 'other-half')
    .flatMap(({ value }) => {
      const { half, answered, parting } = value as { half: string; answered: boolean; parting: string }
      const what = `answered a new call that was not its to answer (${parting})`
      return answered ? [{ checker: 'doubt', invariant: 12, who: half, what }] : []
    })
}

/** Whoever slept beyond its lease knows it when it wakes. */
function ofSleepers({ nemesis, collected: { log }, meta }: Seen): Finding[] {
  return nemesis
    .filter(({ op }) => op === 'sleeper')
    .flatMap(({ at, value }) => {
      const { pid, alive, primary, ms } = value as { pid: number; alive: boolean; primary: boolean; ms: number }
      if (ms < REPLACED_AFTER_MS) return []
      const moment = at + meta.wallOffset
      const before = log.findLast((row) => row.at < moment - ms - 2_500)?.term ?? 0
      const now = log.findLast((row) => row.at <= moment)?.term ?? 0
      // With a second fault at the same time there may be nobody who could; then nobody else acts either.
      if (now === before && meta.apartMs !== undefined) return []
      if (now === before)
        return [{ checker: 'doubt', invariant: 12, who: `process ${pid}`, what: `slept ${ms} ms and nobody took over` }]
      return alive && primary
        ? [{ checker: 'doubt', invariant: 12, who: `process ${pid}`, what: `slept ${ms} ms and still acts as primary` }]
        : []
    })
}
