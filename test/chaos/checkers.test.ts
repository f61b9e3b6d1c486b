/** Every rule of every checker sees the fault that it is there for: planted in the histories of a sound run, one at a time. */
import { describe, expect, it } from 'vitest'
import type { FloodStage } from './actors/flood-process.ts'
import { CHECKERS, judge } from './checkers/index.ts'
import type { Collected, LogRow } from './collect.ts'
import type { HistoryLine } from './history.ts'
import { type Plant, soundRun } from './planted.ts'

type Line = HistoryLine & { value: Record<string, unknown> }

/** Changes the lines that fit; leaves out those that become undefined. */
function lines(
  list: 'callers' | 'agents' | 'clients' | 'nemesis',
  fits: (line: Line) => boolean,
  change: (line: Line) => HistoryLine | undefined,
): Plant {
  return (histories) => {
    histories[list] = histories[list].flatMap((line) => (fits(line as Line) ? (change(line as Line) ?? []) : line))
  }
}

function add(list: 'callers' | 'agents' | 'clients' | 'nemesis', line: HistoryLine): Plant {
  return (histories) => {
    histories[list] = [...histories[list], line]
  }
}

/** Which server said at that moment that it is the primary of that term. */
function looks(...seen: readonly [at: number, who: string, term: number, primary: string][]): Plant {
  return (histories) => {
    const added = seen.map(([at, who, term, primary]): HistoryLine => {
      return { at, who, type: 'info', op: 'primary', value: { ok: true, term, primary } }
    })
    histories.clients = [...histories.clients, ...added]
  }
}

function log(change: (rows: LogRow[]) => LogRow[]): Plant {
  return (histories) => {
    histories.collected = { ...histories.collected, log: change([...histories.collected.log]) }
  }
}

function collected(change: (now: Collected) => Partial<Collected>): Plant {
  return (histories) => {
    histories.collected = { ...histories.collected, ...change(histories.collected) }
  }
}

function sip(
  fits: (text: string, who: string, at: number) => boolean,
  change: (text: string) => string | undefined,
): Plant {
  return (histories) => {
    histories.sip = histories.sip.flatMap((line) => {
      if (!fits(line.text, line.who, line.at)) return line
      const text = change(line.text)
      return text === undefined ? [] : { ...line, text }
    })
  }
}

const with_ = (line: Line, value: Record<string, unknown>): HistoryLine => ({
  ...line,
  value: { ...line.value, ...value },
})
const ended = (who: string) => (line: Line) => line.op === 'ended' && (line.who === who || line.value['caller'] === who)
/** A flood of three times as many calls as usual, and the usual ones after it. */
function flood(high: Partial<FloodStage>, usual: Partial<FloodStage> = {}): Plant {
  const sound = { refused: 0, silent: 0, rude: 0, answeredMsP50: 20, answeredMsP99: 90 }
  const stages: FloodStage[] = [
    { rate: 90, offered: 900, answered: 900, ...sound, ...high },
    { rate: 30, offered: 180, answered: 180, ...sound, ...usual },
  ]
  return (histories) => {
    histories.flood = stages.map((value) => ({ at: 9_000, who: 'flood', type: 'info', op: 'stage', value }))
  }
}

const gap = {
  at: 6_000,
  who: '700001',
  type: 'info',
  op: 'gap',
  value: { ms: 80, transitMs: 80, lost: 3, stream: 1_000_001 },
} as const
const recording = (change: Partial<Collected['recordings'][number]>) =>
  collected(({ recordings }) => ({ recordings: [{ ...recordings[0]!, ...change }, recordings[1]!] }))
const file = (change: object) =>
  collected(({ recordings }) => ({
    recordings: [{ ...recordings[0]!, file: { ...recordings[0]!.file!, ...change } }, recordings[1]!],
  }))
const record = (change: object) =>
  collected(({ records }) => ({ records: [{ ...records[0]!, ...change }, records[1]!] }))

