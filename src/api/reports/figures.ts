import type { FigureDefinition } from '#api/contract'

/**
 * Every figure with its name, its version and what it counts (promise 11). A figure whose definition changes gets a new
 * version beside the old one; an old one is never edited.
 */
export const QUEUE_FIGURES = [
  {
    name: 'offered',
    version: 1,
    unit: 'count',
    definition:
      'Interactions that entered the queue in the interval. Going back to the queue after an unanswered offer counts once.',
  },
  {
    name: 'answered',
    version: 1,
    unit: 'count',
    definition: 'Interactions of the queue that were connected to an agent in the interval.',
  },
  {
    name: 'answered-in-time',
    version: 1,
    unit: 'count',
    definition: 'Those of answered whose wait was at most the queue’s service-level time.',
  },
  {
    name: 'abandoned',
    version: 1,
    unit: 'count',
    definition: 'Interactions that ended in the interval while they waited, short-abandoned ones not included.',
  },
  {
    name: 'short-abandoned',
    version: 1,
    unit: 'count',
    definition: 'Interactions that ended in the interval after waiting less than the short-abandon time.',
  },
  {
    name: 'redirected',
    version: 1,
    unit: 'count',
    definition: 'Interactions that left the queue unanswered for another place: a transfer, a flow, another queue.',
  },
  {
    name: 'service-level',
    version: 1,
    unit: 'percent',
    definition: '100 × answered-in-time ÷ (answered + abandoned). Short-abandoned ones count neither way.',
  },
  {
    name: 'wait-average',
    version: 1,
    unit: 'ms',
    definition: 'Mean wait of the answered, from entering the queue to connection (average speed of answer).',
  },
  {
    name: 'wait-longest',
    version: 1,
    unit: 'ms',
    definition: 'Longest wait that ended in the interval, answered or not.',
  },
  {
    name: 'talk',
    version: 1,
    unit: 'ms',
    definition: 'Time that interactions of the queue were connected within the interval.',
  },
  { name: 'hold', version: 1, unit: 'ms', definition: 'Time that they were held within the interval.' },
  {
    name: 'wrap-up',
    version: 1,
    unit: 'ms',
    definition: 'Time that agents spent on work after them within the interval, once no party was left.',
  },
] as const satisfies readonly FigureDefinition[]

/** The figures of an agent. */
export const AGENT_FIGURES = [
  {
    name: 'offered',
    version: 1,
    unit: 'count',
    definition: 'Offers of queues made to the agent in the interval; direct calls are none.',
  },
  { name: 'answered', version: 1, unit: 'count', definition: 'Offers that the agent answered in the interval.' },
  {
    name: 'not-answered',
    version: 1,
    unit: 'count',
    definition: 'Offers that ended without an answer in the interval.',
  },
  ...(
    [
      ['ready', 'free for work'],
      ['not-ready', 'logged on and chosen to be not ready'],
      ['unreachable', 'chosen to be ready, but without a phone'],
      ['ring-no-answer', 'kept from work after an unanswered offer'],
      ['offered', 'being offered work'],
      ['busy', 'on an interaction'],
      ['wrapping-up', 'on work after an interaction'],
      ['logged-off', 'logged off'],
    ] as const
  ).map(([status, words]) => ({
    name: `time-${status}`,
    version: 1,
    unit: 'ms' as const,
    definition: `Time within the interval in which the agent was ${words}.`,
  })),
  {
    name: 'occupancy',
    version: 1,
    unit: 'percent',
    definition: '100 × (offered + busy + wrapping-up time) ÷ (these + ready time).',
  },
] as const satisfies readonly FigureDefinition[]

/** What a queue saw in one interval, as history keeps it. */
export interface QueueIntervalRow {
  readonly queue: string
  readonly startAt: number
  readonly offered: number
  readonly answered: number
  readonly answeredInTime: number
  readonly abandoned: number
  readonly shortAbandoned: number
  readonly redirected: number
  readonly waitAnsweredMs: number
  readonly waitMsMax: number
  readonly talkMs: number
  readonly holdMs: number
  readonly wrapUpMs: number
}

/** What an agent did in one interval, as history keeps it. */
export interface AgentIntervalRow {
  readonly agent: string
  readonly startAt: number
  readonly offered: number
  readonly answered: number
  readonly notAnswered: number
  readonly statusMs: Readonly<Record<string, number>>
}

/** The figures of a queue's interval, named `name@version`. */
export function queueFigures(row: Omit<QueueIntervalRow, 'queue' | 'startAt'>): Record<string, number | null> {
  return {
    'offered@1': row.offered,
    'answered@1': row.answered,
    'answered-in-time@1': row.answeredInTime,
    'abandoned@1': row.abandoned,
    'short-abandoned@1': row.shortAbandoned,
    'redirected@1': row.redirected,
    'service-level@1': serviceLevel(row),
    'wait-average@1': row.answered === 0 ? null : Math.round(row.waitAnsweredMs / row.answered),
    'wait-longest@1': row.waitMsMax,
    'talk@1': row.talkMs,
    'hold@1': row.holdMs,
    'wrap-up@1': row.wrapUpMs,
  }
}

/** service-level@1; null while nothing was answered or abandoned. */
export function serviceLevel(counts: { answered: number; answeredInTime: number; abandoned: number }): number | null {
  const counted = counts.answered + counts.abandoned
  return counted === 0 ? null : percent(counts.answeredInTime, counted)
}

/** The figures of an agent's interval. */
export function agentFigures(row: Omit<AgentIntervalRow, 'agent' | 'startAt'>): Record<string, number | null> {
  const spent = (status: string): number => row.statusMs[status] ?? 0
  const atWork = spent('offered') + spent('busy') + spent('wrapping-up')
  const figures: Record<string, number | null> = {
    'offered@1': row.offered,
    'answered@1': row.answered,
    'not-answered@1': row.notAnswered,
    'occupancy@1': atWork + spent('ready') === 0 ? null : percent(atWork, atWork + spent('ready')),
  }
  for (const { name } of AGENT_FIGURES) if (name.startsWith('time-')) figures[`${name}@1`] = spent(name.slice(5))
  return figures
}

function percent(part: number, whole: number): number {
  return Math.round((1000 * part) / whole) / 10
}
