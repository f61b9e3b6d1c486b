import type { HistoryLine } from '../history.ts'
import type { Finding, Seen } from './seen.ts'

interface Told {
  readonly type: string
  readonly sequence: number
  readonly before?: number
}

/** Browsers go on from their sequence number: never back, and at the end they believe what is so. Part of invariant 3. */
export function checkBrowsers(seen: Seen): Finding[] {
  const browsers = Map.groupBy(
    seen.clients.filter(({ who }) => who.startsWith('browser')),
    ({ who }) => who,
  )
  return [...browsers].flatMap(([who, lines]) => [...backwards(who, lines), ...beliefs(seen, who, lines)])
}

function finding(who: string, what: string): Finding {
  return { checker: 'browsers', invariant: 3, who, what }
}

function backwards(who: string, lines: readonly HistoryLine[]): Finding[] {
  const told = lines.filter(({ op }) => op === 'told').map(({ value }) => value as Told)
  const back = told.find(({ sequence, before }) => before !== undefined && sequence < before)
  return back ? [finding(who, `was told of ${back.sequence} after ${back.before}`)] : []
}

function beliefs(seen: Seen, who: string, lines: readonly HistoryLine[]): Finding[] {
  const belief = lines.findLast(({ op }) => op === 'belief')?.value as
    | { open: string[]; agents: Record<string, string>; sequence?: number }
    | undefined
  if (!belief) return [finding(who, 'never said what it believes')]
  if (belief.sequence === undefined) return [finding(who, 'was never told anything')]
  const closed = new Set(
    seen.collected.log.filter(({ e }) => e.type === 'InteractionClosed').map(({ e }) => e['interaction']),
  )
  const ghost = belief.open.find((id) => closed.has(id))
  const wrong = seen.meta.played.find(({ user }) => {
    const truth = seen.collected.agents.find((agent) => agent.user === user)?.status
    return truth !== undefined && belief.agents[user] !== truth
  })
  return [
    ...(ghost ? [finding(who, `still believes in ${ghost}, which is over`)] : []),
    ...(wrong ? [finding(who, `believes that ${wrong.user} is ${belief.agents[wrong.user]}`)] : []),
  ]
}