/** checker → what is planted → how. */
const PLANTED: Readonly<Record<string, Readonly<Record<string, Plant>>>> = {
  'lost-calls': {
    'a caller never came to an end': lines('callers', ended('700001'), () => undefined),
    'a call was refused': lines('callers', ended('700001'), (line) =>
      with_(line, { end: { by: 'refused', status: 486 } }),
    ),
    'a call was ended by nobody': lines('callers', ended('700001'), (line) => with_(line, { end: { by: 'them' } })),
    'a caller waited for nobody': lines(
      'callers',
      ({ op, who }) => op === 'met' && who === '700001',
      () => undefined,
    ),
  },
  gaps: {
    'nobody took over': lines(
      'nemesis',
      ({ op }) => op === 'takeover',
      (line) => with_(line, { ms: null }),
    ),
    'a takeover took long': lines(
      'nemesis',
      ({ op }) => op === 'takeover',
      (line) => with_(line, { ms: 2_400 }),
    ),
  },
  terms: {
    'an older term wrote': log((rows) =>
      rows.map((row, index) => (index === rows.length - 2 ? { ...row, term: 1 } : row)),
    ),
    'the term was seen to fall': add('clients', {
      at: 7_000,
      who: 'look0',
      type: 'info',
      op: 'primary',
      value: { ok: true, term: 1 },
    }),
    'two were primary of one term': looks([7_000, 'look0', 2, 'a#2'], [7_500, 'look1', 2, 'b#1']),
    'an old primary did not stop': looks([7_500, 'look1', 3, 'b#1'], [9_200, 'look0', 2, 'a#2']),
    'the primary changed without cause': log((rows) =>
      rows.map((row) => ({
        ...row,
        term: row.term + [8_000, 10_200, 15_000].filter((at) => row.at % 1e6 > at).length,
      })),
    ),
  },
  once: {
    'a number is missing': log((rows) => rows.filter((_, index) => index !== 5)),
    'an effect happened twice': log((rows) => [...rows, { ...rows.at(-2)!, sequence: rows.length + 1 }]),
    'time went back': log((rows) => rows.map((row, index) => (index === 6 ? { ...row, at: row.at - 5_000 } : row))),
    'a phone rang without an offer': log((rows) =>
      rows.map((row) => (row.e.type === 'Offered' ? { ...row, e: { ...row.e, type: 'Announced' } } : row)),
    ),
  },
  durations: {
    'the talk began anew at the takeover': record({
      parts: { flow: 0, wait: 500, ring: 505, talk: 2_000, hold: 4_005, wrapUp: 2_000 },
    }),
    'the wait was forgotten': record({ parts: { flow: 0, wait: 0, ring: 505, talk: 6_505, hold: 0, wrapUp: 2_000 } }),
    'the wrap-up was cut': record({ parts: { flow: 0, wait: 500, ring: 505, talk: 8_005, hold: 0, wrapUp: 0 } }),
  },
  'queue-order': {
    'a later caller was offered first': log((rows) =>
      rows.flatMap((row) =>
        row.e.type === 'Queued' && row.e['interaction'] === 'ix-1'
          ? [row, { ...row, e: { ...row.e, interaction: 'ix-0', enteredAt: row.at - 500 } }]
          : row,
      ),
    ),
    'a caller lost the place': log((rows) =>
      rows.flatMap((row) =>
        row.e.type === 'Queued' && row.e['interaction'] === 'ix-1'
          ? [row, { ...row, e: { ...row.e, enteredAt: row.at + 400 } }]
          : row,
      ),
    ),
    'the phone rang for the later caller first': (histories) => {
      const move: Record<string, number> = { '700001': 9_500, '700002': -7_000 }
      histories.agents = histories.agents.map((line) => ({
        ...line,
        at: line.at + (move[(line.value as { caller: string }).caller] ?? 0),
      }))
      histories.callers = histories.callers.map((line) =>
        line.who === '700001' && line.at > 1_500 ? { ...line, at: line.at + 20_000 } : line,
      )
    },
  },
  agents: {
    'a second call rang': lines(
      'agents',
      ({ value }) => value['caller'] === '700002',
      (line) => ({ ...line, at: line.at - 4_000 }),
    ),
    'a status is stuck': collected(({ agents }) => ({ agents: agents.map((agent) => ({ ...agent, status: 'busy' })) })),
    'a browser shows busy long after': lines(
      'clients',
      ({ op, at }) => op === 'status' && at > 19_000,
      () => undefined,
    ),
    'an agent was logged out': add('clients', {
      at: 6_000,
      who: 'browser1',
      type: 'info',
      op: 'status',
      value: { user: 'agent1', status: 'unreachable' },
    }),
    'a phone rings for a dead caller': lines(
      'agents',
      (line) => ended('700002')(line),
      (line) => ({ ...line, at: line.at + 6_000 }),
    ),
  },
  recordings: {
    'another hash': recording({ sha256: 'def' }),
    'no file': collected(({ recordings }) => ({ recordings: recordings.map(({ file: _, ...rest }) => rest) })),
    'a stranger in it': file({ channels: [[{ stream: 99, first: 0, last: 9, atMs: 0 }]] }),
    'a packet twice': file({
      channels: [
        [
          { stream: 1, first: 0, last: 9, atMs: 0 },
          { stream: 1, first: 9, last: 20, atMs: 200 },
        ],
      ],
    }),
    'a hole': file({
      channels: [
        [
          { stream: 1, first: 0, last: 9, atMs: 0 },
          { stream: 1, first: 20, last: 30, atMs: 200 },
        ],
      ],
    }),
    'half of the talk': collected(({ recordings }) => ({
      recordings: [
        { ...recordings[0]!, durationMs: 3_000, file: { ...recordings[0]!.file!, durationMs: 3_000 } },
        recordings[1]!,
      ],
    })),
    'none at all': collected(({ recordings }) => ({ recordings: recordings.slice(1) })),
  },
  media: {
    'a stranger was heard': lines('callers', ended('700001'), (line) =>
      with_(line, { heard: [{ stream: 1_000_002, packets: 9, lastPacket: 9, lost: 0, doubled: 0, changed: 0 }] }),
    ),
    'packets came twice': lines(
      'agents',
      (line) => ended('700001')(line),
      (line) => with_(line, { heard: [{ stream: 1, packets: 9, lastPacket: 1e6, lost: 0, doubled: 1, changed: 0 }] }),
    ),
    'packets were changed': lines(
      'agents',
      (line) => ended('700001')(line),
      (line) => with_(line, { heard: [{ stream: 1, packets: 9, lastPacket: 1e6, lost: 0, doubled: 0, changed: 1 }] }),
    ),
    'packets were lost': add('callers', gap),
    'the sound stopped for good': lines(
      'agents',
      (line) => ended('700001')(line),
      (line) => with_(line, { heard: [{ stream: 1, packets: 9, lastPacket: 100, lost: 0, doubled: 0, changed: 0 }] }),
    ),
  },
  records: {
    'a contact has two records': collected(({ records }) => ({ records: [...records, records[0]!] })),
    'a contact has none': collected(({ records }) => ({ records: records.slice(1) })),
    'parts do not add up': record({ closedAt: 1_000_000_011_000 }),
    'a contact never closed': collected(() => ({ openRecords: 1 })),
    'the journal is behind': collected(() => ({ journalSequence: 3 })),
    'a report counts one twice': collected(({ queueIntervals }) => ({
      queueIntervals: queueIntervals.map((row) => ({ ...row, answered: 3 })),
    })),
  },
  dialogs: {
    'a BYE was answered 481': sip(
      (text) => text.startsWith('SIP/2.0 200') && text.includes('BYE'),
      (text) => text.replace('200 OK', '481 Gone'),
    ),
    'a 200 was not repeated': sip(
      (text, who, at) => who === '700002' && at === 3_510 && text.startsWith('SIP/2.0 200'),
      () => undefined,
    ),
    'a 200 came again with another tag': sip(
      (text, _, at) => at === 3_510 && text.startsWith('SIP/2.0 200'),
      (text) => text.replace('tag=theirs', 'tag=other'),
    ),
    'a CSeq was used again': (histories) => {
      const again = histories.sip.find(({ text }) => text.includes('101 INVITE'))!
      histories.sip = [...histories.sip, { ...again, at: again.at + 500, text: again.text.replace('b3', 'b9') }]
    },
    'a request has another tag': sip(
      (text) => text.includes('101 INVITE'),
      (text) => text.replace('tag=theirs', 'tag=wrong'),
    ),
    'o= did not grow': sip(
      (text) => text.includes('101 INVITE'),
      (text) => text.replace('o=- 77 2', 'o=- 77 1'),
    ),
    'an answer was not acknowledged': lines(
      'agents',
      ({ op }) => op === 'acked',
      () => undefined,
    ),
    'an agent was thrown out': lines(
      'agents',
      (line) => ended('700001')(line),
      (line) => ({ ...line, at: 6_000 }),
    ),
  },
  acknowledged: {
    'what was acknowledged is gone': log((rows) =>
      rows.map((row) => (row.e.type === 'StatusChosen' ? { ...row, e: { ...row.e, reason: 'x' } } : row)),
    ),
    'what was acknowledged is there twice': log((rows) =>
      rows.map((row) => (row.e.type === 'Offered' ? { ...row, e: { type: 'StatusChosen', reason: 'w-1' } } : row)),
    ),
  },
  doubt: {
    'the sleeper goes on as primary': (histories) => {
      histories.nemesis = [
        ...histories.nemesis,
        {
          at: 16_000,
          who: 'nemesis',
          type: 'info',
          op: 'sleeper',
          value: { pid: 7, alive: true, primary: true, ms: 9_000 },
        },
      ]
    },
    'half of a pool that is cut off serves a new call': add('nemesis', {
      at: 16_000,
      who: 'nemesis',
      type: 'info',
      op: 'other-half',
      value: { half: 'node1', answered: true, parting: 'stores with backup, lost all' },
    }),
  },
  browsers: {
    'it was told of the past': add('clients', {
      at: 12_000,
      who: 'browser1',
      type: 'info',
      op: 'told',
      value: { type: 'changes', sequence: 3, before: 9 },
    }),
    'it believes in the dead': lines(
      'clients',
      ({ op }) => op === 'belief',
      (line) => with_(line, { open: ['ix-1'] }),
    ),
    'it missed a status': lines(
      'clients',
      ({ op }) => op === 'belief',
      (line) => with_(line, { agents: { agent1: 'busy' } }),
    ),
  },
  overload: {
    'somebody hung in the line': flood({ answered: 899, silent: 1 }),
    'somebody was refused for good': flood({ answered: 890, refused: 10, rude: 10 }),
    'too few were served meanwhile': flood({ answered: 200, refused: 700 }),
    'not all are served when it is over': flood({}, { answered: 179, refused: 1 }),
    'it is slow when it is over': flood({}, { answeredMsP99: 1_500 }),
  },
}

