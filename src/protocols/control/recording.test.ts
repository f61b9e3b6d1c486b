import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRecordingSidecar, type RecordingSidecar } from './recording.ts'

const SIDECAR: RecordingSidecar = {
  recording: 'r-1',
  interaction: 'ix-1',
  sessions: ['a', 'b'],
  codec: 'PCMA',
  startedAt: 1_700_000_000_000,
  media: 'media-a',
}

const SEALED = { durationMs: 1000, bytes: 16_058, sha256: 'aa', at: 1_700_000_001_000, recovered: false }

describe('the sidecar of a recording', () => {
  it('is read as it was written, sealed or not', () => {
    for (const sidecar of [SIDECAR, { ...SIDECAR, sessions: ['a'] }, { ...SIDECAR, sealed: SEALED }]) {
      expect(parseRecordingSidecar(JSON.stringify(sidecar))).toEqual(sidecar)
    }
  })

  it('is nothing when a part is missing or of another kind', () => {
    const wrong: Record<string, unknown> = {
      recording: 1,
      interaction: undefined,
      sessions: [],
      codec: 'OPUS',
      startedAt: 'today',
      sealed: null,
    }
    for (const [field, value] of Object.entries(wrong)) {
      expect(parseRecordingSidecar(JSON.stringify({ ...SIDECAR, [field]: value })), field).toBeUndefined()
    }
    expect(parseRecordingSidecar(JSON.stringify({ ...SIDECAR, sessions: ['a', 'b', 'c'] }))).toBeUndefined()
  })

  it('is nothing when a crash has torn it, at whatever byte', () => {
    const text = JSON.stringify({ ...SIDECAR, sealed: SEALED })
    for (let length = 0; length < text.length; length++) {
      expect(parseRecordingSidecar(text.slice(0, length)), `${length}`).toBeUndefined()
    }
  })

  it('bears any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseRecordingSidecar(text)))
  })
})
