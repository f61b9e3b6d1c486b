import { createHash } from 'node:crypto'
import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import type { Blobs } from '#seams/blobs'
import type { HeldRecording } from '#seams/store'
import { ARCHIVE_ERRORS } from './archive-errors.ts'
import type { OtherMachines } from './other-machines.ts'

/** A core that died is back within these, or the other core of its machine answers: then the sound goes on where it stopped. */
const RESUMES_MAX = 4
const RESUME_MS: Millis = 1_000
/** Shorter pauses cost more than they keep free. */
const PAUSE_MS_MIN: Millis = 20

/** What reading recordings of other machines is made of. */
export interface RecordingReaderOptions {
  readonly machines: OtherMachines
  /** The most that is read in a second; as fast as it comes unless told. */
  readonly octetsPerSecond?: number
  readonly clock: Clock
  readonly logger: Logger
}

/** Brings recordings from other machines: whole, as they were written, or not at all. */
export class RecordingReader {
  readonly #options: RecordingReaderOptions
  readonly #end = new AbortController()
  /** When what was read so far would have been read at the rate. */
  #paidAt: Millis = 0

  constructor(options: RecordingReaderOptions) {
    this.#options = options
  }

  /**
   * Puts a recording under that key, from the first of these machines that gives it as it was written; one that stops midway is gone on with, or another one from
   * there. False when none did. Fails as the storage does.
   */
  async bring(recording: HeldRecording, from: readonly string[], into: { storage: Pick<Blobs, 'put'>; key: string }) {
    for (let first = 0; first < from.length; first++) {
      try {
        const order = [...from.slice(first), ...from.slice(0, first)]
        await into.storage.put(into.key, this.#octets(recording, order))
        return true
      } catch (cause) {
        if (isTandemError(cause, 'archive.cut')) {
          this.#options.logger.debug({ recording: recording.id, problem: cause.message }, 'a recording was not brought')
          return false
        }
        if (!isTandemError(cause, 'archive.other-content')) throw cause
        this.#options.logger.error(
          { recording: recording.id, problem: cause.message },
          'a machine has a spoilt recording',
        )
      }
    }
    return false
  }

  /** What is under way fails soon. */
  close(): void {
    this.#end.abort()
  }

  /** Fails before its end unless what came is what was written: so nothing else is ever stored. */
  async *#octets({ id, blobKey, sizeBytes, sha256 }: HeldRecording, from: readonly string[]): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    let received = 0
    let giver = ''
    for (const machine of from) {
      for (let tries = 0, before = -1; tries <= RESUMES_MAX && before < received && received < sizeBytes; tries++) {
        if (tries > 0) await this.#rest(RESUME_MS)
        before = received
        for await (const chunk of this.#from(machine, blobKey, received)) {
          giver = machine
          received += chunk.length
          if (received > sizeBytes) throw ARCHIVE_ERRORS['archive.other-content']({ recording: id, machine })
          hash.update(chunk)
          yield chunk
          await this.#pay(chunk.length)
        }
      }
    }
    if (received < sizeBytes)
      throw ARCHIVE_ERRORS['archive.cut']({ recording: id, octets: received, expected: sizeBytes })
    if (hash.digest('hex') !== sha256) throw ARCHIVE_ERRORS['archive.other-content']({ recording: id, machine: giver })
  }

  /** Ends early where the machine does. */
  async *#from(machine: string, key: string, octet: number): AsyncGenerator<Buffer> {
    const { machines, logger } = this.#options
    try {
      for await (const chunk of machines.read(machine, key, octet, this.#end.signal)) yield Buffer.from(chunk)
    } catch (cause) {
      logger.debug({ machine, problem: String(cause) }, 'a machine gives a recording no further')
    }
  }

  async #pay(octets: number): Promise<void> {
    const { octetsPerSecond, clock } = this.#options
    if (octetsPerSecond === undefined) return
    const now = clock.monotonic()
    this.#paidAt = Math.max(this.#paidAt, now) + (1_000 * octets) / octetsPerSecond
    if (this.#paidAt - now >= PAUSE_MS_MIN) await this.#rest(this.#paidAt - now)
  }

  #rest(ms: Millis): Promise<void> {
    const { signal } = this.#end
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, () => done())
      const done = (): void => {
        timer.stop()
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })
  }
}
