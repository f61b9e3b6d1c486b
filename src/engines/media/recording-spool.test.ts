import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

function spoolOf(events: NewMediaEvent[] = []): RecordingSpool {
  const clock = new VirtualClock()
  return new RecordingSpool({
    folder,
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
})
