import { describe, expect, it } from 'vitest'
import { partId, playableParts, readPartId } from './recording-part.ts'

describe('the parts of a recording', () => {
  it('have names that say where they belong', () => {
    expect([1, 2, 12].map((part) => partId('ix-1.r3', part))).toEqual(['ix-1.r3', 'ix-1.r3-2', 'ix-1.r3-12'])
    for (const part of [1, 2, 12]) expect(readPartId(partId('ix-1.r3', part))).toEqual({ recording: 'ix-1.r3', part })
  })

  it.each(['ix-1', 'ix-1.r', 'other', 'ix-1.r1-', 'ix-1.r1-x', 'a-2'])('are not read into %s', (id) => {
    expect(readPartId(id)).toEqual({ recording: id, part: 1 })
  })

  it('are all played but those that are lost', () => {
    expect(playableParts({ id: 'ix-1.r1' })).toEqual(['ix-1.r1'])
    const finished = [{ part: 1, sealed: { durationMs: 5, bytes: 40 } }, { part: 2 }]
    expect(playableParts({ id: 'ix-1.r1', parts: 3, finished })).toEqual(['ix-1.r1', 'ix-1.r1-3'])
    expect(playableParts({ id: 'ix-1.r1', parts: 1, finished: [{ part: 1 }] })).toEqual([])
  })
})
