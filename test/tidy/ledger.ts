import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, ROOT } from './source-tree.ts'

/**
 * What a person confirmed about a row of the feature ledger: without `missing` the row is kept, with it partly. With `instead` it is
 * withdrawn: another row's target takes its place (which is named), or the thing that it handles does not exist here.
 */
export interface LedgerNote {
  readonly is: string
  readonly missing?: string
  readonly instead?: string
}

/** `docs/ledger-notes.json`: the areas of the ledger with their rows' numbers, and the rows that a person has confirmed. */
export interface LedgerNotes {
  readonly areas: Readonly<Record<string, { readonly title: string; readonly rows: readonly string[] }>>
  readonly notes: Readonly<Record<string, LedgerNote>>
}

/** The confirmed rows, and all that there are. */
export function readLedgerNotes(): LedgerNotes {
  return JSON.parse(readFileSync(join(ROOT, 'docs/ledger-notes.json'), 'utf8')) as LedgerNotes
}

/** Rows that stand there twice: JSON takes the last and says nothing of the first. */
export function repeatedLedgerNotes(): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs/ledger-notes.json'), 'utf8')
  const ids = [...text.matchAll(/^\s*"([A-Z0-9]+-\d+)":/gm)].map(([, id = '']) => id)
  return ids.filter((id, index) => ids.indexOf(id) !== index)
}

/** Which test files name which row in the title of a test or suite. */
export function readLedgerTests(areas: readonly string[]): Map<string, string[]> {
  const ids = new RegExp(`\\b(?:${areas.join('|')})-\\d{2,3}\\b`, 'g')
  const found = new Map<string, string[]>()
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
  const note = (path: string, titles: readonly string[]) => {
    for (const [id] of titles.flatMap((title) => [...title.matchAll(ids)])) {
      const files = found.get(id) ?? []
      if (!files.includes(path)) found.set(id, [...files, path])
    }
  }
  const tests = ['src', 'test', 'web'].flatMap((folder) => listFiles(folder, ['.test.ts', '.test.tsx', '.case.ts']))
  for (const path of tests) note(path, titlesIn(read(path)))
  // The first line of a scenario is the title of the test that plays it.
  for (const path of listFiles('test/scenarios', ['.txt'])) note(path, [read(path).split('\n')[0] ?? ''])
  return found
}

function titlesIn(text: string): string[] {
  const calls = /\b(?:it|test|describe)(?:\.\w+)*\(\s*(?:\[[^\]]*\]\)\(\s*)?(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g
  return [...text.matchAll(calls)].map((match) => match[2] ?? '')
}

/** The page `docs/ledger.md`. */
export function ledgerPage(ledger: LedgerNotes, tests: ReadonlyMap<string, readonly string[]>): string {
  const areas = Object.entries(ledger.areas)
  const ids = areas.flatMap(([area, { rows }]) => rows.map((row) => `${area}-${row}`))
  const withdrawn = ids.filter((id) => ledger.notes[id]?.instead)
  const kept = ids.filter((id) => ledger.notes[id] && !ledger.notes[id].missing && !ledger.notes[id].instead)
  const partly = ids.filter((id) => ledger.notes[id]?.missing)
  const open = ids.length - kept.length - partly.length - withdrawn.length
  const head = [
    '# Ledger',
    '',
    'Which rows of the feature ledger stand. A row is *kept* when a test that carries its number passes and a person has confirmed that',
    'the test shows the whole row; *partly* when something of it is missing, which is said. *Withdrawn* rows are not meant to come: another',
    'row’s target takes their place, or what they handle does not exist here; the reason is said. All others are not there yet.',
    'Written by `npm run ledger` from `docs/ledger-notes.json` and the titles of the tests; `test/tidy/docs.test.ts` holds them together.',
    '',
    `${kept.length} kept, ${partly.length} partly, ${withdrawn.length} withdrawn, ${open} not yet, of ${ids.length}.`,
  ]
  return `${[...head, ...areas.flatMap(([area, { title, rows }]) => section(area, title, rows, ledger, tests))].join('\n')}\n`
}

function section(
  area: string,
  title: string,
  rows: readonly string[],
  ...[ledger, tests]: [LedgerNotes, ReadonlyMap<string, readonly string[]>]
): string[] {
  const ids = rows.map((row) => `${area}-${row}`)
  const noted = ids.filter((id) => ledger.notes[id])
  const open = ids.filter((id) => !ledger.notes[id])
  const lines = noted.map((id) => {
    const { is, missing, instead } = ledger.notes[id]!
    const state = instead ? `withdrawn: ${instead}` : missing ? `partly: ${missing}` : 'kept'
    const files = (tests.get(id) ?? []).map((path) => `[${path.split('/').at(-1)}](../${path})`).join(', ')
    return `| ${id} | ${is} | ${state} | ${files} |`
  })
  const table = lines.length > 0 ? ['| row | what | state | tests |', '| --- | --- | --- | --- |', ...lines, ''] : []
  return ['', `## ${title} (${area})`, '', ...table, ...(open.length > 0 ? [`Not yet: ${open.join(', ')}.`] : [])]
}
