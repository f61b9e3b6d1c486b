import type { Millis } from '#base'

/** A sound as it lies in the database. */
export interface StoredSound {
  /** The SHA-256 of its bytes: 64 hex digits. */
  readonly id: string
  readonly sizeBytes: number
  readonly storedAt: Millis
}

/** A sound with its bytes. */
export interface Sound {
  readonly id: string
  readonly content: Uint8Array
}

/** The sounds that administrators gave the pool, by what they are. Methods may fail with `store.unreachable`. */
export interface Sounds {
  /** Keeps one; one that is there already is as new again. */
  put(sound: Sound, storedAt: Millis): Promise<void>
  get(id: string): Promise<Uint8Array | undefined>
  /** All of them, the oldest first. */
  list(): Promise<readonly StoredSound[]>
  /** False when there was none. */
  remove(id: string): Promise<boolean>
}

/** The sounds in memory: for tests. */
export class MemorySounds implements Sounds {
  readonly #sounds = new Map<string, { readonly content: Uint8Array; readonly storedAt: Millis }>()

  async put({ id, content }: Sound, storedAt: Millis): Promise<void> {
    this.#sounds.delete(id)
    this.#sounds.set(id, { content: Uint8Array.from(content), storedAt })
  }

  async get(id: string): Promise<Uint8Array | undefined> {
    return this.#sounds.get(id)?.content
  }

  async list(): Promise<readonly StoredSound[]> {
    return [...this.#sounds]
      .map(([id, { content, storedAt }]) => ({ id, sizeBytes: content.length, storedAt }))
      .sort((a, b) => a.storedAt - b.storedAt || (a.id < b.id ? -1 : 1))
  }

  async remove(id: string): Promise<boolean> {
    return this.#sounds.delete(id)
  }
}
