import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { FRAME_BYTES_MAX, FRAME_BYTES_MAX_UNPROVED, FrameBatch, FrameReader } from './channel-frame.ts'

function reader(trusted = true): { reader: FrameReader; frames: string[] } {
  const frames: string[] = []
  const made = new FrameReader((text) => frames.push(text))
  if (trusted) made.trust()
  return { reader: made, frames }
}

/** All frames as they go over the wire. */
function wire(texts: readonly string[]): Buffer {
  const batch = new FrameBatch()
  for (const text of texts) batch.add(text)
  return Buffer.concat(batch.drain())
}

function head(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

function codeOf(call: () => void): string {
  try {
    call()
  } catch (error) {
    return isTandemError(error) ? error.code : String(error)
  }
  return 'none'
}

describe('frames', () => {
  it('are the same, split at every byte', () => {
    const texts = ['', '{}', 'ümlaut €', '["n",1]', 'x'.repeat(300)]
    const bytes = wire(texts)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { reader: made, frames } = reader()
      made.push(bytes.subarray(0, cut))
      made.push(bytes.subarray(cut))
      expect(frames, `cut at ${cut}`).toEqual(texts)
    }
  })

  it('are the same, byte by byte and in any pieces', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 100 }), { maxLength: 12 })
    const pieces = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(texts, pieces, (sent, lengths) => {
        const bytes = wire(sent)
        const { reader: made, frames } = reader()
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = lengths[i % lengths.length]!
          made.push(bytes.subarray(at, at + length))
          at += length
        }
        expect(frames).toEqual(sent)
      }),
    )
    const single = reader()
    for (const byte of wire(['one', 'two'])) single.reader.push(Buffer.from([byte]))
    expect(single.frames).toEqual(['one', 'two'])
  })

  it('do not hold on to the memory that they came in', () => {
    const bytes = wire(['first', 'second'])
    const { reader: made, frames } = reader()
    made.push(bytes.subarray(0, 12))
    const rest = Buffer.from(bytes.subarray(12))
    bytes.fill(0)
    made.push(rest)
    expect(frames).toEqual(['first', 'second'])
  })

  it('of a stranger may be as long as one hello, and of a peer as long as the limit', () => {
    const longest = 'h'.repeat(FRAME_BYTES_MAX_UNPROVED)
    const stranger = reader(false)
    stranger.reader.push(wire([longest]))
    expect(stranger.frames).toEqual([longest])
    for (const length of [FRAME_BYTES_MAX_UNPROVED + 1, 0x7fff_ffff, 0xffff_ffff]) {
      expect(codeOf(() => reader(false).reader.push(head(length)))).toBe('channel.frame-too-large')
    }
    expect(codeOf(() => reader(true).reader.push(head(FRAME_BYTES_MAX + 1)))).toBe('channel.frame-too-large')
    expect(codeOf(() => reader(true).reader.push(head(FRAME_BYTES_MAX)))).toBe('none')
  })

  it('that are too long are refused however their length is split, before any of them is kept', () => {
    for (let cut = 1; cut < 4; cut++) {
      const { reader: made, frames } = reader(false)
      made.push(head(1_000_000).subarray(0, cut))
      expect(codeOf(() => made.push(head(1_000_000).subarray(cut)))).toBe('channel.frame-too-large')
      expect(frames).toEqual([])
    }
  })

  it('that came with the one at which the reader is stopped are not handed out', () => {
    const frames: string[] = []
    const made: FrameReader = new FrameReader((text) => {
      frames.push(text)
      if (text === 'stop') made.stop()
    })
    made.push(wire(['a', 'stop', 'b', 'c']))
    made.push(wire(['d']))
    expect(frames).toEqual(['a', 'stop'])
  })

  it('may be long from the moment on at which the peer is trusted, within one piece', () => {
    const frames: string[] = []
    const made: FrameReader = new FrameReader((text) => {
      frames.push(text)
      made.trust()
    })
    const long = 'x'.repeat(FRAME_BYTES_MAX_UNPROVED + 1)
    made.push(wire(['hello', long]))
    expect(frames).toEqual(['hello', long])
  })
})

describe('a batch of frames', () => {
  it('gives what was put in, in order, whatever sizes follow each other', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 60_000, max: 140_000 })), { maxLength: 12 })
    fc.assert(
      fc.property(sizes, fc.nat(5), (lengths, drainEvery) => {
        const batch = new FrameBatch()
        const { reader: made, frames } = reader()
        const texts = lengths.map((length, i) => String.fromCharCode(97 + i).repeat(length))
        texts.forEach((text, i) => {
          batch.add(text)
          if (i % (drainEvery + 1) === drainEvery) for (const block of batch.drain()) made.push(block)
        })
        for (const block of batch.drain()) made.push(block)
        expect(frames).toEqual(texts)
        expect(batch.bytes).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('counts the bytes that wait, and gathers many small frames in few blocks', () => {
    const batch = new FrameBatch()
    for (let i = 0; i < 5000; i++) batch.add('["h"]')
    expect(batch.bytes).toBe(5000 * 9)
    expect(batch.drain().length).toBeLessThanOrEqual(2)
    expect(batch.drain()).toEqual([])
  })

  it('takes nothing of a frame that is over the limit, and goes on', () => {
    const batch = new FrameBatch()
    batch.add('before')
    expect(codeOf(() => batch.add('€'.repeat(FRAME_BYTES_MAX / 3 + 1)))).toBe('channel.frame-too-large')
    batch.add('after')
    const { reader: made, frames } = reader()
    for (const block of batch.drain()) made.push(block)
    expect(frames).toEqual(['before', 'after'])
  })
})
