import { agentsNeeded, offeredLoad, queueFigures, type StaffingQuestion, scheduledFor, trunksNeeded } from '#sizing'
import { SIZE_ERRORS, type SizeTopic, type SizeWords } from './size-words.ts'

/** Numbers of agents shown around the one that is needed. */
const AROUND = 3

const TRAFFIC = {
  'calls-per-hour': { meaning: 'calls that come in an hour' },
  handle: { meaning: 'seconds that a call takes of an agent: talk, hold and the work after it' },
} as const

/** How many agents a queue needs, or what a number of agents reaches. */
export const agents: SizeTopic = {
  summary: 'agents for a service level, a speed of answer or a share of abandons (Erlang C, or A with --patience)',
  options: {
    ...TRAFFIC,
    'service-level': { meaning: 'percent answered within seconds, such as 80/20', fallback: '80/20', text: true },
    asa: { meaning: 'seconds of mean wait at most', optional: true },
    abandon: { meaning: 'percent that hang up at most (needs --patience)', optional: true },
    occupancy: { meaning: 'percent of their time that agents are busy at most', optional: true },
    patience: {
      meaning: 'seconds after which callers hang up, on average; without it they wait for ever',
      optional: true,
    },
    shrinkage: { meaning: 'percent of paid time that goes to breaks, training, illness', fallback: 0 },
  },
  calculate(words) {
    const question = questionOf(words)
    const { load, agents: needed, figures } = agentsNeeded(question)
    const scheduled = scheduledFor(needed, words.number('shrinkage'))
    const rows = Array.from({ length: AROUND * 2 + 1 }, (_, index) => needed - AROUND + index).filter((n) => n > 0)
    return {
      lines: [
        `load      ${load.toFixed(2)} erlangs (${question.patienceMs === undefined ? 'Erlang C' : 'Erlang A'})`,
        `agents    ${needed} at work, ${scheduled} on the roster`,
        '',
        'agents  must wait  in time  mean wait  hang up  busy',
        ...rows.map((n) => rowOf(question, n, needed)),
      ],
      figures: { load, agents: needed, scheduled, ...figures },
    }
  },
}

function rowOf(question: StaffingQuestion, n: number, needed: number): string {
  const { waits, answeredInTime, asaMs, abandons, occupancy } = queueFigures(question, n)
  const percent = (share: number, width: number): string => `${(share * 100).toFixed(1)} %`.padStart(width)
  const wait = Number.isFinite(asaMs) ? `${(asaMs / 1000).toFixed(1)} s` : 'no end'
  const shares = `${percent(waits, 9)} ${percent(answeredInTime, 8)} ${wait.padStart(10)}`
  return `${String(n).padStart(6)}  ${shares} ${percent(abandons, 8)} ${percent(occupancy, 7)}${n === needed ? '  ◀' : ''}`
}

function questionOf(words: SizeWords): StaffingQuestion {
  const level = words.maybeText('service-level') ?? ''
  const [percent = Number.NaN, within = Number.NaN] = level.split('/').map(Number)
  if (!/^[\d.]+\/[\d.]+$/.test(level) || Number.isNaN(percent + within)) {
    throw SIZE_ERRORS['size.choice']({ name: 'service-level', found: level, choices: 'PERCENT/SECONDS, such as 80/20' })
  }
  const asa = words.maybe('asa')
  const abandonPercent = words.maybe('abandon')
  const occupancyPercent = words.maybe('occupancy')
  const patience = words.maybe('patience')
  if (abandonPercent !== undefined && patience === undefined) {
    throw SIZE_ERRORS['size.missing']({ name: 'patience', meaning: 'without it nobody hangs up' })
  }
  return {
    callsPerHour: words.number('calls-per-hour'),
    handleMs: words.number('handle') * 1000,
    ...(patience === undefined ? undefined : { patienceMs: patience * 1000 }),
    target: {
      serviceLevel: { percent, withinMs: within * 1000 },
      ...(asa === undefined ? undefined : { asaMs: asa * 1000 }),
      ...(abandonPercent === undefined ? undefined : { abandonPercent }),
      ...(occupancyPercent === undefined ? undefined : { occupancyPercent }),
    },
  }
}

/** How many trunks lose no more than a share of the calls. */
export const trunks: SizeTopic = {
  summary: 'trunks that lose no more than a share of the calls (Erlang B)',
  options: {
    'calls-per-hour': TRAFFIC['calls-per-hour'],
    hold: { meaning: 'seconds that a call holds a trunk: menu, wait and talk' },
    blocking: { meaning: 'percent of calls that may find all trunks busy', fallback: 1 },
  },
  calculate(words) {
    const load = offeredLoad({ callsPerHour: words.number('calls-per-hour'), handleMs: words.number('hold') * 1000 })
    const { trunks: needed, blocked } = trunksNeeded(load, words.number('blocking'))
    return {
      lines: [
        `load      ${load.toFixed(2)} erlangs (Erlang B)`,
        `trunks    ${needed}`,
        `lost      ${(blocked * 100).toFixed(3)} %`,
      ],
      figures: { load, trunks: needed, blocked },
    }
  },
}
