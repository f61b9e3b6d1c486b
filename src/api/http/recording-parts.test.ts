import { describe, expect, it } from 'vitest'
import { MemoryRecordings, type RecordingEntry } from '#seams/store'
import { joinedEntry, joinParts, partsOf } from './recording-parts.ts'

function entry(id: string, startedAt: number, durationMs: number, more: Partial<RecordingEntry> = {}): RecordingEntry {
  const attributes = { media: `media of ${id}` }
  return {
    id,
    interaction: 'ix',
    startedAt,
    durationMs,
    channels: 2,
    codec: 'PCMA',
    state: 'stored',
    attributes,
    ...more,
  }
}

const FIRST = entry('ix.r1', 10_000, 3000)

describe('the parts of a recording', () => {
  it('are laid where they began, in the order of their numbers', () => {
    const joined = joinParts([entry('ix.r1-10', 20_000, 100), entry('ix.r1-2', 13_500, 2500), FIRST])
    expect(joined.parts.map(({ part, gapMs, usedMs }) => [part, gapMs, usedMs])).toEqual([
      [1, 0, 3000],
      [2, 500, 2500],
      [10, 4000, 100],
    ])
    expect(joined.durationMs).toBe(10_100)
    expect(joined.missing).toEqual([3, 4, 5, 6, 7, 8, 9])
  })

  it('end where the next one begins: what a process that hung wrote after that is not used', () => {
    const { parts, durationMs } = joinParts([entry('ix.r1', 10_000, 60_000), entry('ix.r1-2', 13_000, 1000)])
    expect(parts.map(({ gapMs, usedMs }) => [gapMs, usedMs])).toEqual([
      [0, 3000],
      [0, 1000],
    ])
    expect(durationMs).toBe(4000)
  })

  it('of machines whose clocks differ are not a day apart, nor before one another', () => {
    expect(joinParts([FIRST, entry('ix.r1-2', 86_400_000, 1000)]).durationMs).toBe(3000 + 600_000 + 1000)
    expect(joinParts([FIRST, entry('ix.r1-2', 5000, 1000)]).durationMs).toBe(1000)
  })

  it('are one entry that says where sound is missing', () => {
    const joined = joinedEntry('ix.r1', joinParts([FIRST, entry('ix.r1-2', 13_500, 500, { state: 'recorded' })]))
    expect(joined).toMatchObject({ id: 'ix.r1', startedAt: 10_000, durationMs: 4000, state: 'recorded' })
    expect(joined.attributes).toEqual({ parts: '2', media: 'media of ix.r1 media of ix.r1-2', gapsMs: '3000-3500' })
  })

  it('are found by the name of the first, and only when there are several', async () => {
    const recordings = new MemoryRecordings()
    for (const id of ['ix.r1', 'ix.r1-2', 'ix.r2', 'ix.r3-2']) await recordings.upsert(entry(id, 1, 1))
    const found = async (id: string) => (await partsOf(recordings, id)).map((one) => one.id).sort()
    expect(await found('ix.r1')).toEqual(['ix.r1', 'ix.r1-2'])
    expect(await found('ix.r2')).toEqual([])
    expect(await found('ix.r3')).toEqual(['ix.r3-2'])
    expect(await found('ix.r1-2')).toEqual([])
    expect(await found('other')).toEqual([])
  })
})
