import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DataFolder } from './data-folder.ts'

function place(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-data-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('a data folder', () => {
  it('is made with what it needs, and keeps its keys to its owner', () => {
    const folder = new DataFolder(join(place(), 'deep', 'the data'))
    folder.open()
    folder.open()
    expect(readdirSync(folder.path).sort()).toEqual(['blobs', 'log', 'run', 'secrets', 'spool'])
    const secret = folder.secret('pool')
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(folder.secret('pool')).toBe(secret)
    for (const part of ['run', 'secrets']) expect(statSync(join(folder.path, part)).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder.path, 'run', 'pool.secret')).mode & 0o777).toBe(0o600)
  })

  it('is looked at without being made', () => {
    const path = join(place(), 'not', 'yet')
    const folder = new DataFolder(path)
    folder.inspect()
    expect(folder.isNew()).toBe(true)
    expect(folder.bytesLeft()).toBeGreaterThan(0)
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('is refused in one sentence where it cannot be', () => {
    const file = join(place(), 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'in it')]) {
      expect(() => new DataFolder(path).open()).toThrow(`the data folder ${path} cannot be used: it is not a folder`)
      expect(() => new DataFolder(path).inspect()).toThrow('it is not a folder')
    }
  })

  it.runIf(process.platform === 'linux')('is refused, not waited for, where the system makes no folders', () => {
    expect(() => new DataFolder('/proc/tandem').open()).toThrow('it cannot be made there')
  })

  it.skipIf(process.getuid?.() === 0)('is refused where this user may not write (root may everywhere)', () => {
    const path = join(place(), 'closed')
    mkdirSync(path)
    chmodSync(path, 0o500)
    expect(() => new DataFolder(path).open()).toThrow('permission denied')
  })

  it('remembers what it was made as only when it is made', () => {
    const folder = new DataFolder(place())
    folder.open()
    expect([folder.demo(true), folder.demo(false), folder.isNew()]).toEqual([true, false, true])
    folder.made(false)
    expect([folder.demo(true), folder.isNew()]).toEqual([false, false])
  })

  it('belongs to one supervisor that lives; a number that is another program by now counts for nothing', () => {
    const folder = new DataFolder(place())
    folder.open()
    // The parent of this test is no supervisor.
    writeFileSync(join(folder.path, 'run', 'supervisor.pid'), String(process.ppid))
    expect(folder.supervisor()).toBeUndefined()
    folder.lock()
    folder.lock()
    folder.unlock()
    expect(readdirSync(join(folder.path, 'run'))).toEqual([])
  })
})
