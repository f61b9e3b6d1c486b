import { describe, expect, it } from 'vitest'
import type { FigureDefinition } from '#api/contract'
import { columnsOf, dayOf, figureText, pathOfReport } from './report.ts'

function definition(name: string, unit: FigureDefinition['unit'] = 'count'): FigureDefinition {
  return { name, unit, id: `${name}@1` } as FigureDefinition
}

describe('a report', () => {
  it('asks for one whole day of the reader, by pages or as a file', () => {
    const search = { kind: 'agent', day: '2026-11-30', interval: '1800' } as const
    const [path, query] = pathOfReport(search, 'Europe/Berlin').split('?')
    expect(path).toBe('/reports/agents')
    const asked = new URLSearchParams(query)
    expect(asked.get('from')).toBe(new Date(2026, 10, 30).toISOString())
    expect(asked.get('to')).toBe(new Date(2026, 11, 1).toISOString())
    expect(asked.get('zone')).toBe('Europe/Berlin')
    expect(pathOfReport(search, 'UTC', true)).toMatch(/^\/reports\/agents\.csv\?/)
  })

  it('shows first what people ask for first, and no more than fits', () => {
    const definitions = ['odd', 'abandoned', 'offered', ...'abcdefgh'].map((name) => definition(name))
    const names = columnsOf({ definitions, rows: [] }).map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['offered', 'abandoned', 'odd'])
    expect(names).toHaveLength(9)
  })

  it('parts what is not known from none, and writes times as times', () => {
    expect(figureText(definition('a'), null, 'en')).toBe('–')
    expect(figureText(definition('a'), 0, 'en')).toBe('0')
    expect(figureText(definition('a'), 1234, 'de')).toBe('1.234')
    expect(figureText(definition('a', 'ms'), 65_000, 'en')).toBe('1:05')
    expect(figureText(definition('a', 'percent'), 81.26, 'de')).toBe('81,3 %')
  })

  it('knows the day of a moment where the reader is', () => {
    expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05')
  })
})
