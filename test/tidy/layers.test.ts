import { describe, expect, it } from 'vitest'
import { importFaults, outsideImportFaults, undocumentedExports } from './doors.ts'
import { doorFolder, LAYERS, layerOf, whyForbidden } from './layers.ts'
import { findRings, importEdges } from './rings.ts'
import { listFiles, parseSource, readSources } from './source-tree.ts'
import { impurities } from './syntax-rules.ts'

const src = readSources('src')
const outside = readSources('test', 'bench', 'scripts', 'web')

describe('layers', () => {
  it('src has at most ten folders, each a layer of the table', () => {
    const tops = [...new Set(listFiles('src', ['']).map((path) => path.split('/')[1] ?? ''))]
    expect(tops.filter((top) => !layerOf(top))).toEqual([])
    expect(tops.length).toBeLessThanOrEqual(10)
    expect(LAYERS.length).toBeLessThanOrEqual(10)
  })

  it('imports point one way and go through the doors', () => {
    expect(src.flatMap(importFaults)).toEqual([])
  })

  it('tests, benchmarks, scripts and pages go through the doors too', () => {
    expect(outside.flatMap(outsideImportFaults)).toEqual([])
  })

  it('nobody imports in a ring, types included', () => {
    expect(findRings(importEdges([...src, ...outside]))).toEqual([])
  })

  it('pure layers do no I/O, read no clock and draw no random number', () => {
    const pure = src.filter((file) => !file.isTest && layerOf(file.path.split('/')[1] ?? '')?.pure)
    expect(pure.flatMap(impurities)).toEqual([])
  })

  it('every name that a door gives away is documented where it is declared', () => {
    const files = new Map(src.map((file) => [file.path, file]))
    const doors = src.filter((file) => file.path === `src/${doorFolder(file.path.slice(4))}/index.ts`)
    expect([...new Set(doors.flatMap((door) => undocumentedExports(door, files)))]).toEqual([])
  })
})

describe('the layer rules themselves', () => {
  it('see a forbidden import, a way around a door and a ring', () => {
    expect(whyForbidden('engines/media', 'kernel/queue')).toBeDefined()
    expect(whyForbidden('engines/journal', 'kernel/queue')).toBeUndefined()
    expect(whyForbidden('engines/what-if', 'seams/store')).toBeDefined()
    expect(whyForbidden('adapters/voice', 'adapters/webchat')).toBeDefined()
    expect(whyForbidden('kernel/queue', 'kernel/agent')).toBeUndefined()
    expect(whyForbidden('cli', 'api/http')).toBeDefined()
    const around = parseSource('src/base/planted.ts', "import type { X } from '../kernel/centre/event.ts'\n")
    expect(importFaults(around)).toHaveLength(1)
    const rings = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['a']],
    ])
    expect(findRings(rings)).toEqual([['a', 'b', 'c']])
  })

  it('see the outside world in a pure file, and leave members of the same name alone', () => {
    const text = 'export const f = async () => Date.now() + Math.random() + Buffer.byteLength("")\n'
    expect(impurities(parseSource('src/kernel/x/planted.ts', text))).toHaveLength(4)
    expect(
      impurities(parseSource('src/kernel/x/fine.ts', 'export const g = (o: { process: number }) => o.process\n')),
    ).toEqual([])
  })
})
