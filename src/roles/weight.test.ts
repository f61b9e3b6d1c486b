import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { weigh } from './weight.ts'

const able = process.getuid?.() === 0 && existsSync('/proc/self/task')
const reason = able ? '' : ' (not run: needs Linux and root)'

/** The nice values of all threads of this process: field 19 of proc(5), stat, counted behind the name in brackets. */
function weights(): Set<number> {
  const lines = readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return [readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')]
    } catch {
      return []
    }
  })
  return new Set(lines.map((line) => Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16])))
}

describe('the weight of a process', () => {
  it.skipIf(!able)(`is that of all its threads, whenever they were made${reason}`, async () => {
    // Files are read by threads of their own.
    await readFile(import.meta.filename)
    expect(readdirSync('/proc/self/task').length).toBeGreaterThan(1)
    try {
      expect(weigh('light')).toBe(true)
      expect([...weights()]).toEqual([10])
    } finally {
      weigh('normal')
    }
    expect([...weights()]).toEqual([0])
  })
})
