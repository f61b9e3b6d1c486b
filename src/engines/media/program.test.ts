import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProgramItem } from '#protocols/control'
import { counting } from './fake-plane.ts'
import { Program, type SoundSource } from './program.ts'
import type { Sound } from './sound.ts'

const SILENCE = 0xff

/** Prompts by name; recordings are what the map holds at the moment. */
function source(
  prompts: Record<string, Sound>,
  recordings = new Map<string, Sound | 'waiting' | { readonly failed: string }>(),
): SoundSource {
  return { prompt: (name) => prompts[name], recording: (id) => recordings.get(id) ?? 'waiting' }
}

function programOf(items: readonly ProgramItem[], repeat: boolean, sounds: SoundSource): Program {
  return new Program({ type: 'program', program: 'p', items, repeat }, sounds)
}

/** The next packet of a program, and what became of it. */
function packet(program: Program, samples = 160): { octets: number[]; outcome: string } {
  const into = new Uint8Array(12 + samples).fill(1)
  const outcome = program.fill(into, 12, 'PCMU')
  expect([...into.subarray(0, 12)]).toEqual(Array(12).fill(1))
  return { octets: [...into.subarray(12)], outcome: outcome.type }
}

/** Sounds of prompts of their own, by id. */
function sourceOfSounds(prompts: Record<string, Sound>, sounds: Map<string, Sound | 'waiting'>): SoundSource {
  return {
    prompt: (name, sound) => (sound === undefined ? prompts[name] : (sounds.get(sound) ?? prompts[name])),
    recording: () => 'waiting',
  }
}

const prompt = (name: string): ProgramItem => ({ type: 'prompt', prompt: name })

describe('a prompt that was given a sound', () => {
  const own = { PCMU: new Uint8Array(320).fill(7), PCMA: new Uint8Array(320).fill(7) }
  const item: ProgramItem = { type: 'prompt', prompt: 'a', sound: 'own' }

  it('is waited for in silence, and then plays from its beginning (MED-08)', () => {
    const sounds = new Map<string, Sound | 'waiting'>([['own', 'waiting']])
    const program = programOf([item], false, sourceOfSounds({ a: counting(160) }, sounds))
    expect(packet(program)).toEqual({ octets: Array(160).fill(SILENCE), outcome: 'playing' })
    sounds.set('own', own)
    expect(packet(program)).toEqual({ octets: Array(160).fill(7), outcome: 'playing' })
    expect(packet(program).outcome).toBe('ended')
  })

  it('is the library’s when it cannot be had, and nothing that comes later changes what plays', () => {
    const sounds = new Map<string, Sound | 'waiting'>()
    const library = counting(480)
    const program = programOf([item], false, sourceOfSounds({ a: library }, sounds))
    const heard = packet(program).octets
    sounds.set('own', own)
    heard.push(...packet(program).octets, ...packet(program).octets)
    expect(heard).toEqual([...library.PCMU])
    expect(program.over).toBe(true)
  })

  it('plays on to its end when it is forgotten meanwhile', () => {
    const sounds = new Map<string, Sound | 'waiting'>([['own', own]])
    const program = programOf([item], false, sourceOfSounds({}, sounds))
    expect(packet(program).octets).toEqual(Array(160).fill(7))
    sounds.set('own', 'waiting')
    expect(packet(program)).toEqual({ octets: Array(160).fill(7), outcome: 'ended' })
  })
})

