import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { referencePages } from '../../scripts/make-reference.ts'
import { brokenLinks, namesOfNothing, type Page } from './documents.ts'
import { readErrorTable } from './error-table.ts'
import { kernelWords } from './kernel-words.ts'
import { layersAsMarkdown } from './layers.ts'
import { ledgerPage, readLedgerNotes, readLedgerTests, repeatedLedgerNotes } from './ledger.ts'
import { listFiles, parseSource, ROOT, readSources } from './source-tree.ts'

const pages: Page[] = listFiles('', ['.md'])
  .filter((path) => !/^(test\/.*\/data|bench\/results)\//.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))

/** Every source is read and every word of it: on a busy machine that takes its time. */
const READ_MS_MAX = 300_000
vi.setConfig({ testTimeout: READ_MS_MAX })

describe('pages', () => {
  it('link only to what is there', () => {
    expect(pages.flatMap(brokenLinks)).toEqual([])
  })

  // All words of all sources: seconds on a machine that has time, a minute on one that has none.
  it('name only files, doors and symbols that exist', { timeout: 300_000 }, () => {
    const sources = readSources('src', 'test', 'scripts', 'bench', 'web', 'examples')
    const words = new Set(sources.flatMap((file) => file.text.match(/\w+/g) ?? []))
    const settled = pages.filter(({ path }) => !/^(CHANGELOG|docs\/decisions\/)/.test(path))
    expect(settled.flatMap((page) => namesOfNothing(page, (symbol) => words.has(symbol)))).toEqual([])
  })

  it('ARCHITECTURE.md shows the layer table that the tests hold', () => {
    const text = existsSync(join(ROOT, 'ARCHITECTURE.md')) ? readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8') : ''
    expect(text).toContain(layersAsMarkdown())
  })

  it('GLOSSARY.md has every state of the kernel', () => {
    const text = existsSync(join(ROOT, 'GLOSSARY.md')) ? readFileSync(join(ROOT, 'GLOSSARY.md'), 'utf8') : ''
    expect(kernelWords().states.filter((state) => !text.includes(state))).toEqual([])
  })

  it('are looked at by rules that see a fault', () => {
    const text = '# A b\n[x](#a-b) [y](#c) [z](nowhere.md) `src/nowhere.ts` `#kernel/nowhere` `noSuchName()` `PCMU`\n'
    expect(brokenLinks({ path: 'planted.md', text })).toHaveLength(2)
    expect(namesOfNothing({ path: 'planted.md', text }, () => false)).toHaveLength(3)
  })
})

describe('reference', () => {
  for (const page of referencePages()) {
    it(`${page.path} says what the sources say (npm run reference writes it)`, () => {
      expect(existsSync(join(ROOT, page.path)) && readFileSync(join(ROOT, page.path), 'utf8')).toBe(page.text)
    })
  }

  it('each error has one definition, a sentence that ends as one, and a status', () => {
    const table = readErrorTable()
    const codes = table.map(({ code }) => code)
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
    const odd = table.filter(
      ({ code, sentence, status }) =>
        !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(code) || sentence === '' || status < 400 || status > 599,
    )
    expect(odd).toEqual([])
  })

  it('reads a table as it is written', () => {
    const text =
      "const E = defineErrors({ 'a.b': { sentence: 'one ' + 'two {x}', status: 409 }, 'a.c': { sentence: `t`, status: 500 } })"
    const table = readErrorTable([parseSource('src/x.ts', text)])
    expect(table.map(({ code, sentence, status }) => [code, sentence, status])).toEqual([
      ['a.b', 'one two {x}', 409],
      ['a.c', 't', 500],
    ])
  })
})

describe('ledger', () => {
  const ledger = readLedgerNotes()
  const tests = readLedgerTests(Object.keys(ledger.areas))
  const rows = new Set(Object.entries(ledger.areas).flatMap(([area, { rows }]) => rows.map((row) => `${area}-${row}`)))

  it('says of no row two things', () => {
    expect(repeatedLedgerNotes()).toEqual([])
  })

  it('every row that a test names exists', () => {
    expect([...tests.keys()].filter((id) => !rows.has(id))).toEqual([])
  })

  it('every row that a person has confirmed is named by a test', () => {
    const named = (id: string) => rows.has(id) && (tests.has(id) || ledger.notes[id]?.instead)
    expect(Object.keys(ledger.notes).filter((id) => !named(id))).toEqual([])
  })

  it('a row that is withdrawn is called neither kept nor partly', () => {
    const withdrawn = Object.entries(ledger.notes).filter(([, { instead }]) => instead)
    expect(withdrawn.filter(([id, { missing }]) => missing || tests.has(id))).toEqual([])
  })

  it('every row that a test names has been confirmed, as kept or as partly', () => {
    expect([...tests.keys()].filter((id) => !ledger.notes[id]).sort()).toEqual([])
  })

  it('docs/ledger.md says so (npm run ledger writes it)', () => {
    expect(readFileSync(join(ROOT, 'docs/ledger.md'), 'utf8')).toBe(ledgerPage(ledger, tests))
  })
})
