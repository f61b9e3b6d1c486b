import { ApiProblem } from './api-client.ts'
import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** What was typed and whether the server has it. */
export interface KeptDraft<T> {
  readonly draft: T
  readonly state: 'empty' | 'typing' | 'saved' | 'unsaved' | 'refused'
  /** Why the server does not take it, until something else is typed. */
  readonly fault?: string
}

/** What a keeper is made of. */
export interface DraftKeeperOptions<T> {
  /** Under which the browser has it: of this draft alone. */
  readonly key: string
  readonly read: () => Promise<T>
  readonly write: (draft: T) => Promise<unknown>
  /** What stands there when nothing was typed does not stand there. */
  readonly trim: (draft: T) => T
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly clock: Clock
}

/** A pause in typing; each save is an event in the log. */
const SAVE_AFTER_MS = 700

/** While the server is away it is asked again so often. */
const RETRY_MS = 3_000

/** The server understood what it was given, and does not take it. */
const REFUSED = 422

/**
 * What is typed about one interaction: in the browser from the first letter, so that no reload loses one, and on the server after
 * each pause, so that no browser, takeover or end of the time does.
 */
export class DraftKeeper<T extends object> extends Store<KeptDraft<T>> {
  readonly #options: DraftKeeperOptions<T>
  #stop = (): void => {}
  #saving: Promise<boolean> | undefined
  #closed = false

  constructor(options: DraftKeeperOptions<T>) {
    const draft = readDraft<T>(options)
    super(draft ? { draft, state: 'unsaved' } : { draft: options.trim({} as T), state: 'empty' })
    this.#options = options
    if (draft) void this.save()
    else void this.#load()
  }

  /** What stands there from now on. */
  type(change: Partial<T>): void {
    const { storage, key, trim, clock } = this.#options
    const draft = trim({ ...this.get().draft, ...change })
    this.set({ draft, state: 'typing' })
    storage.setItem(key, JSON.stringify(draft))
    this.#stop()
    this.#stop = clock.after(SAVE_AFTER_MS, () => void this.save())
  }

  /** Gives it to the server now; says whether the server has it. */
  async save(): Promise<boolean> {
    this.#stop()
    if (this.#saving) await this.#saving
    const { draft, state } = this.get()
    if (state === 'empty' || state === 'saved') return true
    this.#saving = this.#save(draft)
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

  async #save(draft: T): Promise<boolean> {
    const { write, storage, key, clock } = this.#options
    try {
      await write(draft)
    } catch (error) {
      const isRefused = error instanceof ApiProblem && error.status === REFUSED
      if (isRefused && this.get().draft === draft) this.set({ draft, state: 'refused', fault: error.message })
      else if (!isRefused) this.set({ draft: this.get().draft, state: 'unsaved' })
      if (!isRefused && !this.#closed) this.#stop = clock.after(RETRY_MS, () => void this.save())
      return false
    }
    // More may have been typed meanwhile.
    if (this.get().draft === draft) {
      this.set({ draft, state: 'saved' })
      storage.removeItem(key)
    }
    return true
  }

  async #load(): Promise<void> {
    try {
      const draft = this.#options.trim(await this.#options.read())
      if (this.get().state === 'empty' && Object.keys(draft).length > 0) this.set({ draft, state: 'saved' })
    } catch {
      // Nothing was written yet, or the server is away: what is typed now counts.
    }
  }
}

function readDraft<T>({ storage, key }: Pick<DraftKeeperOptions<T>, 'storage' | 'key'>): T | undefined {
  try {
    return (JSON.parse(storage.getItem(key) ?? 'null') as T | null) ?? undefined
  } catch {
    return undefined
  }
}
