import { describe, expect, it } from 'vitest'
import type { Cluster, DrillView } from '#api/contract'
import { isDrilling, lostNothing, machinesOf, membersOf, successorsOf, troublesOf } from './pool.ts'

const well = { name: 'process', healthy: true, detail: 'follows the log' }
const cluster: Cluster = {
  primary: 'b#2',
  term: 7,
  position: 90,
  cores: [
    { name: 'a#1', role: 'backup', node: 'a', lag: 3, position: 87, modules: [well], address: 'http://a:8080' },
    { name: 'b#2', role: 'primary', node: 'b', modules: [{ name: 'log', healthy: false, detail: '4 events wait' }] },
    { name: 'c#3', role: 'backup', node: 'c', modules: [{ ...well, healthy: false, detail: 'does not answer' }] },
  ],
  others: [
    { name: 'a-media-1', role: 'media', address: '10.0.0.1:4000', modules: [] },
    { name: 'a-edge', role: 'edge' },
    { name: 'a-oddity', role: 'telescope' },
  ],
}

const score = {
  ...{ standing: 3, waiting: 1, callsLost: 0, placesLost: 0, recordsLost: 0, testCalls: 3, testCallsLost: 0 },
  ...{ answeredMs: 300, secondsLost: 0, silenceMs: 40, terms: [7, 8] },
}
const drill: DrillView = {
  ...{ id: 'drill-1', askedAt: '2026-11-27T02:00:00.000Z', askedBy: 'admin', node: 'a', kill: 'core', calls: 3 },
  ...{ number: '1009', state: 'done', problem: null, score },
}

describe('the pool as the page shows it', () => {
  it('lists the primary first, and what it does not know last', () => {
    expect(membersOf(cluster).map(({ role }) => role)).toEqual([
      ...['primary', 'backup', 'backup', 'edge', 'media', 'telescope'],
    ])
  })

  it('links only to processes that serve pages', () => {
    const pages = membersOf(cluster).flatMap(({ pages }) => pages ?? [])
    expect(pages).toEqual(['http://a:8080'])
  })

  it('says what does not work, by process and part', () => {
    expect(troublesOf(cluster).map(({ member, module }) => `${member} ${module.name}: ${module.detail}`)).toEqual([
      'b#2 log: 4 events wait',
      'c#3 process: does not answer',
    ])
  })

  it('shows what machines lend to their processes, and tells of what nears its end (AA-08, AA-21)', () => {
    const files = { name: 'files', healthy: false, detail: '3 MB left: make room' }
    const machines = [
      { node: 'a', modules: [{ name: 'memory', healthy: true, detail: '900 of 1000 MB left' }, files] },
      { node: 'b', modules: [{ name: 'memory', healthy: true }] },
    ]
    expect(machinesOf({ ...cluster, machines }).map(({ node, healthy }) => [node, healthy])).toEqual([
      ['a', false],
      ['b', true],
    ])
    expect(troublesOf({ ...cluster, machines }).at(-1)).toEqual({ member: 'a', module: files })
    // Processes of such a machine go on, and may take over.
    expect(successorsOf({ ...cluster, machines }).map(({ name }) => name)).toEqual(['a#1'])
    expect(machinesOf(cluster)).toEqual([])
  })

  it('offers only backups that live as successors', () => {
    expect(successorsOf(cluster).map(({ name }) => name)).toEqual(['a#1'])
  })

  it('knows a drill that is under way, and one that lost something (promise 18)', () => {
    expect(isDrilling([drill])).toBe(false)
    expect(isDrilling([drill, { ...drill, state: 'running', score: null }])).toBe(true)
    expect(lostNothing(drill)).toBe(true)
    expect(lostNothing({ ...drill, score: { ...score, placesLost: 1 } })).toBe(false)
    expect(lostNothing({ ...drill, score: null })).toBeUndefined()
  })
})