describe('the checkers', () => {
  it('find nothing in a sound run', () => {
    expect(judge(soundRun())).toEqual([])
  })

  it('find nothing in a flood of which some are asked to come back', () => {
    expect(judge(soundRun(flood({ answered: 300, refused: 600 })))).toEqual([])
  })

  it('take a talk that the log has as one, also when its caller hung up in the moment of the answer', () => {
    const mine = ({ op, value }: Line, wanted: string) => op === wanted && value['caller'] === '700001'
    const run = soundRun((histories) => {
      const { at } = histories.agents.find((line) => mine(line as Line, 'ended'))!
      lines(
        'agents',
        (line) => mine(line, 'acked'),
        (line) => ({ ...line, at: at - 100 }),
      )(histories)
      lines(
        'agents',
        (line) => mine(line, 'ended'),
        (line) => with_(line, { heard: [], end: { by: 'them' } }),
      )(histories)
    })
    const found = judge(run).map(({ checker }) => checker)
    expect(found).not.toContain('records')
    expect(found).not.toContain('recordings')
    expect(found).not.toContain('media')
  })

  it('let an old primary say that it is one for as long as a lease lasts', () => {
    const late = soundRun(looks([7_500, 'look1', 3, 'b#1'], [8_900, 'look0', 2, 'a#2'], [9_500, 'look1', 3, 'b#1']))
    expect(judge(late)).toEqual([])
  })

  it('hold two faults at once to safety, and forgive what they cost', () => {
    const double: Plant = (histories) => {
      histories.meta = { ...histories.meta, apartMs: 500 }
    }
    const both = (plant: Plant) => soundRun((histories) => [double, plant].forEach((one) => void one(histories)))
    expect(judge(both(add('callers', gap)))).toEqual([])
    const lost = lines('callers', ended('700001'), () => undefined)
    expect(judge(both(lost)).map(({ checker }) => checker)).toContain('lost-calls')
  })

  it('each have faults planted for them', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(Object.keys(CHECKERS).sort())
  })

  for (const [checker, plants] of Object.entries(PLANTED)) {
    it.each(Object.entries(plants))(`${checker} sees that %s`, (_, plant) => {
      expect(judge(soundRun(plant)).map((finding) => finding.checker)).toContain(checker)
    })
  }
})
