/** Writes docs/ledger.md and docs/losses.md from docs/ledger-notes.json and the titles of the tests, and lists what a person has still to confirm. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ledgerPage, readLedgerNotes, readLedgerTests } from '../test/tidy/ledger.ts'
import { lossesPage } from '../test/tidy/losses.ts'
import { ROOT } from '../test/tidy/source-tree.ts'

const ledger = readLedgerNotes()
const tests = readLedgerTests(Object.keys(ledger.areas))
writeFileSync(join(ROOT, 'docs/ledger.md'), ledgerPage(ledger, tests))
writeFileSync(join(ROOT, 'docs/losses.md'), lossesPage(ledger.notes, tests))
console.log('docs/ledger.md and docs/losses.md are written')
for (const [id, files] of [...tests].sort()) {
  if (!ledger.notes[id]) console.log(`to confirm in docs/ledger-notes.json: ${id} (${files.join(', ')})`)
}
for (const [id, { instead }] of Object.entries(ledger.notes))
  if (!tests.has(id) && !instead) console.log(`confirmed, but no test names it any more: ${id}`)
