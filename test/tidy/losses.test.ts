import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { readLedgerNotes, readLedgerTests } from './ledger.ts'
import { LOSSES, lossesPage } from './losses.ts'
import { ROOT } from './source-tree.ts'

/** The titles of every test are read: on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 120_000 })

describe('the table of losses', () => {
  const { notes } = readLedgerNotes()
  const tests = readLedgerTests(['IR'])

  it('is docs/losses.md (npm run ledger writes it)', () => {
    expect(readFileSync(join(ROOT, 'docs/losses.md'), 'utf8')).toBe(lossesPage(notes, tests))
  })

  it('says of no row that it is kept without a test that carries its number, and withdraws none', () => {
    const rows = Object.keys(LOSSES)
    expect(rows.filter((row) => notes[row] && !tests.has(row))).toEqual([])
    expect(rows.filter((row) => notes[row]?.instead)).toEqual([])
  })

  it('tells a row that is partly kept, and one that nobody has confirmed, from one that is kept', () => {
    const page = lossesPage({ 'IR-06': { is: 'so' }, 'IR-09': { is: 'so', missing: 'that' } }, new Map())
    expect(page).toContain('| kept | so |')
    expect(page).toContain('| partly: that | so |')
    expect(page).toContain('| not yet |  |')
    expect(page).toContain(`1 of ${Object.keys(LOSSES).length} kept.`)
  })
})
