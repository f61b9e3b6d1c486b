import type { Note } from '#api/contract'
import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** What was typed and whether the server has it. */
export interface KeptNote {
  readonly note: Note
  readonly state: 'empty' | 'typing' | 'saved' | 'unsaved'
}

/** What a keeper is made of. */
export interface NoteKeeperOptions {
  readonly interaction: string
  readonly read: () => Promise<Note>
  readonly write: (note: Note) => Promise<unknown>
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly clock: Clock
}

/** As many as the server takes; its own constant would bring all its schemas along. */
export const CHARS_MAX = 4_000

/** A pause in typing; each save is an event in the log. */
const SAVE_AFTER_MS = 700

/** While the server is away it is asked again so often. */
const RETRY_MS = 3_000

const KEY = 'tandem.note.'

/**
 * What is written down of one interaction: in the browser from the first letter, so that no reload loses one, and on the server after
 * each pause, so that no browser, takeover or end of the time does.
 */
export class NoteKeeper extends Store<KeptNote> {
  readonly #options: NoteKeeperOptions
  #stop = (): void => {}
  #saving: Promise<boolean> | undefined
  #closed = false

  constructor(options: NoteKeeperOptions) {
    const draft = readDraft(options)
    super(draft ? { note: draft, state: 'unsaved' } : { note: {}, state: 'empty' })
    this.#options = options
    if (draft) void this.save()
    else void this.#load()
  }

  /** What stands there from now on. */
  type(change: Note): void {
    const note = trimmed({ ...this.get().note, ...change })
    this.set({ note, state: 'typing' })
    this.#options.storage.setItem(KEY + this.#options.interaction, JSON.stringify(note))
    this.#stop()
    this.#stop = this.#options.clock.after(SAVE_AFTER_MS, () => void this.save())
  }

  /** Gives it to the server now; says whether the server has it. */
  async save(): Promise<boolean> {
    this.#stop()
    if (this.#saving) await this.#saving
    const { note, state } = this.get()
    if (state === 'empty' || state === 'saved') return true
    this.#saving = this.#save(note)
    const saved = await this.#saving
    this.#saving = undefined
    return saved
  }

  /** The page shows another; what is not saved stays in the browser for its next look. */
  close(): void {
    if (this.get().state === 'typing') void this.save()
    this.#closed = true
    this.#stop()
  }

  async #save(note: Note): Promise<boolean> {
    const { write, storage, interaction, clock } = this.#options
    try {
      await write(note)
    } catch {
      this.set({ ...this.get(), state: 'unsaved' })
      if (!this.#closed) this.#stop = clock.after(RETRY_MS, () => void this.save())
      return false
    }
    // More may have been typed meanwhile.
    if (this.get().note === note) {
      this.set({ note, state: 'saved' })
      storage.removeItem(KEY + interaction)
    }
    return true
  }

  async #load(): Promise<void> {
    try {
      const note = await this.#options.read()
      const isEmpty = note.code === undefined && note.text === undefined
      if (this.get().state === 'empty' && !isEmpty) this.set({ note, state: 'saved' })
    } catch {
      // Nothing was written yet, or the server is away: what is typed now counts.
    }
  }
}

function trimmed({ code, text }: Note): Note {
  return {
    ...(code === undefined || code === '' ? {} : { code }),
    ...(text === undefined || text === '' ? {} : { text }),
  }
}

function readDraft({ storage, interaction }: NoteKeeperOptions): Note | undefined {
  try {
    return (JSON.parse(storage.getItem(KEY + interaction) ?? 'null') as Note | null) ?? undefined
  } catch {
    return undefined
  }
}
