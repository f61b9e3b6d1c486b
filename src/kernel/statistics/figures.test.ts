import { describe, expect, it } from 'vitest'
import { SERVICE_LEVEL_NAMES } from '#kernel/config'
import { detailsOf, figureId, figureValue, formulaText, partOf, partsOfTerm, termsOf, unitOf } from './figure.ts'
import { FIGURES, figuresOf, findFigure } from './figures.ts'
import { isMeasuredFor, MEASURES, type Measure, OBJECT_KINDS } from './measure.ts'

const sum = (count: number, ms = 0, longestMs = 0) => ({ count, ms, longestMs })
const figure = (name: string) => FIGURES.find((one) => one.name === name)!

/** Cisco's example (Unified ICM): 70 answered in time, 10 abandoned in time, 20 that went past the time; here 15 of them answered late. */
const CISCO = new Map([
  ['answered', sum(85)],
  ['answered:in-time', sum(70)],
  ['answered:late', sum(15)],
  ['abandoned', sum(9)],
  ['abandoned:in-time', sum(4)],
  ['abandoned:late', sum(5)],
  ['short-abandoned', sum(6)],
  ['short-abandoned:in-time', sum(6)],
  ['overflowed-out', sum(7)],
  ['redirected', sum(2)],
  ['withdrawn', sum(1)],
])

describe('the registry of figures', () => {
  it('promise 11: names every figure once for a kind of object, in whole sentences, over measures that it has', () => {
    for (const kind of OBJECT_KINDS) {
      const ids = figuresOf(kind).map(figureId)
      expect(new Set(ids).size, kind).toBe(ids.length)
      for (const one of figuresOf(kind)) {
        for (const term of termsOf(one)) {
          const { measure } = partsOfTerm(term)
          expect(MEASURES[measure], `${one.name}: ${term}`).toBeDefined()
          expect(isMeasuredFor(measure, kind), `${one.name} of ${kind}: ${term}`).toBe(true)
        }
      }
    }
    for (const one of FIGURES) {
      expect(one.meaning, one.name).toMatch(/^[A-Z].*\.$/)
      expect(one.since).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(formulaText(one)).not.toBe('')
    }
  })

  it('has a figure for every measure of every kind', () => {
    for (const kind of OBJECT_KINDS) {
      const used = new Set(figuresOf(kind).flatMap((one) => termsOf(one).map((term) => partsOfTerm(term).measure)))
      const measures = (Object.keys(MEASURES) as Measure[]).filter((measure) => isMeasuredFor(measure, kind))
      expect(
        measures.filter((measure) => !used.has(measure)),
        kind,
      ).toEqual([])
    }
  })

  it('counts service level in each of the field’s ways', () => {
    const levels = SERVICE_LEVEL_NAMES.map((name) => [name, figureValue(figure(`service-level-${name}`), CISCO)])
    expect(Object.fromEntries(levels)).toEqual({
      'offered-without-short': 74.5, // 70 ÷ 94
      offered: 70, // 70 ÷ 100: Cisco's negative impact
      answered: 82.4, // 70 ÷ 85: Asterisk's SL
      'abandons-met': 80, // 80 ÷ 100: Cisco's positive impact, Asterisk's SL2
      'abandons-met-without-short': 78.7, // 74 ÷ 94
      'early-abandons-ignored': 77.8, // 70 ÷ 90: Cisco's abandons ignored
      'all-leaving': 63.6, // 70 ÷ 110
      'all-leaving-without-short': 67.3, // 70 ÷ 104
    })
    for (const name of SERVICE_LEVEL_NAMES) expect(figureValue(figure(`service-level-${name}`), new Map())).toBeNull()
  })

  it('works values out of sums, and says nothing where there is nothing to divide by', () => {
    const sums = new Map([
      ['answered', sum(3, 10_000, 7000)],
      ['abandoned', sum(1, 9000, 9000)],
      ['status-busy', sum(0, 3000)],
      ['status-ready', sum(0, 1000)],
      ['missed', sum(2)],
      ['missed:no-answer', sum(1)],
    ])
    expect(figureValue(figure('asa'), sums)).toBe(3333)
    expect(figureValue(figure('longest-wait'), sums)).toBe(9000)
    expect(figureValue(figure('occupancy'), sums)).toBe(75)
    expect(figureValue(figure('logged-on'), sums)).toBe(4000)
    expect(figureValue(figure('rona'), sums)).toBe(1)
    expect(['asa', 'aht', 'occupancy', 'abandon-rate'].map((name) => figureValue(figure(name), new Map()))).toEqual([
      ...[null, null, null, null],
    ])
    expect(['asa', 'offered', 'occupancy', 'talk'].map((name) => unitOf(figure(name)))).toEqual([
      ...['ms', 'count', 'percent', 'ms'],
    ])
  })

  it('tells the parts of what is told by detail, and only of that', () => {
    const sums = new Map([
      ['missed', sum(3)],
      ['missed:no-answer', sum(1)],
      ['missed:busy', sum(2)],
    ])
    expect(detailsOf(figure('not-answered'), sums)).toEqual(['busy', 'no-answer'])
    expect(figureValue(partOf(figure('not-answered'), 'busy'), sums)).toBe(2)
    expect(findFigure('agent', 'not-answered:busy@1')).toMatchObject({ detail: 'busy' })
    expect(findFigure('agent', 'time-not-ready:lunch@1')?.figure.name).toBe('time-not-ready')
    expect(findFigure('queue', 'offered@1')?.detail).toBeUndefined()
    for (const id of ['offered', 'offered@2', 'offered:x@1', 'not-answered@1', '@1', '']) {
      expect(findFigure('queue', id), id).toBeUndefined()
    }
  })

  it('lists what a figure is made of without counting a part beside its whole', () => {
    expect(termsOf(figure('service-level-offered'))).toEqual(['answered', 'abandoned', 'short-abandoned'])
    expect(termsOf(figure('answered-in-time'))).toEqual(['answered:in-time'])
    expect(formulaText(figure('service-level-answered'))).toBe('100 × answered:in-time ÷ answered')
    expect(formulaText(figure('asa'))).toBe('time of answered ÷ answered')
  })
})
