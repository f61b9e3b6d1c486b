import { type G711, G711_SILENCE } from '#protocols/audio'
import type { Hears, ProgramId, ProgramItem, RecordingId } from '#protocols/control'
import type { Sound } from './sound.ts'

const SAMPLES_PER_MS = 8

/** Where sounds come from. Recordings and prompts with a sound of their own are fetched from disk by another thread: until then they are `waiting`. */
export interface SoundSource {
  prompt(name: string, sound?: string): Sound | 'waiting' | undefined
  recording(id: RecordingId): Sound | 'waiting' | { readonly failed: string }
}

export type ProgramSpec = Extract<Hears, { type: 'program' }>

/** What became of a program while a packet was filled. */
export type ProgramOutcome =
  | { readonly type: 'playing' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly reason: string; readonly goesOn: boolean }

const PLAYING: ProgramOutcome = { type: 'playing' }

/**
 * One playing of a list of items, packet by packet; items follow each other within a packet, so a loop has no click. An item
 * that cannot be had is told once; a program that repeats goes on without it, another one ends there.
 */
export class Program {
  readonly id: ProgramId
  readonly #items: ProgramItem[]
  readonly #repeat: boolean
  readonly #sounds: SoundSource
  #index = 0
  #offset = 0
  /** What the item that plays was found to be: it stays that to its end, whatever comes or goes meanwhile. */
  #sound: Sound | undefined
  #over = false
  /** Whether anything was played since the list began: a list without sound must not turn in circles. */
  #heard = false

  constructor(spec: ProgramSpec, sounds: SoundSource) {
    this.id = spec.program
    this.#items = [...spec.items]
    this.#repeat = spec.repeat
    this.#sounds = sounds
    for (const item of spec.items) {
      if (item.type === 'recording') sounds.recording(item.recording)
      if (item.type === 'prompt') sounds.prompt(item.prompt, item.sound)
    }
  }

  get over(): boolean {
    return this.#over
  }

  /** Fills `into` from `at` to its end, with silence where there is nothing (more) to play. */
  fill(into: Uint8Array, at: number, law: G711): ProgramOutcome {
    let outcome = PLAYING
    let filled = at
    while (filled < into.length && !this.#over && outcome.type === 'playing') {
      const item = this.#items[this.#index]
      if (!item) {
        outcome = this.#listOver()
        continue
      }
      const length = this.#length(item)
      if (length === 'waiting') break
      if (typeof length !== 'number') outcome = this.#failed(length.failed)
      else filled += this.#play(item, length, into.subarray(filled), law)
    }
    if (filled < into.length) into.fill(G711_SILENCE[law], filled)
    // The end of a list that fell together with the end of a packet is told with this packet, not with the next one.
    if (outcome.type === 'playing' && !this.#over && !this.#items[this.#index]) outcome = this.#listOver()
    return outcome
  }

  /** Plays on into the beginning of `into`; gives how much. */
  #play(item: ProgramItem, length: number, into: Uint8Array, law: G711): number {
    const n = Math.min(length - this.#offset, into.length)
    if (item.type === 'pause') into.fill(G711_SILENCE[law], 0, n)
    else into.set(this.#sound![law].subarray(this.#offset, this.#offset + n))
    this.#offset += n
    if (n > 0) this.#heard = true
    if (this.#offset >= length) {
      this.#index++
      this.#offset = 0
      this.#sound = undefined
    }
    return n
  }

  #listOver(): ProgramOutcome {
    if (this.#repeat && this.#heard) {
      this.#index = 0
      this.#heard = false
      return PLAYING
    }
    this.#over = true
    return this.#repeat ? { type: 'failed', reason: 'there is nothing to play', goesOn: false } : { type: 'ended' }
  }

  #failed(reason: string): ProgramOutcome {
    this.#items.splice(this.#index, 1)
    this.#offset = 0
    this.#sound = undefined
    if (this.#repeat && this.#items.length > 0) return { type: 'failed', reason, goesOn: true }
    this.#over = true
    return { type: 'failed', reason, goesOn: false }
  }

  #length(item: ProgramItem): number | 'waiting' | { readonly failed: string } {
    if (item.type === 'pause') return Math.round(item.durationMs * SAMPLES_PER_MS)
    if (!this.#sound) {
      const found = this.#find(item)
      if (found === 'waiting' || 'failed' in found) return found
      this.#sound = found
    }
    return this.#sound.PCMU.length
  }

  #find(item: Exclude<ProgramItem, { type: 'pause' }>): Sound | 'waiting' | { readonly failed: string } {
    if (item.type === 'recording') return this.#sounds.recording(item.recording)
    return this.#sounds.prompt(item.prompt, item.sound) ?? { failed: `there is no prompt ${item.prompt}` }
  }
}
