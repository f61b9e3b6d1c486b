/** Writes the pages of docs/reference that follow from the sources; with `--check` only says whether they are up to date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PARAMETERS, rangeInWords } from '#kernel/config'
import { FIGURES, figureId, formulaText, unitOf } from '#kernel/statistics'
import { readErrorTable } from '../test/tidy/error-table.ts'
import { kernelWords } from '../test/tidy/kernel-words.ts'
import { layersAsMarkdown } from '../test/tidy/layers.ts'
import { ROOT } from '../test/tidy/source-tree.ts'
import { type ApiDescription, apiPage } from './api-page.ts'

interface ReferencePage {
  readonly path: string
  readonly text: string
}

/** The generated pages, as they should be. */
export function referencePages(): ReferencePage[] {
  return [
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/events.md', text: eventsPage() },
    { path: 'docs/reference/figures-definitions.md', text: figuresPage() },
    { path: 'ARCHITECTURE.md', text: architecturePage() },
    { path: 'docs/operations/switchover.md', text: switchoverPage() },
  ]
}

/** The page as it is, with the table of layers between its marks. */
function architecturePage(): string {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  return text.replace(/(<!-- layers:begin -->\n)[\s\S]*(<!-- layers:end -->)/, `$1${layersAsMarkdown()}\n$2`)
}

/** The page as it is, with the table of settings between its marks. */
function switchoverPage(): string {
  const text = readFileSync(join(ROOT, 'docs/operations/switchover.md'), 'utf8')
  const rows = PARAMETERS.filter(({ name }) => name.startsWith('Switchover ')).map((kind) => {
    const { name, what, defaults } = kind
    const cells = (['tandem', 'seed'] as const).map((profile) => {
      const range = rangeInWords(kind, profile)
      return `${defaults[profile] ?? 'off'} (${range})`
    })
    return `| \`${name}\` | ${what} | ${cells.join(' | ')} |`
  })
  const head = ['| setting | what | default and range | under profile `seed` |', '| --- | --- | --- | --- |']
  const table = [...head, ...rows].join('\n')
  return text.replace(
    /(<!-- parameters:begin -->\n)[\s\S]*(<!-- parameters:end -->)/,
    (_, begin: string, end: string) => `${begin}${table}\n${end}`,
  )
}

function errorsPage(): string {
  const rows = readErrorTable().map(
    ({ code, sentence, status, where }) =>
      `| \`${code}\` | ${status} | ${escaped(sentence)} | ${where.replace(/^src\//, '').replace(/:\d+$/, '')} |`,
  )
  return [
    '# Errors',
    '',
    'Every error that Tandem gives, with the HTTP status of its problem document. Words in braces are filled with the',
    "error's fields, which stand in the problem document too. Written by `npm run reference`.",
    '',
    '| code | status | sentence | defined in |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function eventsPage(): string {
  const words = kernelWords()
  const list = (rows: readonly { name: string; fields: string; comment: string }[]) =>
    rows.map(({ name, fields, comment }) => `| \`${name}\` | ${fields} | ${escaped(comment)} |`)
  return [
    '# Events and commands of the kernel',
    '',
    'An event is what happened: it stands in the log, and state is the fold of all of them. A command is what somebody asks for.',
    'Written by `npm run reference`.',
    '',
    '## Events',
    '',
    '| event | fields | when |',
    '| --- | --- | --- |',
    ...list(words.events),
    '',
    '## Commands',
    '',
    '| command | fields | meaning |',
    '| --- | --- | --- |',
    ...list(words.commands),
    '',
  ].join('\n')
}

function figuresPage(): string {
  const rows = FIGURES.map(
    (figure) =>
      `| \`${figureId(figure)}\` | ${figure.of.join(', ')} | ${unitOf(figure)} | ${escaped(figure.meaning)} | ${formulaText(figure)} | ${figure.since} | ${escaped(figure.source ?? '')} |`,
  )
  return [
    '# Definitions of figures',
    '',
    'Every figure that live pages and reports show, with its name and version. A changed definition is a new version beside the old one: no',
    'report of the past changes. A formula names what is counted; `answered:in-time` is the part of the answered whose wait was at most the',
    'queue’s service-level time. Counts and waits stand in the interval in which they happened or ended, stretches of time are cut',
    'at its borders. A queue names its service level with `serviceLevel.definition` (the words after `service-level-`), and its short-abandon time',
    'with `serviceLevel.shortAbandonMs`. `GET /api/v1/figures` says the same to programs. Written by `npm run reference`.',
    '',
    '| figure | of | unit | meaning | formula | since | who counts like this |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Figures of reports that are told by part too (media, reasons) are named `name:part@version`, such as `handled:voice@1`.',
    '',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
}

/** The page of the API, from the routes: nothing is started for it. `test/docs` holds it against a running system. */
async function apiReference(): Promise<ReferencePage> {
  const { createHttpApi } = await import('#api/http')
  const { silentLogger, systemClock } = await import('#base')
  const { EXTRACTS } = await import('#engines/journal')
  // Routes only keep what they are given until somebody asks.
  const ports = {
    logger: silentLogger,
    clock: systemClock,
    softphone: {},
    mail: {},
    sms: {},
    history: { extracts: EXTRACTS },
  }
  const server = await createHttpApi(ports as unknown as Parameters<typeof createHttpApi>[0])
  await server.ready()
  const text = apiPage(server.swagger() as unknown as ApiDescription)
  await server.close()
  return { path: 'docs/reference/api.md', text }
}

async function main(check: boolean): Promise<void> {
  const stale = [...referencePages(), await apiReference()].filter(({ path, text }) => {
    const file = join(ROOT, path)
    return !existsSync(file) || readFileSync(file, 'utf8') !== text
  })
  for (const { path, text } of check ? [] : stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
  }
  console.log(
    stale.length === 0
      ? 'the reference is up to date'
      : `${check ? 'out of date' : 'written'}: ${stale.map(({ path }) => path).join(', ')}`,
  )
  if (check && stale.length > 0) process.exitCode = 1
}

if (process.argv[1] === import.meta.filename) await main(process.argv.includes('--check'))
