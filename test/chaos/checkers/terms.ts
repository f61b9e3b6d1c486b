import type { Finding, Seen } from './seen.ts'

/** So long after the first word of a newer primary the older one may say that it is primary: then its lease is over, or the news has come. */
const BOTH_MS_MAX = 1_500

/** Invariant 2: terms only grow, each writes in one piece, and nobody of an older one is heard again. */
export function checkTerms(seen: Seen): Finding[] {
  return [...inTheLog(seen), ...asShown(seen), ...takeovers(seen)]
}

function finding(who: string, what: string): Finding {
  return { checker: 'terms', invariant: 2, who, what }
}

function inTheLog({ collected: { log } }: Seen): Finding[] {
  return log.flatMap(({ sequence, term }, index) => {
    const before = log[index - 1]
    return before && term < before.term
      ? [finding(`event ${sequence}`, `was written by term ${term} after term ${before.term} had written`)]
      : []
  })
}

interface Shown {
  readonly ok: boolean
  readonly term?: number
  readonly primary?: string
}

function asShown({ clients }: Seen): Finding[] {
  const looks = clients.filter(({ op }) => op === 'primary').map((line) => ({ ...line, shown: line.value as Shown }))
  const fallen = [...Map.groupBy(looks, ({ who }) => who).entries()].flatMap(([who, mine]) => {
    const terms = mine.flatMap(({ shown }) => (shown.term === undefined ? [] : [shown.term]))
    return terms.some((term, index) => term < (terms[index - 1] ?? 0))
      ? [finding(who, `saw the term fall: ${terms}`)]
      : []
  })
  const primaries = looks.filter(({ shown }) => shown.ok && shown.primary !== undefined)
  const doubled = primaries.flatMap(({ who, at, shown }) => {
    const others = primaries.filter(({ shown: { primary } }) => primary !== shown.primary)
    const twin = others.find(({ shown: { term } }) => term === shown.term)
    const newer = others.find((one) => (one.shown.term ?? 0) > (shown.term ?? 0) && at - one.at > BOTH_MS_MAX)
    const other = (twin ?? newer)?.shown.primary
    return other === undefined ? [] : [finding(who, `${shown.primary} and ${other} were both primary`)]
  })
  return [...fallen, ...doubled.slice(0, 1)]
}

/** A fault may cost so many changes of the primary and no more: nothing flaps, and what harms nobody takes nothing over. */
function takeovers({ collected: { log }, nemesis, marks, meta }: Seen): Finding[] {
  const load = nemesis.find(({ op }) => op === 'load')
  if (!load) return []
  const before = log.filter(({ at }) => at <= load.at + meta.wallOffset).at(-1)?.term ?? 1
  // A lease that is handed over is given with a term of its own, and taken with the next: those that wrote are counted.
  const wrote = new Set(log.map(({ term }) => term).filter((term) => term > before)).size
  return wrote > marks.takeoversMax
    ? [finding('primary', `changed ${wrote} times, ${marks.takeoversMax} were called for`)]
    : []
}
