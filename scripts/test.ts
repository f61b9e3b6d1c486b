/**
 * `npm test` and `npm run check`: every tier in turn, cheapest first, and one plain line at the end: `N passed, N failed`.
 *
 *   node scripts/test.ts            everything
 *   node scripts/test.ts --check    types, lint, house rules, unit and contract tests: under a minute, nothing but Node
 *   node scripts/test.ts interop e2e    these tiers alone
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from '../src/cli/build-web.ts'
import { installPackages } from './install-packages.ts'
import { COUNTS_VARIABLE, type TierCounts } from './test-reporter.ts'
import { TIERS, type Tier } from './test-tiers.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** No tier may hang the whole run: the slowest takes ten minutes, and on a slow machine several times that. */
const TIER_MS_MAX = 60 * 60_000

const environment = {
  ...process.env,
  PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
}

function runTier(tier: Tier): TierCounts {
  const started = Date.now()
  const counts = tier.program ? runProgram(tier.program) : runVitest(tier)
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : ''
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`${tier.name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds} s)`)
  for (const failure of counts.failures) console.log(`\n✗ ${failure}\n`)
  return counts
}

function runProgram([command = '', ...words]: readonly string[]): TierCounts {
  const result = spawnSync(command, words, { cwd: ROOT, env: environment, encoding: 'utf8', timeout: TIER_MS_MAX })
  if (result.status === 0) return { passed: 1, failed: 0, skipped: [], failures: [] }
  const said = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`
  return { passed: 0, failed: 1, skipped: [], failures: [`${command} ${words.join(' ')}\n${said}`] }
}

/** What may share a process, what may run beside another file (two at a time: vitest.config.ts), and what may not. */
function runVitest({ name, folders = [], shared = [], alone = [] }: Tier): TierCounts {
  const apart = [...shared, ...alone].flatMap((path) => ['--exclude', path.endsWith('/') ? `${path}**` : path])
  const others = folders.filter((folder) => !shared.includes(folder) && !alone.includes(folder))
  const runs = [
    ...(shared.length > 0 ? [['--no-isolate', ...shared]] : []),
    ...(others.length > 0 ? [[...others, ...apart]] : []),
    ...(alone.length > 0 ? [['--no-file-parallelism', ...alone]] : []),
  ]
  return runs.map((words) => vitest(name, words)).reduce(added)
}

function added(one: TierCounts, other: TierCounts): TierCounts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: [...one.skipped, ...other.skipped],
    failures: [...one.failures, ...other.failures],
  }
}

function vitest(name: string, chosen: readonly string[]): TierCounts {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-counts-'))
  const file = join(folder, 'counts.json')
  const words = ['run', '--passWithNoTests', '--reporter=./scripts/test-reporter.ts', ...chosen]
  const result = spawnSync('vitest', words, {
    cwd: ROOT,
    env: { ...environment, [COUNTS_VARIABLE]: file, FORCE_COLOR: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: TIER_MS_MAX,
  })
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TierCounts) : undefined
  rmSync(folder, { recursive: true })
  const fell = `vitest ended with ${result.status ?? result.signal}`
  if (!counts) return { passed: 0, failed: 1, skipped: [], failures: [`${name}: ${fell}`] }
  const unexplained = result.status !== 0 && counts.failed === 0
  return unexplained ? { ...counts, failed: 1, failures: [`${name}: ${fell}`] } : counts
}

function chosenTiers(words: readonly string[]): readonly Tier[] {
  const names = words.filter((word) => !word.startsWith('--'))
  const unknown = names.filter((name) => !TIERS.some((tier) => tier.name === name))
  if (unknown.length > 0) {
    console.error(`no such tier: ${unknown.join(', ')}; there are ${TIERS.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  if (names.length > 0) return TIERS.filter(({ name }) => names.includes(name))
  return words.includes('--check') ? TIERS.filter(({ quick }) => quick) : TIERS
}

const tiers = chosenTiers(process.argv.slice(2)).filter(
  ({ name }) => name !== 'web types' || existsSync(join(ROOT, 'web/tsconfig.json')),
)
if (tiers.some(({ quick }) => !quick)) {
  installPackages((line) => console.log(line))
  // The first system that is started would build them else, within the time that a start may take.
  await buildWeb((line) => console.log(line))
}
const results = tiers.map(runTier)
const skipped = results.flatMap((counts) => counts.skipped)
for (const line of skipped) console.log(`skipped: ${line}`)
const sum = (key: 'passed' | 'failed') => results.reduce((total, counts) => total + counts[key], 0)
console.log(
  `${sum('passed')} passed, ${sum('failed')} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
)
process.exitCode = sum('failed') > 0 ? 1 : 0
