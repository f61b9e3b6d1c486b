import { createHash } from 'node:crypto'
import type { Clock, Logger, Millis } from '#base'
import type { Blobs } from '#seams/blobs'
import { HELD_PAGE, type HeldRecording, type RecordingHolders } from '#seams/store'
import type { OtherMachines } from './other-machines.ts'
import { RecordingReader } from './recording-reader.ts'
import { Repeat } from './repeat.ts'

/** Half as much again as a full media process records (600 calls, 16 kB each in a second), and an eighth of a usual network. */
const OCTETS_PER_SECOND = 16 * 1024 * 1024
/** A recording has its copy some seconds after its end; to ask costs the database next to nothing. */
const ROUND_MS: Millis = 2_000
/** While something is away. */
const RETRY_MS: Millis = 10_000
/** What gone machines held is looked for this often: that is a question about all that they held. */
const GONE_ROUND_MS: Millis = 10 * 60_000
/** The machine that is second in the order of a recording takes it when the first has not for this long; the third after twice as long. */
const TURN_MS: Millis = 2 * 60_000
/** One that no machine gave is tried again after this: it may be spoilt, or larger than what a line carries. */
const POSTPONED_MS: Millis = 5 * 60_000
/** More that cannot be had are a machine that is away, and its recordings are not asked for at all. */
const POSTPONED_MAX = 10_000
/** Copies leave so much of the disk free: what this machine records itself comes first, for hours. */
const LEFT_BYTES_MIN = 2 * 1024 ** 3

/** What keeping copies of recordings is made of. */
export interface RecordingCopiesOptions {
  /** This machine. */
  readonly node: string
  readonly own: Blobs
  readonly holders: RecordingHolders
  readonly machines: OtherMachines
  /** On how many machines recordings shall lie, as it is configured now. */
  readonly wanted: () => Promise<number>
  /** What the disk still takes. */
  readonly bytesLeft: () => number
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Takes a copy of each recording of the other machines that lies on one alone, if it is this machine's turn (SW-01, REC-15): slowly, and in the background of
 * everything. What is done stands in the catalogue, so a death anywhere costs the copying of one recording.
 */
export class RecordingCopies {
  readonly #options: RecordingCopiesOptions
  readonly #reader: RecordingReader
  readonly #repeat: Repeat
  /** Recordings that nobody gave, and when they are tried again. */
  readonly #postponed = new Map<string, Millis>()
  #goneAt: Millis = Number.NEGATIVE_INFINITY
  #closed = false
  #away = false
  #full = false
  /** Since the start. */
  copied = 0

  constructor(options: RecordingCopiesOptions) {
    this.#options = options
    this.#reader = new RecordingReader({ ...options, octetsPerSecond: OCTETS_PER_SECOND })
    this.#repeat = new Repeat(options.clock, () => this.#goRound())
  }

  start(): void {
    this.#repeat.start()
  }

  /** What is under way is given up: it begins anew with the next start. */
  async close(): Promise<void> {
    this.#closed = true
    this.#reader.close()
    await this.#repeat.close()
  }

  async #goRound(): Promise<Millis> {
    const { logger } = this.#options
    try {
      await this.round()
      if (this.#away) logger.info({}, 'recordings are copied again')
      this.#away = false
      return ROUND_MS
    } catch (cause) {
      if (!this.#away) logger.warn({ problem: String(cause) }, 'recordings are not copied for now')
      this.#away = true
      return RETRY_MS
    }
  }

  /** Takes everything whose turn it is. Fails when the catalogue or the disk does. */
  async round(): Promise<void> {
    const { node, holders, machines, clock } = this.#options
    const sources = [...machines.live()]
    if (sources.length === 0) return
    const now = clock.monotonic()
    const gone = now - this.#goneAt < GONE_ROUND_MS ? [] : machines.gone(await holders.machines())
    let after: HeldRecording | undefined
    do {
      const page = await holders.lacking({ node, sources, gone, ...(after && { after }) })
      if (page.length > 0 && (await this.#isIdle())) return
      for (const recording of page) {
        if (this.#closed) return
        if (this.#isDue(recording, sources, gone)) await this.#take(recording, sources)
      }
      after = page.length < HELD_PAGE ? undefined : page.at(-1)
    } while (after)
    if (gone.length > 0 || now - this.#goneAt >= GONE_ROUND_MS) this.#goneAt = now
  }

  /** Whether nothing is to be copied, or can be. */
  async #isIdle(): Promise<boolean> {
    const { wanted, bytesLeft, logger } = this.#options
    if ((await wanted()) < 2) return true
    const megabytesLeft = Math.floor(bytesLeft() / 1024 ** 2)
    const full = bytesLeft() < LEFT_BYTES_MIN
    if (full !== this.#full) {
      if (full) logger.warn({ megabytesLeft }, 'this disk takes no copies of recordings: others have to')
      else logger.info({ megabytesLeft }, 'this disk takes copies of recordings again')
    }
    this.#full = full
    return full
  }

  #isDue({ id, blobKey, heldBy, endedAt }: HeldRecording, sources: readonly string[], gone: readonly string[]) {
    const { node, machines, clock } = this.#options
    const until = this.#postponed.get(id)
    if (until !== undefined && until > clock.monotonic()) return false
    const free = [node, ...sources].filter((one) => !heldBy.includes(one) || gone.includes(one))
    const turn = machines.inOrder(blobKey, free).indexOf(node)
    const waitedMs = Math.min(clock.monotonic() - machines.changedAt(), clock.now() - endedAt)
    return turn === 0 || waitedMs > turn * TURN_MS
  }

  async #take(recording: HeldRecording, sources: readonly string[]): Promise<void> {
    const { node, own, holders, machines, clock, logger } = this.#options
    const { id, blobKey, heldBy } = recording
    const from = machines.inOrder(blobKey, heldBy).filter((holder) => sources.includes(holder))
    if (await this.#isHere(recording)) await holders.hold(node, [id])
    else if (await this.#reader.bring(recording, from, { storage: own, key: blobKey })) {
      await holders.hold(node, [id])
      this.copied++
      logger.debug({ recording: id }, 'a recording of another machine was copied')
    } else {
      // Who is silent or restarting is no reason to wait: the recording is asked for again as soon as that machine is.
      if (this.#postponed.size >= POSTPONED_MAX) this.#postponed.clear()
      this.#postponed.set(id, clock.monotonic() + POSTPONED_MS)
      logger.warn({ recording: id }, 'a recording could not be copied from another machine: it is tried again')
      return
    }
    this.#postponed.delete(id)
  }

  /** A death between storing and telling leaves it here; and all machines may have one storage. */
  async #isHere({ blobKey, sizeBytes, sha256 }: HeldRecording): Promise<boolean> {
    const { own } = this.#options
    if ((await own.stat(blobKey))?.sizeBytes !== sizeBytes) return false
    const hash = createHash('sha256')
    for await (const chunk of (await own.get(blobKey))?.body ?? []) hash.update(chunk as Buffer)
    return hash.digest('hex') === sha256
  }
}
