import { describe, expect, it } from 'vitest'
import { faultOf } from '../../scripts/simulate/centre.ts'
import type { CallReport } from '../../scripts/simulate/messages.ts'
import { readOptions } from '../../scripts/simulate/options.ts'
import { summarise } from '../../scripts/simulate/report.ts'
import { renderTable } from '../../scripts/simulate/table.ts'
import { judgeCalls, longestGap, percentile } from '../../scripts/simulate/verdict.ts'

function caller(stream: number, more: Partial<CallReport> = {}): CallReport {
  return {
    side: 'caller',
    caller: `7000${stream}`,
    stream,
    startedAt: 0,
    answeredAt: 10,
    talkedAt: 500,
    endedAt: 2_000,
    end: { by: 'us', status: 200 },
    wanted: 'hang-up',
    heard: [heard(1_000_000 + stream)],
    otherPackets: 0,
    ...more,
  }
}

function agent(stream: number, more: Partial<CallReport> = {}): CallReport {
  const base = { side: 'agent', end: { by: 'them' }, wanted: 'nothing' } as const
  return { ...caller(stream), ...base, stream: 1_000_000 + stream, heard: [heard(stream)], ...more }
}

function heard(stream: number) {
  return { stream, packets: 100, lost: 0, doubled: 0, changed: 0, gapMsMax: 30, transitMsMax: 5 }
}

describe('simulate: what became of the calls', () => {
  it('counts a call that either side ended as answered and not lost', () => {
    const calls = [
      caller(1),
      agent(1),
      caller(2, { wanted: 'nothing', end: { by: 'them' } }),
      agent(2, { wanted: 'hang-up' }),
    ]
    expect(judgeCalls(calls)).toMatchObject({ offered: 2, answered: 2, abandoned: 0, lost: [], wrongStreams: [] })
  })

  it('sees calls that were refused, dropped while talking, or whose BYE found nobody', () => {
    const refused = caller(1, {
      talkedAt: undefined,
      wanted: 'nothing',
      end: { by: 'refused', status: 503 },
      heard: [],
    } as Partial<CallReport>)
    const dropped = caller(2, { wanted: 'nothing', end: { by: 'them' } })
    const unheard = caller(3, { end: { by: 'us', status: 408 } })
    const { lost } = judgeCalls([refused, dropped, agent(2), unheard, agent(3)])
    expect(lost).toEqual([
      '70001: ended (refused 503) before an agent came',
      '70002: ended (them) while both were talking',
      '70003: its BYE was answered 408',
    ])
  })

  it('does not count a caller who gave up as lost', () => {
    const impatient = caller(1, { wanted: 'gave-up', heard: [], end: { by: 'us', status: 200 } })
    const { talkedAt: _, ...left } = impatient
    expect(judgeCalls([left])).toMatchObject({ offered: 1, answered: 0, abandoned: 1, lost: [] })
  })

  it('sees a conversation that reached a stranger', () => {
    const calls = [caller(1, { heard: [heard(1_000_002)] }), agent(1), caller(2), agent(2)]
    expect(judgeCalls(calls).wrongStreams).toEqual(['70001 heard stream 1000002, whose sender did not hear 70001'])
  })

  it('takes percentiles and longest gaps from what it is given only', () => {
    expect([percentile([], 50), percentile([3, 1, 2], 50), percentile([1, 2, 3, 4], 95)]).toEqual([0, 2, 4])
    const slots = [0, 100, 200].map((at) => ({ at, ms: at + 1, transitMs: at, otherMs: 7 }))
    expect(longestGap(slots, 0, 200)).toEqual({ ms: 101, transitMs: 100, otherMs: 7 })
  })
})

describe('simulate: table and exit code', () => {
  const journal = { rows: 1, wrong: [], unsound: [] }
  const run = {
    calls: [caller(1), agent(1)],
    asked: 1,
    kills: [],
    slots: [],
    timerLateMsMax: 3,
    journal,
    stuck: [],
    begunAt: 0,
  }

  it('is 0 when all is well, 1 when a call was lost, 3 when only the journal or an agent is wrong', () => {
    expect(summarise(run).exitCode).toBe(0)
    expect(summarise({ ...run, asked: 2 }).exitCode).toBe(1)
    expect(summarise({ ...run, stuck: ['agent1 is busy'] }).exitCode).toBe(3)
    expect(summarise({ ...run, journal: { ...journal, rows: 2 } }).exitCode).toBe(3)
  })

  it('shows the ten rows of the contract, and a gap after a kill beside the one before it', () => {
    const kill = { role: 'core', atS: 1, at: 1_000, pid: 1, takeoverMs: 400, termBefore: 1, termAfter: 2 } as const
    const slots = [
      { at: 500, ms: 35, transitMs: 12, otherMs: 20 },
      { at: 1_200, ms: 95, transitMs: 90, otherMs: 20 },
    ]
    const text = renderTable(summarise({ ...run, kills: [kill], slots }).rows)
    const rows = [
      'offered',
      'answered',
      'abandoned',
      'lost',
      'wait p50',
      'wait p95',
      'takeover time',
      'longest audio gap',
      'rows in the journal',
      'agents stuck',
    ]
    for (const name of rows) expect(text).toContain(name)
    expect(text).toMatch(/longest audio gap.*95 ms, in transit 90 ms \(core@1\).*✗ over 60 ms/)
    const busy = [...slots, { at: 600, ms: 200, transitMs: 150, otherMs: 0 }]
    expect(renderTable(summarise({ ...run, kills: [kill], slots: busy }).rows)).not.toContain('✗')
    expect(text).toMatch(/before the first kill.*35 ms, in transit 12 ms/)
  })
})

describe('simulate: options', () => {
  it('takes those of the contract', () => {
    const words = '--calls 300 --rate 10 --agents 40 --talk 5 --kill core@20 --kill edge@10 --json out.json'.split(' ')
    expect(readOptions(words)).toMatchObject({
      calls: 300,
      rate: 10,
      agents: 40,
      talkS: 5,
      jsonFile: 'out.json',
      queue: '1001',
      kills: [
        { role: 'edge', atS: 10 },
        { role: 'core', atS: 20 },
      ],
    })
    expect(readOptions(['--help'])).toBe('help')
  })

  it('says in a sentence what is wrong', () => {
    expect(readOptions(['--kill', 'cat@5'])).toContain('core@SECONDS')
    expect(readOptions(['--calls', 'many'])).toContain('--calls takes a number from 1 to 100000')
    expect(readOptions(['--nonsense'])).toContain('--nonsense')
  })
})

describe('simulate: durations that add up', () => {
  const row = {
    id: 'ix-1',
    from: '1',
    createdAt: '2026-01-01T00:00:00.000Z',
    closedAt: '2026-01-01T00:00:10.000Z',
    durations: { totalMs: 10_000, waitMs: 4_000, talkMs: 6_000 },
    segments: [
      { kind: 'queue', startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:04.000Z' },
      { kind: 'talk', startedAt: '2026-01-01T00:00:04.000Z', endedAt: '2026-01-01T00:00:10.000Z' },
    ],
  }

  it('are found sound or not', () => {
    expect(faultOf(row)).toBeUndefined()
    expect(faultOf({ ...row, durations: { ...row.durations, talkMs: 5_999 } })).toContain('add up to 9999 ms')
    expect(faultOf({ ...row, closedAt: '2026-01-01T00:00:11.000Z' })).toContain('it lived 11000 ms')
    expect(faultOf({ ...row, segments: row.segments.map((one) => ({ ...one, startedAt: row.createdAt })) })).toContain(
      'its talk begins',
    )
  })
})
