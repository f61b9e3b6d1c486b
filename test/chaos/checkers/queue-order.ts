import { type Finding, numberOf, type Seen, slackMs } from './seen.ts'

/** Two callers whose arrivals are nearer to each other than this may come in either order. */
const TOGETHER_MS = 150
/** Two agents' phones may ring in another order than that in which they were chosen, by this much. */
const RING_MS = 300

interface Waiting {
  readonly interaction: string
  readonly caller: string
  readonly queue: string
  readonly priority: number
  readonly enteredAt: number
}

/** Invariant 5: whoever waits longest in a queue, of the highest priority, is offered first. All agents of a queue are alike here. */
export function checkQueueOrder(seen: Seen): Finding[] {
  return [...replay(seen), ...outside(seen)]
}

function finding(who: string, what: string): Finding {
  return { checker: 'queue-order', invariant: 5, who, what }
}

/** The arrivals of the log go into a plain list; each offer must take the first of it. */
function replay({ collected: { log } }: Seen): Finding[] {
  const waiting = new Map<unknown, Waiting>()
  const callers = new Map<unknown, string>()
  const offered = new Set<string>()
  const found: Finding[] = []
  for (const { e, sequence, at } of log) {
    const id = e['interaction']
    if (e.type === 'InteractionCreated') callers.set(id, numberOf(String(e['from'])))
    else if (e.type === 'Queued') {
      const entered = Number(e['enteredAt'])
      const kept = waiting.get(id)
      if (kept && kept.queue === e['queue'] && entered !== kept.enteredAt)
        found.push(finding(kept.caller, `lost its place: it entered at ${kept.enteredAt}, now at ${entered}`))
      if (entered > at) found.push(finding(String(id), `entered the queue ${entered - at} ms in the future`))
      const caller = callers.get(id) ?? String(id)
      waiting.set(id, {
        interaction: String(id),
        caller,
        queue: String(e['queue']),
        priority: Number(e['priority']),
        enteredAt: entered,
      })
    } else if (e.type === 'Offered' && e['queue'] !== undefined) {
      const mine = waiting.get(id)
      const ahead = mine && [...waiting.values()].find((one) => !offered.has(one.interaction) && isAhead(one, mine))
      if (mine && ahead)
        found.push(
          finding(
            mine.caller,
            `was offered at ${sequence} before ${ahead.caller}, who came ${mine.enteredAt - ahead.enteredAt} ms earlier`,
          ),
        )
      offered.add(String(id))
    } else if (e.type === 'OfferEnded') offered.delete(String(id))
    else if (e.type === 'InteractionClosed' || e.type === 'ParticipantConnected') {
      if (e.type === 'InteractionClosed' || offered.has(String(id))) waiting.delete(id)
      if (e.type === 'InteractionClosed') offered.delete(String(id))
    }
  }
  return found
}

function isAhead(one: Waiting, other: Waiting): boolean {
  if (one.queue !== other.queue || one.interaction === other.interaction) return false
  return one.priority > other.priority || (one.priority === other.priority && one.enteredAt < other.enteredAt)
}

/** The same from the outside: of two callers of one queue, the one who was answered before the other dialled rings first. */
function outside(seen: Seen): Finding[] {
  const firstRing = new Map<string, number>()
  for (const { caller, rangAt } of seen.rings) {
    if (!firstRing.has(caller) || rangAt < firstRing.get(caller)!) firstRing.set(caller, rangAt)
  }
  const direct = seen.calls.filter(({ plan }) => plan.dials === '1001' || plan.dials === '1002')
  return direct.flatMap((later) => {
    const rang = firstRing.get(later.plan.number)
    if (rang === undefined) return []
    const passed = direct.find((earlier) => {
      if (earlier.plan.dials !== later.plan.dials || earlier.answeredAt === undefined) return false
      if (earlier.answeredAt + TOGETHER_MS > later.dialledAt) return false
      const itsRing = firstRing.get(earlier.plan.number) ?? Number.POSITIVE_INFINITY
      const gone = earlier.hungUpAt ?? earlier.endedAt ?? Number.POSITIVE_INFINITY
      // Who is gone by the time by which it had to ring was not passed over.
      return Math.min(itsRing, gone) > rang + RING_MS + slackMs(seen, rang, itsRing)
    })
    return passed
      ? [finding(later.plan.number, `rang before ${passed.plan.number}, who was waiting when it dialled`)]
      : []
  })
}
