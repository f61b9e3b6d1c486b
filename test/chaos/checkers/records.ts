import { cameTooLate, type Finding, numberOf, type Seen } from './seen.ts'

/** Invariant 9 and promise 12: one record a contact, whose parts add up, and reports that count what was seen. */
export function checkRecords(seen: Seen): Finding[] {
  return [...perCaller(seen), ...sums(seen), ...reports(seen)]
}

function finding(who: string, what: string): Finding {
  return { checker: 'records', invariant: 9, who, what }
}

function perCaller({ calls, collected: { records, openRecords, journalSequence, log } }: Seen): Finding[] {
  const head = log.at(-1)?.sequence ?? 0
  const open = openRecords > 0 ? [finding('journal', `${openRecords} contacts have no end`)] : []
  const behind = journalSequence < head ? [finding('journal', `has folded ${journalSequence} of ${head} events`)] : []
  const counts = Map.groupBy(records, ({ from }) => numberOf(from))
  return [
    ...open,
    ...behind,
    ...calls.flatMap(({ plan, end, answeredAt }) => {
      const count = counts.get(plan.number)?.length ?? 0
      const refused = end?.by === 'refused' && answeredAt === undefined
      return count === 1 || (refused && count === 0) ? [] : [finding(plan.number, `has ${count} records`)]
    }),
  ]
}

function sums({ collected: { records } }: Seen): Finding[] {
  return records.flatMap(({ id, from, parts, createdAt, closedAt }) => {
    const sum = Object.values(parts).reduce((total, part) => total + part, 0)
    const lived = Math.round(closedAt - createdAt)
    return sum === lived ? [] : [finding(numberOf(from), `${id} lived ${lived} ms, its parts add up to ${sum} ms`)]
  })
}

/** The reports, counted again from the log alone, and from what agents' phones saw. */
function reports(seen: Seen): Finding[] {
  const { log, queueIntervals } = seen.collected
  const queueOf = new Map<unknown, string>()
  const answered = new Map<string, number>()
  for (const { e } of log) {
    if (e.type === 'Offered' && e['queue'] !== undefined)
      queueOf.set((e['participant'] as { id: string }).id, String(e['queue']))
    const queue = e.type === 'ParticipantConnected' ? queueOf.get(e['participant']) : undefined
    if (queue !== undefined) answered.set(queue, (answered.get(queue) ?? 0) + 1)
  }
  const perQueue = queueIntervals.flatMap((row) => {
    const counted = answered.get(row.queue) ?? 0
    const ends = row.answered + row.abandoned + row.shortAbandoned + row.redirected
    return [
      ...(row.answered === counted
        ? []
        : [finding(row.queue, `reports ${row.answered} answered, the log has ${counted}`)]),
      ...(ends === row.offered
        ? []
        : [finding(row.queue, `reports ${row.offered} offered and ${ends} that came to an end`)]),
    ]
  })
  const told = queueIntervals.reduce((sum, row) => sum + row.answered, 0)
  const talked = seen.rings.filter((ring) => ring.ackedAt !== undefined && !cameTooLate(seen, ring)).length
  return told === talked
    ? perQueue
    : [...perQueue, finding('reports', `${told} were answered, agents answered ${talked}`)]
}
