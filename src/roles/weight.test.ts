import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { weigh } from './weight.ts'

const able = process.getuid?.() === 0 && existsSync('/proc/self/task')
const reason = able ? '' : ' (not run: needs Linux and root)'

const AUTOGROUP = '/proc/self/autogroup'
const sessions = able && maySetSession()
const sessionReason = sessions ? '' : ' (not run: needs Linux that groups by session, and root)'

function maySetSession(): boolean {
  try {
    writeFileSync(AUTOGROUP, '0')
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN'
  }
}

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

  it.skipIf(!sessions)(`is that of its session too, also when Linux takes it only later${sessionReason}`, async () => {
    const group = () => Number(readFileSync(AUTOGROUP, 'utf8').split(' ').at(-1))
    try {
      // Without the right to administer, Linux refuses what comes less than 100 ms behind the last.
      weigh('light')
      weigh('normal')
      weigh('light')
      await expect.poll(group, { timeout: 10_000 }).toBe(10)
    } finally {
      weigh('normal')
    }
    await expect.poll(group, { timeout: 10_000 }).toBe(0)
  })
})
