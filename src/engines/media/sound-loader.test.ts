import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clock, silentLogger, VirtualClock } from '#base'
import { loadPrompts, loadRecording } from './sound-loader.ts'

const PROMPTS = fileURLToPath(new URL('../../../assets/prompts', import.meta.url))

const NAMES = [
  ...['greeting', 'menu', 'invalid-choice', 'queue-announcement', 'position-is', 'estimated-wait', 'minutes', 'minute'],
  ...['less-than-a-minute', 'callback-confirmed', 'voicemail-intro', 'record-intro', 'record-thanks', 'beep', 'ring'],
  ...['music', 'hold-music', 'goodbye', 'transfer-failed', 'unavailable'],
  ...Array.from({ length: 10 }, (_, i) => `digits/${i}`),
  ...Array.from({ length: 20 }, (_, i) => `numbers/${i}`),
  ...[20, 30, 40, 50, 60, 70, 80, 90].map((n) => `numbers/${n}`),
]

describe('prompts that are shipped', () => {
  it('MED-08 are all there, can be played in both laws, and are small', async () => {
    const prompts = await loadPrompts(PROMPTS, silentLogger)
    for (const name of NAMES) expect(prompts.get(name)?.PCMU.length, name).toBeGreaterThan(1000)
    const bytes = [...prompts.values()].reduce((sum, sound) => sum + sound.PCMU.length, 0)
    expect(bytes).toBeLessThan(2_000_000)
    for (const sound of prompts.values()) expect(sound.PCMA.length).toBe(sound.PCMU.length)
  })

  it('MED-10 music lasts half a minute, is nowhere silent for long, and closes without a click', async () => {
    const music = (await loadPrompts(PROMPTS, silentLogger)).get('music')!.PCMU
    expect(music.length).toBeGreaterThanOrEqual(30 * 8000)
    expect(music.length % 160).toBe(0)
    let quiet = 0
    let quietest = 0
    for (const octet of music) {
      quiet = (octet & 0x70) === 0x70 ? quiet + 1 : 0
      quietest = Math.max(quietest, quiet)
    }
    expect(quietest).toBeLessThan(0.1 * 8000)
  })

  it('refuses a folder that is not there in one sentence', async () => {
    await expect(loadPrompts('/nowhere/prompts', silentLogger)).rejects.toMatchObject({
      code: 'media.prompts-unreadable',
    })
  })
})

describe('a recording', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-loader-'))
    for (const name of ['spool', 'archive', 'brought']) await mkdir(join(folder, name))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const lay = (where: string) => copyFile(join(PROMPTS, 'beep.wav'), join(folder, where, 'r1.wav'))

  /** Loads it; `elsewhere` if another machine may have it, with what happens when it has been wished for so many times. */
  async function load(elsewhere = false, wished: (wishes: number) => Promise<unknown> = async () => {}) {
    const time = new VirtualClock()
    let waits = 0
    const clock: Clock = {
      now: () => time.now(),
      monotonic: () => time.monotonic(),
      after: (delayMs, call) => {
        wished(++waits).then(() => {
          time.advance(delayMs)
          call()
        })
        return { stop: () => {} }
      },
    }
    const [wishes, brought] = [join(folder, 'wishes'), join(folder, 'brought')]
    const loaded = await loadRecording('r1', {
      folders: [join(folder, 'spool'), join(folder, 'archive')],
      elsewhere: elsewhere ? { wishes, brought } : undefined,
      clock,
    }).catch((cause: Error) => cause.message)
    const left = elsewhere ? await readdir(wishes).catch(() => []) : []
    return { loaded, left, waitedMs: time.monotonic() }
  }

  it('of this machine is loaded at once, from spool or archive', async () => {
    for (const where of ['archive', 'spool']) {
      await lay(where)
      expect(await load(true)).toMatchObject({ loaded: { PCMU: expect.any(Uint8Array) }, left: [], waitedMs: 0 })
      await rm(join(folder, where, 'r1.wav'))
    }
  })

  it('of another machine is wished for, and played when it has come (VML-05)', async () => {
    const outcome = await load(true, async (wishes) => (wishes === 3 ? lay('brought') : undefined))
    expect(outcome).toMatchObject({ loaded: { PCMU: expect.any(Uint8Array) }, left: [], waitedMs: 300 })
  })

  it('is wished for again when the wish was thrown away', async () => {
    const outcome = await load(true, async (wishes) => {
      if (wishes === 1) await rm(join(folder, 'wishes', 'r1'))
      else expect(await readdir(join(folder, 'wishes'))).toEqual(['r1'])
      if (wishes === 2) await lay('brought')
    })
    expect(outcome).toMatchObject({ loaded: { PCMU: expect.any(Uint8Array) }, left: [] })
  })

  it('that nobody brings is given up after some seconds, with the reason and without a wish that stays', async () => {
    const { loaded, left, waitedMs } = await load(true)
    expect(loaded).toContain('no other one gave it in time')
    expect([left, waitedMs]).toEqual([[], 4_000])
  })

  it('is given up at once where there are no other machines, or it cannot be wished for', async () => {
    expect((await load()).loaded).toContain('there is no finished recording of this name')
    await writeFile(join(folder, 'wishes'), 'in the way')
    await expect(
      loadRecording('r1', {
        folders: [],
        elsewhere: { wishes: join(folder, 'wishes'), brought: folder },
        clock: new VirtualClock(),
      }),
    ).rejects.toMatchObject({ code: 'media.recording-unreadable' })
  })
})