describe('program', () => {
  it('plays its items without a seam, in packets of any length, and tells the end with the last octet', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(lengths, fc.constantFrom(80, 160, 240, 480), (sounds, samples) => {
        const prompts = Object.fromEntries(sounds.map((length, i) => [`s${i}`, counting(length)]))
        const program = programOf(Object.keys(prompts).map(prompt), false, source(prompts))
        const expected = Object.values(prompts).flatMap((sound) => [...sound.PCMU])
        const heard: number[] = []
        const packets = Math.ceil(expected.length / samples)
        for (let i = 1; i <= packets; i++) {
          const { octets, outcome } = packet(program, samples)
          heard.push(...octets)
          expect(outcome).toBe(i === packets ? 'ended' : 'playing')
        }
        const rest = packets * samples - expected.length
        expect(heard).toEqual([...expected, ...Array(rest).fill(SILENCE)])
        expect(program.over).toBe(true)
      }),
    )
  })

  it('MED-10 repeats for hours without a seam: 65,536 packets and more, over every wrap', () => {
    const music = counting(4999)
    const program = programOf([prompt('music')], true, source({ music }))
    const into = new Uint8Array(160)
    for (let at = 0; at < 160 * 70_000; at += 160) {
      const outcome = program.fill(into, 0, 'PCMU')
      if (
        outcome.type !== 'playing' ||
        into[0] !== music.PCMU[at % 4999] ||
        into[159] !== music.PCMU[(at + 159) % 4999]
      )
        expect.fail(`octet ${at} is ${into[0]}, ${outcome.type}`)
    }
  })

  it('plays the law that the party has, and goes on in the same place when it changes', () => {
    const program = programOf([prompt('a')], false, source({ a: counting(480) }))
    const into = new Uint8Array(160)
    program.fill(into, 0, 'PCMU')
    program.fill(into, 0, 'PCMA')
    expect([...into]).toEqual([...counting(480).PCMA.subarray(160, 320)])
  })

  it('pauses for as long as it is told, between sounds too', () => {
    const items: ProgramItem[] = [prompt('a'), { type: 'pause', durationMs: 15 }, prompt('a')]
    const program = programOf(items, false, source({ a: counting(20) }))
    const { octets, outcome } = packet(program)
    const sound = [...counting(20).PCMU]
    expect(octets).toEqual([...sound, ...Array(120).fill(SILENCE), ...sound])
    expect(outcome).toBe('ended')
  })

  it('waits in silence for a recording that is being brought, and plays it from its beginning', () => {
    const recordings = new Map<string, Sound | 'waiting' | { readonly failed: string }>()
    const items: ProgramItem[] = [prompt('a'), { type: 'recording', recording: 'r' }]
    const program = programOf(items, false, source({ a: counting(100) }, recordings))
    expect(packet(program).octets).toEqual([...counting(100).PCMU, ...Array(60).fill(SILENCE)])
    expect(packet(program)).toEqual({ octets: Array(160).fill(SILENCE), outcome: 'playing' })
    recordings.set('r', counting(320))
    expect(packet(program).octets).toEqual([...counting(320).PCMU.subarray(0, 160)])
    expect(packet(program).outcome).toBe('ended')
  })

  it('ends where an item cannot be had, unless it repeats: then it goes on without it', () => {
    const sounds = source({ a: counting(160) }, new Map([['r', { failed: 'gone' }]]))
    const bad: ProgramItem[] = [{ type: 'recording', recording: 'r' }, prompt('a')]
    const once = programOf(bad, false, sounds)
    expect(once.fill(new Uint8Array(160), 0, 'PCMU')).toEqual({ type: 'failed', reason: 'gone', goesOn: false })
    expect(once.over).toBe(true)
    const again = programOf(bad, true, sounds)
    expect(again.fill(new Uint8Array(160), 0, 'PCMU')).toEqual({ type: 'failed', reason: 'gone', goesOn: true })
    for (let i = 0; i < 5; i++) expect(packet(again).octets).toEqual([...counting(160).PCMU])
  })

  it('does not turn in circles over a list without sound', () => {
    for (const items of [[], [{ type: 'pause', durationMs: 0 }], [prompt('empty')], [prompt('missing')]]) {
      const program = programOf(items as ProgramItem[], true, source({ empty: counting(0) }))
      const outcomes = [packet(program).outcome, packet(program).outcome]
      expect(outcomes[0], JSON.stringify(items)).toBe('failed')
      expect(program.over).toBe(true)
    }
    const ended = programOf([], false, source({}))
    expect(packet(ended).outcome).toBe('ended')
  })
})
