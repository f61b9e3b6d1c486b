import { SERVICE_LEVEL_NAMES } from '#kernel/config'
import type { Figure, Formula, Term } from './figure.ts'
import { figureId } from './figure.ts'
import type { ObjectKind } from './measure.ts'
import { serviceLevelFigure } from './service-levels.ts'

const WAITS: readonly ObjectKind[] = ['queue', 'skill', 'line']
const WORKS: readonly ObjectKind[] = ['queue', 'skill', 'line', 'agent']
const AGENT: readonly ObjectKind[] = ['agent']
const LINE: readonly ObjectKind[] = ['line']

/** The first version of everything: the day on which these definitions were written. */
const FIRST = { version: 1, since: '2026-11-26' } as const

const count = (...of: Term[]): Formula => ({ type: 'count', of })
const time = (...of: Term[]): Formula => ({ type: 'time', of })
const mean = (...of: Term[]): Formula => ({ type: 'mean', of })

function figure(name: string, of: readonly ObjectKind[], formula: Formula, meaning: string): Figure {
  return { name, ...FIRST, of, formula, meaning }
}

const IN_QUEUES: readonly Figure[] = [
  figure(
    'offered',
    WAITS,
    count('offered'),
    'Contacts that entered the queue. Coming back after an unanswered offer counts once.',
  ),
  figure(
    'overflowed-in',
    WAITS,
    count('overflowed-in'),
    'Those of offered that came from another queue without having been answered there.',
  ),
  figure('answered', WAITS, count('answered'), 'Contacts that were connected to an agent from the queue.'),
  figure(
    'answered-in-time',
    WAITS,
    count('answered:in-time'),
    'Those of answered whose wait was at most the queue’s service-level time.',
  ),
  figure(
    'abandoned',
    WAITS,
    count('abandoned'),
    'Contacts whose customer left while they waited, short abandons not included.',
  ),
  figure(
    'short-abandoned',
    WAITS,
    count('short-abandoned'),
    'Contacts whose customer left sooner than the queue’s short-abandon time.',
  ),
  figure('overflowed-out', WAITS, count('overflowed-out'), 'Contacts that went on to another queue unanswered.'),
  figure(
    'redirected',
    WAITS,
    count('redirected'),
    'Contacts that left the queue unanswered for another place: a flow, a person, a number.',
  ),
  figure(
    'withdrawn',
    WAITS,
    count('withdrawn'),
    'Contacts that somebody else ended while they waited: a supervisor, a rule, a failure.',
  ),
  {
    ...figure(
      'asa',
      WAITS,
      mean('answered'),
      'Average speed of answer: mean wait of the answered, from entering the queue to connection, ringing included.',
    ),
    source: 'COPC as vendors retell it',
  },
  figure('abandon-time', WAITS, mean('abandoned'), 'Mean wait of the abandoned.'),
  figure(
    'longest-wait',
    WAITS,
    { type: 'longest', of: ['answered', 'abandoned', 'short-abandoned', 'overflowed-out', 'redirected', 'withdrawn'] },
    'Longest wait that ended, in whatever way.',
  ),
  {
    ...figure(
      'abandon-rate',
      WAITS,
      { type: 'share', by: 'count', part: ['abandoned'], whole: ['answered', 'abandoned'] },
      'Share of the abandoned in the answered and abandoned.',
    ),
    source: 'Genesys Cloud divides by offered, Amazon Connect by queued',
  },
  ...SERVICE_LEVEL_NAMES.map(serviceLevelFigure),
]

const OF_LINES: readonly Figure[] = [
  figure('arrived', LINE, count('arrived'), 'Contacts that came in on the number.'),
  {
    ...figure(
      'unqueued',
      LINE,
      count('unqueued'),
      'Contacts on the number that ended without a queue or a person: served by a flow, or gone from its menu.',
    ),
    detailed: true,
  },
  figure(
    'in-use',
    LINE,
    time('in-use'),
    'Time in which contacts on the number went on, of each contact from its arrival until nobody was on it.',
  ),
]

