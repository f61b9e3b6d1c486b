import type { Millis } from '#base'

/** One recording as the catalogue knows it. */
export interface RecordingEntry {
  readonly id: string
  /** The interaction that was recorded. */
  readonly interaction: string
  readonly startedAt: Millis
  readonly durationMs: Millis
  readonly channels: number
  readonly codec: string
  /** Whether the file is still with the media process, in the blob store, or removed by retention. */
  readonly state: 'recorded' | 'stored' | 'removed'
  /** Where the bytes are, once stored. */
  readonly blobKey?: string
  readonly sizeBytes?: number
  /** 64 hex digits; equals the stored bytes'. */
  readonly sha256?: string
  /** Whatever else is to be shown: names of parties, gaps, the media process. */
  readonly attributes: Readonly<Record<string, string>>
}

/** Which recordings to list; newest first. */
export interface RecordingQuery {
  readonly interaction?: string
  readonly state?: RecordingEntry['state']
  /** Only those that started before this moment: the way to the next page. */
  readonly startedBefore?: Millis
  /** At most {@link RECORDINGS_PAGE_MAX}, which is also meant when it is left out. */
  readonly limit?: number
}

/** The catalogue of recordings. Methods may fail with `store.unreachable`. */
export interface Recordings {
  /** Adds or replaces by id: telling the same twice changes nothing. */
  upsert(entry: RecordingEntry): Promise<void>
  get(id: string): Promise<RecordingEntry | undefined>
  list(query?: RecordingQuery): Promise<readonly RecordingEntry[]>
}

/** One page of the catalogue. */
export const RECORDINGS_PAGE_MAX = 500

/** The catalogue in memory: for tests. */
export class MemoryRecordings implements Recordings {
  readonly #entries = new Map<string, RecordingEntry>()

  async upsert(entry: RecordingEntry): Promise<void> {
    this.#entries.set(entry.id, { ...entry, attributes: { ...entry.attributes } })
  }

  async get(id: string): Promise<RecordingEntry | undefined> {
    return this.#entries.get(id)
  }

  async list(query: RecordingQuery = {}): Promise<readonly RecordingEntry[]> {
    return [...this.#entries.values()]
      .filter((entry) => query.interaction === undefined || entry.interaction === query.interaction)
      .filter((entry) => query.state === undefined || entry.state === query.state)
      .filter((entry) => query.startedBefore === undefined || entry.startedAt < query.startedBefore)
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1))
      .slice(0, Math.min(query.limit ?? RECORDINGS_PAGE_MAX, RECORDINGS_PAGE_MAX))
  }
}
