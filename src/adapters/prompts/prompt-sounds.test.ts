import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { type Configuration, initialConfiguration } from '#kernel/config'
import { pcm16Wave, readAnyWave } from '#protocols/audio'
import { MemoryBlobs } from '#seams/blobs'
import { MemorySounds } from '#seams/store'
import { convert } from './convert.ts'
import { PromptSounds, soundBlobKey } from './prompt-sounds.ts'

const SECOND = 8_000

/** A tone of so many samples, with silence before and after it. */
function tone(samples: number, { before = 0, after = 0, level = 8_000 } = {}): Buffer {
  const sound = new Int16Array(before + samples + after)
  for (let at = 0; at < samples; at++) sound[before + at] = Math.round(level * Math.sin(at / 3))
  return pcm16Wave(sound)
}

/** The same file with another figure in its header. */
function bent(at: number, value: number, file = tone(SECOND)): Buffer {
  const copy = Buffer.from(file)
  if (at === 24) copy.writeUInt32LE(value, at)
  else copy.writeUInt16LE(value, at)
  return copy
}

const closing: PromptSounds[] = []
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})

function machine(sounds: MemorySounds, used: () => readonly string[]) {
  const blobs = new MemoryBlobs(systemClock)
  const configuration = (): Configuration => ({
    ...initialConfiguration().configuration,
    prompts: new Map(used().map((sound, at) => [`p${at}`, { name: `p${at}`, sound, durationMs: 1_000 }])),
  })
  // What waits is tried again at once, so that no test waits for it.
  const clock = { ...systemClock, after: (delayMs: number, call: () => void) => systemClock.after(delayMs / 100, call) }
  const prompts = new PromptSounds({ sounds, blobs, configuration, clock, logger: silentLogger })
  closing.push(prompts)
  return { prompts, blobs }
}

describe('a sound that is uploaded', () => {
  it('is the same id whenever it is the same, and is kept for the pool and on this machine (MED-08)', async () => {
    const sounds = new MemorySounds()
    const { prompts, blobs } = machine(sounds, () => [])
    const taken = await prompts.take(tone(SECOND))
    expect(taken).toEqual({ sound: expect.stringMatching(/^[0-9a-f]{64}$/), durationMs: 1_000 })
    expect(await prompts.take(tone(SECOND))).toEqual(taken)
    expect(await sounds.list()).toHaveLength(1)
    expect(await blobs.stat(soundBlobKey(taken.sound))).toMatchObject({ sizeBytes: 44 + 2 * SECOND })
    expect(readAnyWave(Buffer.from((await prompts.file(taken.sound))!))).toMatchObject({
      encoding: 'pcm16',
      rateHz: 8_000,
    })
    expect(await prompts.missing([taken.sound, 'b'.repeat(64)])).toEqual(['b'.repeat(64)])
  })

  it.each<[string, Buffer, string]>([
    ['an MP3', Buffer.from('ID3\u0004 what is in an MP3 file'), 'sound.no-wave'],
    ['nothing', Buffer.alloc(0), 'sound.no-wave'],
    ['ADPCM', bent(20, 2), 'sound.encoding'],
    ['a rate that no telephone has', bent(24, 4_000), 'sound.rate'],
    ['six channels', bent(22, 6), 'sound.channels'],
    ['a click', tone(SECOND / 20), 'sound.short'],
    ['eleven minutes', tone(660 * SECOND), 'sound.long'],
    ['silence', tone(SECOND, { level: 20 }), 'sound.silent'],
  ])('is refused when it is %s, with what to do', async (_, file, code) => {
    const sounds = new MemorySounds()
    await expect(machine(sounds, () => []).prompts.take(file)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/save|shorten|must last|record/),
    })
    expect(await sounds.list()).toEqual([])
  })

  it('loses the silence at its ends where that is wanted', async () => {
    const file = tone(SECOND, { before: 2 * SECOND, after: 3 * SECOND })
    expect((await convert(file)).durationMs).toBe(6_000)
    const { durationMs } = await convert(file, { trims: true })
    expect(durationMs).toBeGreaterThan(1_200)
    expect(durationMs).toBeLessThan(1_400)
  })

  it('lets others run while it is converted', async () => {
    let turns = 0
    const count = () => {
      turns++
      if (turns > 0) immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    await convert(tone(20 * SECOND))
    clearImmediate(immediate)
    // 20 s are 40 portions.
    expect(turns).toBeGreaterThanOrEqual(20)
  })
})

describe('a machine of the pool', () => {
  it('brings what prompts use from the database: after a change, at its start, and once the database has it (IVR-13, RPL-03, RPL-07, RPL-11, RPL-12)', async () => {
    const sounds = new MemorySounds()
    const first = machine(sounds, () => [])
    const { sound } = await first.prompts.take(tone(SECOND))
    let used: readonly string[] = []
    const second = machine(sounds, () => used)
    second.prompts.look()
    used = [sound]
    second.prompts.look()
    await vi.waitFor(async () => expect(await second.blobs.stat(soundBlobKey(sound))).toBeDefined(), 10_000)

    const later = (await convert(tone(2 * SECOND))).file
    const id = (await first.prompts.take(later)).sound
    await sounds.remove(id)
    used = [id]
    second.prompts.look()
    await sounds.put({ id, content: later }, 0)
    await vi.waitFor(async () => expect(await second.blobs.stat(soundBlobKey(id))).toBeDefined(), 10_000)
  })

  it('serves a sound out of its own files while the database is away', async () => {
    const sounds = new MemorySounds()
    const { prompts } = machine(sounds, () => [])
    const { sound } = await prompts.take(tone(SECOND))
    await sounds.remove(sound)
    expect(await prompts.file(sound)).toBeDefined()
    expect(await prompts.missing([sound])).toEqual([])
  })
})
