import { describe, expect, it } from 'vitest'
import { FigureDefinitionSchema, ReportRowSchema } from '#api/contract'
import { FIGURES, figureId, figuresOf } from '#kernel/statistics'
import { viewCounted } from './counted.ts'
import { reportCsv } from './csv.ts'
import { figureValues, reportRows, viewFigure } from './report.ts'

const sum = (count: number, ms = 0, longestMs = 0) => ({ count, ms, longestMs })
const DAY_MS = 86_400_000
const sums = new Map([
  ['offered', sum(10)],
  ['answered', sum(6, 60_001, 31_000)],
  ['answered:in-time', sum(4)],
  ['abandoned', sum(2, 20_000, 15_000)],
  ['short-abandoned', sum(2, 4000, 3000)],
  ['handled', sum(5, 500_000, 200_000)],
  ['handled:voice', sum(4, 400_000, 200_000)],
])
const aim = (since: number, definition: string) => ({
  ...{ queue: 'support', since, definition, percent: 80, withinMs: 20_000, shortAbandonMs: 5000 },
})

describe('reports', () => {
  it('promise 11: define every figure that they show, and show every figure that is defined', () => {
    expect(figureValues('queue', sums)).toMatchObject({
      ...{ 'offered@1': 10, 'asa@1': 10_000, 'longest-wait@1': 31_000, 'abandon-rate@1': 25, 'aht@1': 100_000 },
      ...{ 'service-level-offered@1': 40, 'service-level-offered-without-short@1': 50, 'handled:voice@1': 4 },
    })
    const shown = Object.keys(figureValues('queue', sums)).filter((id) => !id.includes(':'))
    expect(shown.sort()).toEqual(figuresOf('queue').map(figureId).sort())
    for (const figure of FIGURES) FigureDefinitionSchema.parse(viewFigure(figure))
  })

  it('promise 11: hold a queue to what it aimed at when the row began; a new aim never rewrites the past', () => {
    const objects = [0, DAY_MS, 2 * DAY_MS].map((startAt) => ({ name: 'support', startAt, sums }))
    const aims = [aim(1000, 'offered'), aim(DAY_MS + 5, 'answered')]
    const rows = reportRows({ kind: 'queue', bounds: [0, DAY_MS, 2 * DAY_MS, 3 * DAY_MS], objects, aims })
    expect(rows.map((row) => row.serviceLevel?.definition)).toEqual([
      'service-level-offered@1',
      'service-level-offered@1',
      'service-level-answered@1',
    ])
    expect(rows.map((row) => row.serviceLevel?.percent)).toEqual([40, 40, 66.7])
    expect(rows[0]!.contacts).toBe(
      '/api/v1/reports/queues/support/contacts?from=1970-01-01T00:00:00.000Z&to=1970-01-02T00:00:00.000Z&figure={figure}',
    )
    for (const row of rows) ReportRowSchema.parse(row)
  })

  it('RPT-08 are tables that a spreadsheet reads and does not run', () => {
    const objects = [{ name: '=cmd "x", y', startAt: 0, sums }]
    const rows = reportRows({ kind: 'skill', bounds: [0, DAY_MS], objects, aims: [] })
    const [header, line, end] = reportCsv(rows, figuresOf('skill').map(figureId)).split('\r\n')
    expect(header).toMatch(/^from,to,name,service-level-definition,service-level,offered@1,.*,handled:voice@1$/)
    expect(line).toMatch(/^1970-01-01T00:00:00.000Z,1970-01-02T00:00:00.000Z,"'=cmd ""x"", y",,,10,/)
    expect(end).toBe('')
  })

  it('count of a stretch only what lies between the two moments', () => {
    const talk = { measure: 'talk' as const, at: 5000, ms: 4000, interaction: 'ix-1', agent: 'agent1' }
    expect(viewCounted(talk, 2000, 3000)).toMatchObject({
      ms: 1000,
      interaction: 'ix-1',
      from: '1970-01-01T00:00:01.000Z',
    })
    expect(viewCounted({ ...talk, measure: 'handled' }, 2000, 6000).ms).toBe(4000)
  })
})
