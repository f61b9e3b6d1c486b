import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import { MemoryRecordings, type RecordingEntry } from '#seams/store'
import { ArchiveMover } from './archive-mover.ts'

const sound = Buffer.from('RIFF sound of a call')
const sha256 = createHash('sha256').update(sound).digest('hex')

/** A catalogue that fails the first times, as a database that is away does. */
class AwayCatalogue extends MemoryRecordings {
  failures = 0

  override async upsert(entry: RecordingEntry): Promise<void> {
    if (this.failures-- > 0) await Promise.reject(new TypeError('the database is away'))
    await super.upsert(entry)
  }
}

describe('the archive', () => {
  let spool: string
  const blobs = () => new MemoryBlobs(new VirtualClock())

  beforeEach(async () => {
    spool = await mkdtemp(join(tmpdir(), 'tandem-spool-'))
  })
  afterEach(() => rm(spool, { recursive: true, force: true }))

  async function leave(recording: string, hash = sha256, sealed = true): Promise<void> {
    const seal = { durationMs: 2500, bytes: sound.length, sha256: hash, at: Date.UTC(2026, 0, 1), recovered: false }
    await writeFile(join(spool, `${recording}.wav`), sound)
    await writeFile(
      join(spool, `${recording}.json`),
      JSON.stringify({
        recording,
        interaction: 'ix-1',
        sessions: ['a', 'b'],
        codec: 'PCMU',
        startedAt: 1,
        media: 'm',
        ...(sealed ? { sealed: seal } : {}),
      }),
    )
  }

  it('REC-05 REC-06 REC-07 stores, verifies and catalogues a finished recording, then removes it from the spool', async () => {
    await leave('r1')
    const store = blobs()
    const catalogue = new MemoryRecordings()
    const held: string[] = []
    const mover = new ArchiveMover({
      ...{ spool, blobs: store, catalogue, clock: new VirtualClock(), logger: silentLogger },
      held: async (recording) => void held.push(recording),
    })
    await mover.pass()
    expect(await catalogue.get('r1')).toMatchObject({
      interaction: 'ix-1',
      channels: 2,
      state: 'stored',
      sha256,
      durationMs: 2500,
    })
    expect((await store.stat('recordings/r1.wav'))?.sizeBytes).toBe(sound.length)
    expect(held).toEqual(['r1'])
    expect(await readdir(spool)).toEqual(['r1.json'])
  })

  it('leaves a recording that is still being made alone', async () => {
    await leave('r1', sha256, false)
    const mover = new ArchiveMover({
      spool,
      blobs: blobs(),
      catalogue: new MemoryRecordings(),
      held: async () => {},
      clock: new VirtualClock(),
      logger: silentLogger,
    })
    await mover.pass()
    expect((await readdir(spool)).sort()).toEqual(['r1.json', 'r1.wav'])
  })

  it('REC-17 keeps a recording while the catalogue is away and catalogues it once when it is back', async () => {
    await leave('r1')
    const catalogue = new AwayCatalogue()
    catalogue.failures = 1
    const mover = new ArchiveMover({
      spool,
      blobs: blobs(),
      catalogue,
      held: async () => {},
      clock: new VirtualClock(),
      logger: silentLogger,
    })
    await mover.pass()
    expect(mover.failing).toBe(1)
    expect(await readdir(spool)).toContain('r1.wav')
    await mover.pass()
    expect(await catalogue.list()).toHaveLength(1)
    expect(await readdir(spool)).not.toContain('r1.wav')
  })

  it('never takes a damaged file for a whole one', async () => {
    await leave('r1', 'f'.repeat(64))
    const catalogue = new MemoryRecordings()
    const mover = new ArchiveMover({
      spool,
      blobs: blobs(),
      catalogue,
      held: async () => {},
      clock: new VirtualClock(),
      logger: silentLogger,
    })
    await mover.pass()
    expect(mover.failing).toBe(1)
    expect(await catalogue.list()).toHaveLength(0)
    expect(await readdir(spool)).toContain('r1.wav')
  })
})