const OF_WORK: readonly Figure[] = [
  {
    ...figure(
      'handled',
      WORKS,
      count('handled'),
      'Works of agents that ended after a connection, with the work after it; a contact with two agents counts for each.',
    ),
    detailed: true,
  },
  {
    ...figure(
      'aht',
      WORKS,
      mean('handled'),
      'Average handle time: mean of talk, hold and wrap-up of the handled, each whole, counted where it ended.',
    ),
    source: 'Cisco Unified CCE: handle time of completed calls ÷ calls handled',
  },
  figure('talk', WORKS, time('talk'), 'Time that agents were connected and not on hold.'),
  figure(
    'hold',
    WORKS,
    time('hold'),
    'Time that agents were connected while the conversation was on hold, whoever held it.',
  ),
  figure(
    'acw',
    WORKS,
    time('wrap-up'),
    'After-call work (wrap-up): time that agents spent on a contact after they had left it.',
  ),
  figure('ring', WORKS, time('ring'), 'Time that agents’ phones rang for an offer, answered or not.'),
  {
    ...figure(
      'callback-attempts',
      WORKS,
      count('attempted'),
      'Calls to customers who had asked for one, by how they ended as far as the phone told.',
    ),
    detailed: true,
  },
  figure(
    'callbacks-reached',
    WORKS,
    count('attempted:reached'),
    'Those of callback-attempts that somebody answered; a machine that answered is among them.',
  ),
  {
    ...figure(
      'callbacks-settled',
      WORKS,
      count('settled'),
      'Calls to customers of which the agent said something else afterwards, by what it said: a machine, a wrong number, a refusal.',
    ),
    detailed: true,
  },
  figure('transferred', WORKS, count('transferred'), 'Transfers that agents made, blind or attended.'),
]

const STATUSES = {
  ready: 'free for work',
  'not-ready': 'logged on and chosen to be not ready',
  unreachable: 'chosen to be ready, but without a phone',
  'ring-no-answer': 'kept from work after an unanswered offer',
  offered: 'being offered work',
  busy: 'on a contact',
  'wrapping-up': 'on work after a contact',
} as const

const AT_WORK: readonly Term[] = ['status-offered', 'status-busy', 'status-wrapping-up']

const OF_AGENTS: readonly Figure[] = [
  figure('offered', AGENT, count('offer'), 'Offers of queues made to the agent; direct calls are none.'),
  figure('answered', AGENT, count('accepted'), 'Offers of queues that the agent answered.'),
  {
    ...figure('not-answered', AGENT, count('missed'), 'Offers of queues that ended without an answer, by the reason.'),
    detailed: true,
  },
  figure('rona', AGENT, count('missed:no-answer'), 'Those of not-answered that the agent let ring (ring, no answer).'),
  figure('declined', AGENT, count('missed:declined'), 'Those of not-answered that the agent refused.'),
  figure(
    'offer-withdrawn',
    AGENT,
    count('offer-withdrawn'),
    'Offers of queues that were taken back: the customer left, or another agent answered.',
  ),
  ...Object.entries(STATUSES).map(([status, words]) => ({
    ...figure(
      `time-${status}`,
      AGENT,
      time(`status-${status as keyof typeof STATUSES}`),
      `Time in which the agent was ${words}.`,
    ),
    ...(status === 'not-ready' ? { detailed: true } : {}),
  })),
  figure(
    'logged-on',
    AGENT,
    time('status-ready', 'status-not-ready', 'status-ring-no-answer', ...AT_WORK),
    'Time in which the agent was logged on: in any status but logged off and unreachable. Who chose not ready is logged on, with a phone or without.',
  ),
  {
    ...figure(
      'occupancy',
      AGENT,
      { type: 'share', by: 'time', part: AT_WORK, whole: [...AT_WORK, 'status-ready'] },
      'Share of work (being offered it, on it, after it) in work and being free for it.',
    ),
    source: 'the trade: (talk + hold + after-call work) ÷ (that + idle); Amazon Connect leaves ringing out of idle',
  },
]

/** Every figure in every version, in the order in which reports show them. */
export const FIGURES: readonly Figure[] = [...IN_QUEUES, ...OF_LINES, ...OF_AGENTS, ...OF_WORK]

/** The figures of a kind of object. */
export function figuresOf(kind: ObjectKind): readonly Figure[] {
  return FIGURES.filter((one) => one.of.includes(kind))
}

/** The figure of a kind of object that `name@version` names, or `name:detail@version` of one that is told by detail. */
export function findFigure(
  kind: ObjectKind,
  id: string,
): { readonly figure: Figure; readonly detail?: string } | undefined {
  const figures = figuresOf(kind)
  const whole = figures.find((one) => figureId(one) === id)
  if (whole) return { figure: whole }
  const [, name = '', detail = '', version = ''] = /^([^:@]+):([^@]+)@(\d+)$/.exec(id) ?? []
  const figure = figures.find((one) => one.detailed && figureId(one) === `${name}@${version}`)
  return figure && detail !== '' ? { figure, detail } : undefined
}
