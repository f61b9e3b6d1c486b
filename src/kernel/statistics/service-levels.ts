import type { ServiceLevelName } from '#kernel/config'
import type { Figure, Term } from './figure.ts'

interface Definition {
  readonly part: readonly Term[]
  readonly whole: readonly Term[]
  readonly meaning: string
  readonly source: string
}

const ANSWERED_IN_TIME: Term = 'answered:in-time'
const LEAVING: readonly Term[] = ['overflowed-out', 'redirected', 'withdrawn']

/**
 * The ways in which the field counts service level. All divide what ended in the interval: a wait counts where it ends, so that no
 * interval shows more than 100 %. "In time": the wait was at most the queue's time, as it stood when the wait ended.
 */
const DEFINITIONS: Readonly<Record<ServiceLevelName, Definition>> = {
  'offered-without-short': {
    part: [ANSWERED_IN_TIME],
    whole: ['answered', 'abandoned'],
    meaning: 'Answered in time, of the answered and the abandoned; short abandons count neither way.',
    source:
      'Cisco Unified ICM, “abandoned calls have negative impact” with its short calls timer; Avaya IP Office, “grade of service”',
  },
  offered: {
    part: [ANSWERED_IN_TIME],
    whole: ['answered', 'abandoned', 'short-abandoned'],
    meaning:
      'Answered in time, of the answered and all who hung up: the strictest of those that look at callers alone.',
    source: 'Cisco Unified ICM, “abandoned calls have negative impact”; COPC as vendors retell it (“of all received”)',
  },
  answered: {
    part: [ANSWERED_IN_TIME],
    whole: ['answered'],
    meaning: 'Answered in time, of the answered. Who hung up is not seen: it may be 100 % where most callers give up.',
    source: 'Asterisk, service level of a queue; AltiGen MAXCS, “answered service level”',
  },
  'abandons-met': {
    part: [ANSWERED_IN_TIME, 'abandoned:in-time', 'short-abandoned:in-time'],
    whole: ['answered', 'abandoned', 'short-abandoned'],
    meaning:
      'Answered or hung up in time, of the answered and all who hung up: who did not wait out the time was not kept waiting.',
    source: 'Asterisk, SL2 (ASTERISK-26559); Cisco Unified ICM, “abandoned calls have positive impact”',
  },
  'abandons-met-without-short': {
    part: [ANSWERED_IN_TIME, 'abandoned:in-time'],
    whole: ['answered', 'abandoned'],
    meaning: 'As abandons-met, and short abandons count neither way.',
    source: 'Cisco Unified ICM, “abandoned calls have positive impact” with its short calls timer',
  },
  'early-abandons-ignored': {
    part: [ANSWERED_IN_TIME],
    whole: ['answered', 'abandoned:late', 'short-abandoned:late'],
    meaning:
      'Answered in time, of the answered and those who hung up after the time; who hung up in time counts neither way.',
    source: 'Cisco Unified ICM, “ignore abandoned calls”',
  },
  'all-leaving': {
    part: [ANSWERED_IN_TIME],
    whole: ['answered', 'abandoned', 'short-abandoned', ...LEAVING],
    meaning:
      'Answered in time, of all who stopped waiting, whatever way: overflow and transfer out of the queue count against it.',
    source: 'Genesys Cloud with its switch for flow-outs; Avaya Call Management System, which divides by all offered',
  },
  'all-leaving-without-short': {
    part: [ANSWERED_IN_TIME],
    whole: ['answered', 'abandoned', ...LEAVING],
    meaning: 'As all-leaving, and short abandons count neither way.',
    source: 'Genesys Cloud with its switches for flow-outs and short abandons',
  },
}

/** The figure that counts service level in one of the field's ways. */
export function serviceLevelFigure(name: ServiceLevelName): Figure {
  const { part, whole, meaning, source } = DEFINITIONS[name]
  return {
    name: `service-level-${name}`,
    version: 1,
    since: '2026-11-26',
    of: ['queue', 'skill', 'line'],
    meaning,
    formula: { type: 'share', by: 'count', part, whole },
    source,
  }
}
