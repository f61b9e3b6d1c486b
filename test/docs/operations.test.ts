import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../tidy/source-tree.ts'

/** Faults of the failure plan. */
const FAULTS = 28

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

describe('docs/operations/failure-behaviour.md', () => {
  const rows = [...read('docs/operations/failure-behaviour.md').matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]+) \|(.*)\|$/gm)]

  it('has every fault once, as tried, partly or not tried', () => {
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: FAULTS }, (_, index) => index + 1))
    expect(rows.filter(([, , , state]) => !['tried', 'partly', 'not tried'].includes(state ?? ''))).toEqual([])
  })

  it('names for what was tried a test that is there', () => {
    for (const [, number, , state, how = ''] of rows.filter(([, , , state]) => state !== 'not tried')) {
      const tests = [...how.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path)
      expect(tests.length, `${number} ${state}`).toBeGreaterThan(0)
      expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    }
  })
})

describe('docs/operations/figures.md', () => {
  const commands = [...read('docs/operations/figures.md').matchAll(/^\| [^|]+ \| `([^`]+)` \|/gm)].map(
    ([, command = '']) => command,
  )

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const benchmarks = readdirSync(join(ROOT, 'bench'))
    expect(commands.length).toBeGreaterThan(5)
    for (const command of commands) {
      const [, name = ''] = /^npm (?:run )?(\w+)/.exec(command) ?? []
      expect(Object.keys(scripts), command).toContain(name)
      const benchmark = /^npm run bench -- (\S+)/.exec(command)?.[1]?.replaceAll('.', '-')
      if (benchmark)
        expect(
          benchmarks.some((file) => file.startsWith(benchmark)),
          command,
        ).toBe(true)
    }
  })
})
