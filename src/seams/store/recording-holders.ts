import type { Millis } from '#base'
import type { Recordings } from './recordings.ts'

/** A stored recording, and on which machines it is said to lie. */
export interface HeldRecording {
  readonly id: string
  readonly blobKey: string
  readonly sizeBytes: number
  /** 64 hex digits. */
  readonly sha256: string
  readonly startedAt: Millis
  readonly endedAt: Millis
  /** The names of machines, in no order. */
  readonly heldBy: readonly string[]
}

/** How many recordings lie on fewer than two machines, and when the oldest of them ended. */
export interface LackingRecordings {
  readonly count: number
  readonly oldestEndedAt: Millis | undefined
}

/** Which lacking recordings a machine might take. */
export interface TakingQuery {
  /** It: what it has itself is none to take. */
  readonly node: string
  /** Machines that could give them. */
  readonly sources: readonly string[]
  /** Machines that have been away for so long that what they hold counts for nothing. */
  readonly gone: readonly string[]
  /** The last one of the page before. */
  readonly after?: Pick<HeldRecording, 'id' | 'startedAt'>
}

/**
 * Which machines have which recordings, as each says of itself after it has looked at its own disk; a help to find out what lacks a copy in one
 * question, however many there are. Nobody who reads a recording relies on it. Methods may fail with `store.unreachable`.
 */
export interface RecordingHolders {
  /** A machine that has recordings, now or soon. */
  join(node: string): Promise<void>
  /** Every machine that ever joined. */
  machines(): Promise<readonly string[]>
  /** This machine has these. */
  hold(node: string, ids: readonly string[]): Promise<void>
  /** This machine has none of these. */
  miss(node: string, ids: readonly string[]): Promise<void>
  /** What a machine might take because it lies on fewer than two: the oldest first, at most {@link HELD_PAGE}. */
  lacking(query: TakingQuery): Promise<readonly HeldRecording[]>
  /** All that lie on fewer than two machines which are not gone. */
  count(gone: readonly string[]): Promise<LackingRecordings>
  /** All that are stored, by id from after one on, at most {@link HELD_PAGE}. */
  stored(after: string): Promise<readonly HeldRecording[]>
}

/** One page: some seconds of copying, so what others did meanwhile is seen soon. */
export const HELD_PAGE = 200

/** The same in memory: for tests. */
export class MemoryRecordingHolders implements RecordingHolders {
  readonly #recordings: Recordings
  readonly #heldBy = new Map<string, ReadonlySet<string>>()
  readonly #machines = new Set<string>()

  constructor(recordings: Recordings) {
    this.#recordings = recordings
  }

  async join(node: string): Promise<void> {
    this.#machines.add(node)
  }

  async machines(): Promise<readonly string[]> {
    return [...this.#machines].sort()
  }

  async hold(node: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#heldBy.set(id, new Set([...(this.#heldBy.get(id) ?? []), node]))
  }

  async miss(node: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#heldBy.set(id, new Set([...(this.#heldBy.get(id) ?? [])].filter((one) => one !== node)))
  }

  async lacking({ node, sources, gone, after }: TakingQuery): Promise<readonly HeldRecording[]> {
    const isAfter = ({ startedAt, id }: HeldRecording) =>
      !after || startedAt > after.startedAt || (startedAt === after.startedAt && id > after.id)
    return (await this.#stored())
      .filter((one) => isLacking(one, gone) && !one.heldBy.includes(node))
      .filter(({ heldBy }) => heldBy.some((holder) => sources.includes(holder)))
      .filter(isAfter)
      .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
      .slice(0, HELD_PAGE)
  }

  async count(gone: readonly string[]): Promise<LackingRecordings> {
    const lacking = (await this.#stored()).filter((one) => isLacking(one, gone))
    const oldest = Math.min(...lacking.map(({ endedAt }) => endedAt))
    return { count: lacking.length, oldestEndedAt: lacking.length > 0 ? oldest : undefined }
  }

  async stored(after: string): Promise<readonly HeldRecording[]> {
    return (await this.#stored())
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, HELD_PAGE)
  }

  async #stored(): Promise<readonly HeldRecording[]> {
    const entries = await this.#recordings.list({ state: 'stored' })
    return entries.flatMap(({ id, blobKey, sizeBytes, sha256, startedAt, durationMs }) =>
      blobKey === undefined || sizeBytes === undefined || sha256 === undefined
        ? []
        : [
            {
              ...{ id, blobKey, sizeBytes, sha256, startedAt, endedAt: startedAt + durationMs },
              heldBy: [...(this.#heldBy.get(id) ?? [])],
            },
          ],
    )
  }
}

function isLacking({ heldBy }: HeldRecording, gone: readonly string[]): boolean {
  return heldBy.filter((holder) => !gone.includes(holder)).length < 2
}
