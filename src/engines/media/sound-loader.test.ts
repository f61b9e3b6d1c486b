import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { loadPrompts } from './sound-loader.ts'

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
