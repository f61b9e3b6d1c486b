import type { LedgerNote } from './ledger.ts'

/** What the seed's interaction recovery loses, or asks people to do, by the row of the ledger that says so. */
export const LOSSES: Readonly<Record<string, string>> = {
  'IR-06': 'recovery is off unless an administrator adds a parameter for each channel',
  'IR-09': 'to turn it on, the live web subsystem is restarted and the backup rebooted',
  'IR-10': 'emails that agents write lose their formatting',
  'IR-11': 'attachments of emails in work are lost',
  'IR-12': 'emails get new identifiers',
  'IR-13': 'the state of an interaction can be lost when the switchover falls into the synchronisation',
  'IR-16': 'status lines of a chat are lost',
  'IR-17': 'files of a chat are gone, and one under way must be sent again by hand',
  'IR-19': 'the window of a callback disappears for a time',
  'IR-20': 'durations begin anew with each switchover',
  'IR-23': 'status lines of text messages are lost',
  'IR-24': 'without the service queued emails come back as new, chats must queue again, callbacks are lost for good',
  'IR-27': 'full recovery is promised within one place only',
  'IR-29': 'faxes, work items and voice mail are not recovered at all',
}

/** The page `docs/losses.md`: each loss with what is instead, and the test that fails if it is not so. */
export function lossesPage(
  notes: Readonly<Record<string, LedgerNote>>,
  tests: ReadonlyMap<string, readonly string[]>,
): string {
  const rows = Object.entries(LOSSES).map(([row, loss]) => {
    const note = notes[row]
    const state = !note ? 'not yet' : note.missing ? `partly: ${note.missing}` : 'kept'
    const files = (tests.get(row) ?? []).map((path) => `[${path.split('/').at(-1)}](../${path})`).join(', ')
    return `| ${row} | ${loss} | ${state} | ${note?.is ?? ''} | ${files} |`
  })
  const kept = rows.filter((row) => row.includes('| kept |')).length
  const head = [
    '# What a switchover loses elsewhere',
    '',
    'The losses that the seed’s interaction recovery admits, one a row, with what is instead here and the tests that show it. *Kept*: nothing of it is lost.',
    'Written by `npm run ledger` from `test/tidy/losses.ts`, `docs/ledger-notes.json` and the titles of the tests; `test/tidy/losses.test.ts` holds them together:',
    'a row cannot say *kept* without a test that carries its number.',
    '',
    `${kept} of ${rows.length} kept.`,
    '',
    '| row | lost elsewhere | here | how | tests |',
    '| --- | --- | --- | --- | --- |',
  ]
  return `${[...head, ...rows].join('\n')}\n`
}
