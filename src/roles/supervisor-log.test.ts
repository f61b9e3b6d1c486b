import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lastProblem } from './role-log.ts'
import { supervisorLogger } from './supervisor-log.ts'

function place(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-log-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe("the supervisor's log", () => {
  it('is JSON in its file, and one plain line for a person where it matters', () => {
    const file = join(place(), 'supervisor.log')
    const told: string[] = []
    const logger = supervisorLogger('info', file, (line) => told.push(line))
    logger.info({ pid: 7 }, 'running database adopted')
    logger.warn({ process: 'core1', diedPid: 12, problem: 'one\n  at two' }, 'a role died and is started again')
    logger.error({ token: 'secret', pii: '+49' }, 'the database ended')
    expect(told.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))).toEqual([
      'warning: a role died and is started again (process core1, died pid 12, problem one)',
      'error: the database ended',
    ])
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([30, 40, 50])
    expect(lines.join()).not.toMatch(/secret|\+49/)
  })

  it('does without its file when the disk takes none', () => {
    const told: string[] = []
    supervisorLogger('info', join(place(), 'no', 'folder'), (line) => told.push(line)).warn({}, 'heard')
    expect(told).toHaveLength(1)
  })
})

describe("the end of a role's log", () => {
  it('gives the newest warning or error since a moment, in one line', () => {
    const data = place()
    expect(lastProblem(data, 'edge')).toBeUndefined()
    mkdirSync(join(data, 'log'))
    const line = (level: number, time: number, msg: string, problem?: string) =>
      JSON.stringify({ level, time, msg, problem })
    const lines = [
      line(50, 100, 'old', 'x'),
      line(40, 200, 'the role could not start', 'Error: taken\n at y'),
      line(30, 300, 'ok'),
      'not JSON',
    ]
    writeFileSync(join(data, 'log', 'edge.log'), lines.join('\n'))
    expect(lastProblem(data, 'edge')).toBe('the role could not start: Error: taken')
    expect(lastProblem(data, 'edge', 250)).toBeUndefined()
    writeFileSync(join(data, 'log', 'edge.log'), '{"level":40,"ti')
    expect(lastProblem(data, 'edge')).toBeUndefined()
  })
})
