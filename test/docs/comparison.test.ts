import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../tidy/source-tree.ts'

const ROWS = 101
const text = readFileSync(join(ROOT, 'docs/comparison.md'), 'utf8')
const rows = [...text.matchAll(/^\| (\d+) \| ([^|]+) \| (\w+) \|([^|]*)\|$/gm)].map(
  ([, number, name, ours, last = '']) => ({
    number: Number(number),
    name,
    ours,
    test: /\]\(\.\.\/([^)]+)\)/.exec(last)?.[1],
  }),
)

describe('docs/comparison.md', () => {
  it('has every feature once, as yes, part or no', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1))
    expect(rows.filter(({ ours }) => !['yes', 'part', 'no'].includes(ours ?? ''))).toEqual([])
  })

  it('names for each yes, and only there, a test that is there', () => {
    const isTest = (path = '') => path.endsWith('.test.ts') && existsSync(join(ROOT, path))
    expect(rows.filter(({ ours, test }) => (ours === 'yes') !== isTest(test))).toEqual([])
  })

  it('counts right', () => {
    const count = (word: string) => rows.filter(({ ours }) => ours === word).length
    expect(text).toContain(`${count('yes')} yes, ${count('part')} part, ${count('no')} no, of ${ROWS}.`)
  })
})
