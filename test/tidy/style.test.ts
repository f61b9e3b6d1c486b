import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LONG, TIERS } from '../../scripts/test-tiers.ts'
import { doorFolder } from './layers.ts'
import { importEdges } from './rings.ts'
import { parseSource, ROOT, readSources, type SourceFile } from './source-tree.ts'
import { SYNTAX_RULES } from './syntax-rules.ts'

/** Past this a file is asked what it is; past the second it must say in its first comment why it is so long. */
const FILE_LINES_ASKED = 300
const FILE_LINES_MAX = 500

/** Words that name no noun and no machine. */
const EMPTY_NAMES = /(^|-)(utils?|helpers?|common|misc|stuff|shared)(-|$)/

const README_HEADINGS = [
  'what it is',
  'what it may import',
  'parameters',
  'events in and out',
  'limits',
  'how to test it alone',
]

const product = readSources('src').filter((file) => !file.isTest)
const all = readSources('src', 'test', 'bench', 'scripts', 'web')

describe('syntax', () => {
  for (const [name, rule] of Object.entries(SYNTAX_RULES)) {
    it(name, () => expect(product.flatMap(rule)).toEqual([]))
  }

  it('is what the rules see', () => {
    const planted = parseSource(
      'src/base/planted.ts',
      `export let open = 1\nenum E { a }\nexport default function f(a: any, b: 1, c: 1, d: 1, e: 1) {${'\n'.repeat(70)}throw new Error('x') } // ${'TO'}${'DO'}`,
    )
    expect(Object.values(SYNTAX_RULES).map((rule) => rule(planted).length)).toEqual([1, 1, 3, 1, 1, 1])
  })
})

describe('files', () => {
  it('are kebab-case and named for what they hold', () => {
    const wrong = all
      .map((file) => file.path)
      .filter((path) => {
        const name = basename(path).replace(/(\.(test|case|d|config))?\.tsx?$/, '')
        return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || EMPTY_NAMES.test(name)
      })
    expect(wrong).toEqual([])
  })

  it('have at most 500 lines unless the first comment says why', () => {
    const asked = all.filter((file) => file.lines > FILE_LINES_ASKED && file.lines <= FILE_LINES_MAX)
    if (asked.length > 0) console.warn(`over ${FILE_LINES_ASKED} lines: ${asked.map(withLines).join(', ')}`)
    const tooLong = all.filter((file) => file.lines > FILE_LINES_MAX && !saysWhyItIsLong(file))
    expect(tooLong.map(withLines)).toEqual([])
  })

  it('are used: no file of src stands there for nobody', () => {
    const used = new Set([...importEdges(all).values()].flat())
    const entry = /^src\/(cli|roles)\/|\/index\.ts$|\.worker\.ts$|-(worker|thread|process|child)\.ts$/
    const asText = product.map((file) => file.text).join('\n')
    const dead = product
      .map((file) => file.path)
      .filter((path) => {
        return !used.has(path) && !entry.test(path) && !asText.includes(basename(path))
      })
    expect(dead).toEqual([])
  })

  it('of a folder with a door explain themselves in a README with the six headings', () => {
    const folders = new Set(
      product.map((file) => doorFolder(file.path.slice(4))).filter((folder) => folder.includes('/')),
    )
    expect([...folders].flatMap(readmeFaults)).toEqual([])
  })
})

describe('tests', () => {
  it('each belong to one tier of npm test', () => {
    const folders = TIERS.flatMap((tier) => tier.folders ?? [])
    const tests = all.filter((file) => file.isTest).map((file) => file.path)
    const astray = tests.filter((path) => folders.filter((folder) => path.startsWith(folder)).length !== 1)
    expect(astray).toEqual([])
    const strange = TIERS.flatMap(({ folders = [], shared = [], alone = [] }) =>
      [...shared, ...alone].filter((path) => !folders.some((folder) => path.startsWith(folder))),
    )
    const named = [...TIERS.flatMap(({ alone = [] }) => alone), ...LONG]
    const isThere = (path: string) => tests.some((test) => (path.endsWith('/') ? test.startsWith(path) : test === path))
    expect([...strange, ...named.filter((path) => !isThere(path))]).toEqual([])
  })

  it('weigh what the house asks: protocols and kernel as much as their source, all at least 0.7 of it', () => {
    const ratio = (prefixes: readonly string[], tests: readonly string[]) => {
      const under = (file: SourceFile, folders: readonly string[]) =>
        folders.some((folder) => file.path.startsWith(folder))
      const lines = (files: readonly SourceFile[]) => files.reduce((sum, file) => sum + file.lines, 0)
      const source = product.filter((file) => under(file, prefixes))
      const test = all.filter((file) => (file.isTest && under(file, prefixes)) || under(file, tests))
      return source.length === 0 ? 1 : lines(test) / lines(source)
    }
    const weights = {
      protocols: ratio(['src/protocols/'], ['test/torture/']),
      kernel: ratio(['src/kernel/'], ['test/simulation/']),
      all: ratio(['src/'], ['test/']),
    }
    console.info(`test lines to source lines: ${JSON.stringify(weights)}`)
    expect(weights.all, JSON.stringify(weights)).toBeGreaterThanOrEqual(0.7)
    expect(Math.min(weights.protocols, weights.kernel), JSON.stringify(weights)).toBeGreaterThanOrEqual(1)
  })
})

function withLines(file: SourceFile): string {
  return `${file.path} (${file.lines})`
}

function saysWhyItIsLong(file: SourceFile): boolean {
  return /\b(long|lines|one file|in one piece|generated)\b/i.test(file.comments[0]?.value ?? '')
}

function readmeFaults(folder: string): string[] {
  const path = join(ROOT, 'src', folder, 'README.md')
  if (!existsSync(path)) return [`src/${folder}/README.md is missing`]
  const headings = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) => line.replace(/^#+\s*/, '').toLowerCase())
  const missing = README_HEADINGS.filter((heading) => !headings.includes(heading))
  return missing.map((heading) => `src/${folder}/README.md has no heading "${heading}"`)
}
