import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { g711WavHeader, readWav } from '#protocols/audio'
import type { NewMediaEvent } from './event-keeper.ts'
import { RecordingSpool } from './recording-spool.ts'

const SPEC = { sessions: ['a', 'b'], interaction: 'ix-1', durationMsMax: 60_000 } as const
const STARTED = { law: 'PCMA', tracks: 2 } as const

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-spool-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function spoolOf(events: NewMediaEvent[] = [], disk = folder): RecordingSpool {
  const clock = new VirtualClock()
  return new RecordingSpool({
    folder: disk,
    media: 'media-a',
    clock,
    logger: silentLogger,
    event: (event) => events.push(event),
  })
}

describe('recording spool', () => {
  it('REC-13 writes sound in order, also what came before the file was there', async () => {
    const events: NewMediaEvent[] = []
    const spool = spoolOf(events)
    const begun = spool.begin('r', SPEC, STARTED)
    for (let n = 0; n < 100; n++) spool.append('r', new Uint8Array(320).fill(n))
    await begun
    for (let n = 100; n < 200; n++) spool.append('r', new Uint8Array(320).fill(n))
    const sealed = await spool.seal('r')
    expect(sealed).toMatchObject({ recording: 'r', durationMs: 4000, bytes: 58 + 200 * 320 })
    const sound = readWav(await readFile(join(folder, 'r.wav')))!
    expect(sound).toMatchObject({ format: 'PCMA', channels: 2 })
    for (let n = 0; n < 200; n++) expect(sound.data[320 * n + 7]).toBe(n)
    expect(events).toEqual([{ type: 'recording-sealed', ...sealed }])
    expect(await spoolOf().seal('r')).toEqual(sealed)
  })

  it('gives up a recording whose disk does not keep up, tells it once, and seals what there is', async () => {
    const events: NewMediaEvent[] = []
    const spool = spoolOf(events)
    await spool.begin('r', SPEC, STARTED)
    for (let n = 0; n < 50; n++) spool.append('r', new Uint8Array(100_000))
    expect(events).toEqual([{ type: 'recording-failed', recording: 'r', reason: 'the disk is too slow' }])
    await expect(spool.begin('r', SPEC, STARTED)).rejects.toMatchObject({ code: 'media.recording-failed' })
    expect((await spool.seal('r')).bytes).toBeGreaterThan(58)
  })

  it('tells at once when a file cannot be made', async () => {
    await writeFile(join(folder, 'r.part'), 'somebody else wrote here')
    await expect(spoolOf().begin('r', SPEC, STARTED)).rejects.toMatchObject({ code: 'media.recording-failed' })
    await expect(spoolOf().seal('r')).rejects.toMatchObject({ code: 'media.recording-unknown' })
  })

  it('REC-18 finishes every whole sample of an orphan, and tells of one that it cannot finish', async () => {
    const sidecar = {
      recording: 'o',
      interaction: 'ix-9',
      sessions: ['a', 'b'],
      codec: 'PCMU',
      startedAt: 5,
      media: 'm',
    }
    await writeFile(join(folder, 'o.json'), JSON.stringify(sidecar))
    await writeFile(join(folder, 'o.part'), Buffer.concat([g711WavHeader('PCMU', 2, 0), Buffer.alloc(1601, 3)]))
    await writeFile(join(folder, 'lost.part'), 'no sidecar')
    const events: NewMediaEvent[] = []
    const spool = spoolOf(events)
    await spool.recover()
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'recording-sealed', recording: 'o', durationMs: 100 }),
    )
    expect(events).toContainEqual(expect.objectContaining({ type: 'recording-failed', recording: 'lost' }))
    expect(readWav(await readFile(join(folder, 'o.wav')))!.data).toHaveLength(1600)
    expect(JSON.parse(await readFile(join(folder, 'o.json'), 'utf8')).sealed.recovered).toBe(true)
    const again: NewMediaEvent[] = []
    await spoolOf(again).recover()
    expect(again.filter((event) => event.type === 'recording-sealed')).toEqual([])
  })

  it('refuses one recording more than its limit, and takes it when another is sealed', async () => {
    const spool = spoolOf()
    const ids = Array.from({ length: 2000 }, (_, i) => `r${i}`)
    // The files are not what is tried here: all of them would be made at once by the real thing, too.
    for (const id of ids) {
      await spool.refuseSealed(id)
      spool.begin(id, SPEC, STARTED).catch(() => {})
    }
    await expect(spool.refuseSealed('one-more')).rejects.toMatchObject({
      code: 'media.recordings-full',
      status: 503,
      fields: { recordingsMax: 2000 },
    })
    await spool.refuseSealed('r7')
    await spool.seal('r7')
    await spool.refuseSealed('one-more')
    await expect(spool.refuseSealed('r7')).rejects.toMatchObject({ code: 'media.recording-sealed' })
    await Promise.all(spool.ids().map((id) => spool.seal(id)))
    expect(spool.ids()).toEqual([])
    // Two thousand files, made and sealed: a busy disk takes its time.
  })

  it('REC-18 refuses to begin one anew that it finished after a crash and the archive has moved away', async () => {
    const before = spoolOf()
    await before.begin('r', SPEC, STARTED)
    before.append('r', new Uint8Array(3200))
    // Its process dies and its successor finishes what it left.
    const events: NewMediaEvent[] = []
    const after = spoolOf(events)
    await vi.waitFor(async () => expect((await readFile(join(folder, 'r.part'))).length).toBeGreaterThan(3200), {
      timeout: 15_000,
    })
    await after.recover()
    expect(events).toMatchObject([{ type: 'recording-sealed', recording: 'r', recovered: true, durationMs: 200 }])
    await rm(join(folder, 'r.wav'))
    await expect(after.refuseSealed('r')).rejects.toMatchObject({ code: 'media.recording-sealed' })
    await after.refuseSealed('r-2')
  })

  it('REC-18 refuses to begin one anew that it finished after a crash and the archive has moved away', async () => {
    const before = spoolOf()
    await before.begin('r', SPEC, STARTED)
    before.append('r', new Uint8Array(3200))
    // Its process dies and its successor finishes what it left.
    const events: NewMediaEvent[] = []
    const after = spoolOf(events)
    await vi.waitFor(async () => expect((await readFile(join(folder, 'r.part'))).length).toBeGreaterThan(3200), {
      timeout: 15_000,
    })
    await after.recover()
    expect(events).toMatchObject([{ type: 'recording-sealed', recording: 'r', recovered: true, durationMs: 200 }])
    await rm(join(folder, 'r.wav'))
    await expect(after.refuseSealed('r')).rejects.toMatchObject({ code: 'media.recording-sealed' })
    await after.refuseSealed('r-2')
  })

  it('refuses to go on with a recording while it is being sealed', async () => {
    const spool = spoolOf()
    await spool.begin('r', SPEC, STARTED)
    const sealing = spool.seal('r')
    await expect(spool.refuseSealed('r')).rejects.toMatchObject({ code: 'media.recording-sealed' })
    expect(await spool.seal('r')).toEqual(await sealing)
  })

  describe('on a full disk', () => {
    /** A disk of half a megabyte; undefined where the system does not let us have one. */
    function smallDisk(): string | undefined {
      const disk = join(folder, 'disk')
      try {
        mkdirSync(disk)
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk], { stdio: 'ignore' })
        unmount = () => execFileSync('umount', ['-l', disk])
        return disk
      } catch {
        return undefined
      }
    }

    let unmount = () => {}
    afterEach(() => {
      unmount()
      unmount = () => {}
    })

    it('tells it once, keeps what there is room for, and finishes it when there is room again', async (context) => {
      const disk = smallDisk()
      if (!disk) return context.skip('a small disk needs the right to mount one')
      const events: NewMediaEvent[] = []
      const spool = spoolOf(events, disk)
      await spool.begin('r', SPEC, STARTED)
      await writeFile(join(disk, 'filler'), Buffer.alloc(300_000))
      await expect
        .poll(
          () => {
            spool.append('r', new Uint8Array(3200).fill(7))
            return events.length
          },
          { interval: 1 },
        )
        .toBe(1)
      for (let n = 0; n < 20; n++) spool.append('r', new Uint8Array(3200).fill(7))
      expect(events[0]).toMatchObject({ type: 'recording-failed', recording: 'r' })
      await expect(spool.begin('other', SPEC, STARTED)).rejects.toMatchObject({ code: 'media.recording-failed' })
      await spool.seal('r').catch(() => undefined)
      await rm(join(disk, 'filler'))
      const later: NewMediaEvent[] = []
      const again = spoolOf(later, disk)
      await again.recover()
      const sealed = await again.seal('r')
      expect(sealed.durationMs).toBeGreaterThan(5000)
      const sound = readWav(await readFile(join(disk, 'r.wav')))!
      expect(sound.data.length).toBe(sealed.bytes - 58)
      expect(sound.data.every((octet) => octet === 7)).toBe(true)
      expect(events.filter((event) => event.type === 'recording-failed')).toHaveLength(1)
    })
  })
})
