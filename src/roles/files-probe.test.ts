import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock, VirtualClock } from '#base'
import { DirectoryBlobs } from '#seams/blobs'
import { describeFiles, FilesProbe, type FilesTrial, tryFolder } from './files-probe.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function blobs() {
  const folder = join(mkdtempSync(join(tmpdir(), 'tandem-probe-')), 'blobs')
  folders.push(join(folder, '..'))
  return { folder, blobs: await DirectoryBlobs.open(folder) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const GB = 1024 ** 3

describe('the check of the folder of files and recordings (AA-08)', () => {
  it('stores a file, reads it and leaves nothing behind', async () => {
    const { folder, blobs: own } = await blobs()
    const trial = await tryFolder(folder, systemClock)()
    expect(trial.leftBytes).toBeGreaterThan(0)
    expect(trial.tookMs).toBeGreaterThanOrEqual(0)
    expect([await own.list(''), readdirSync(join(folder, '.unfinished'))]).toEqual([[], []])
  })

  it('fails when the folder is gone, or is none any more', async () => {
    const { folder } = await blobs()
    const attempt = tryFolder(folder, systemClock)
    rmSync(folder, { recursive: true })
    await expect(attempt()).rejects.toMatchObject({ code: 'ENOENT' })
    expect(existsSync(folder)).toBe(false)
    writeFileSync(folder, 'no folder')
    await expect(attempt()).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it('is tried again every five seconds, and says what goes wrong', async () => {
    const clock = new VirtualClock()
    let next: FilesTrial | Error = { tookMs: 3, leftBytes: 5 * GB }
    let asked = 0
    const attempt = async () => {
      asked++
      if (next instanceof Error) throw next
      return next
    }
    const probe = new FilesProbe({ clock, attempt })
    await settled()
    expect(probe.state()).toEqual({ name: 'files', healthy: true, detail: 'stored and read in 3 ms, 5120 MB left' })
    next = new RangeError('EROFS: read-only file system')
    clock.advance(5_000)
    await settled()
    expect(probe.state()).toMatchObject({ healthy: false, detail: 'cannot be stored: EROFS: read-only file system' })
    next = { tookMs: 3, leftBytes: 5 * GB }
    clock.advance(5_000)
    await settled()
    expect(probe.state().healthy).toBe(true)
    await probe.close()
    clock.advance(60_000)
    await settled()
    expect(asked).toBe(3)
  })

  it('of a share that hangs is ill after two seconds, asks it no second time, and is well when it answers', async () => {
    const clock = new VirtualClock()
    const answer = Promise.withResolvers<FilesTrial>()
    let asked = 0
    const attempt = () => {
      asked++
      return answer.promise
    }
    const probe = new FilesProbe({ clock, attempt })
    expect(probe.state()).toMatchObject({ healthy: true, detail: 'not tried yet' })
    clock.advance(2_000)
    expect(probe.state().healthy).toBe(true)
    clock.advance(58_000)
    expect(probe.state()).toMatchObject({ healthy: false, detail: 'cannot be stored: it has not answered for 60 s' })
    expect(asked).toBe(1)
    answer.resolve({ tookMs: 3, leftBytes: 5 * GB })
    await settled()
    expect(probe.state().healthy).toBe(true)
  })

  it('reports a disk before it is full, and one that is slow (AA-21)', () => {
    expect(describeFiles({ tookMs: 3, leftBytes: GB }).healthy).toBe(true)
    expect(describeFiles({ tookMs: 3, leftBytes: GB - 1 })).toMatchObject({
      ...{ healthy: false, detail: 'stored and read in 3 ms, 1023 MB left: make room' },
    })
    expect(describeFiles({ tookMs: 2_001, leftBytes: GB }).detail).toContain('2001 ms, 1024 MB left: the disk is slow')
  })
})
