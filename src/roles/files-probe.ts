import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Millis, Timer } from '#base'
import type { Module } from './module-health.ts'

/** Folders and shares that are away are noticed so soon; a few kilobytes each time cost a disk nothing. */
const EVERY_MS: Millis = 5_000
/** Whoever sends a file has waited for its copy for longer than they like by then. */
const ANSWER_MS_MAX: Millis = 2_000
/** Eighteen hours of recorded talk in stereo (16 kB/s): an hour of eighteen agents who all talk, and time for somebody to make room. */
const ROOM_BYTES_MIN = 1024 ** 3
const MEGABYTE = 1024 ** 2
/** One block of most disks. */
const PROBE = Buffer.alloc(4096, 'tandem ')

/** How the folder took a file, as far as it could be tried. */
export interface FilesTrial {
  readonly tookMs: Millis
  readonly leftBytes: number
}

/** What a probe is made of. */
export interface FilesProbeOptions {
  readonly clock: Clock
  /** Writes, reads and removes a file in the folder; rejects when that cannot be done. */
  readonly attempt: () => Promise<FilesTrial>
}

/** Tries again and again whether the folder of files and recordings takes a file and gives it back. However long it hangs, one trial is under way. */
export class FilesProbe {
  readonly #options: FilesProbeOptions
  #trial: FilesTrial | string | undefined
  #begunAt: Millis | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: FilesProbeOptions) {
    this.#options = options
    this.#try()
  }

  state(): Module {
    const { clock } = this.#options
    const silentMs = this.#begunAt === undefined ? 0 : clock.monotonic() - this.#begunAt
    if (silentMs > ANSWER_MS_MAX) return describeFiles(`it has not answered for ${Math.floor(silentMs / 1_000)} s`)
    return describeFiles(this.#trial)
  }

  /** A trial that hangs is left to itself. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
  }

  #try(): void {
    const { clock, attempt } = this.#options
    this.#begunAt = clock.monotonic()
    void attempt()
      .catch((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)))
      .then((trial) => {
        this.#trial = trial
        this.#begunAt = undefined
        if (!this.#closed) this.#timer = clock.after(EVERY_MS, () => this.#try())
      })
  }
}

/** Whether files and recordings find a place; a text is what went wrong. */
export function describeFiles(trial: FilesTrial | string | undefined): Module {
  if (trial === undefined) return { name: 'files', healthy: true, detail: 'not tried yet' }
  if (typeof trial === 'string') return { name: 'files', healthy: false, detail: `cannot be stored: ${trial}` }
  const { tookMs, leftBytes } = trial
  const told = `stored and read in ${Math.round(tookMs)} ms, ${Math.floor(leftBytes / MEGABYTE)} MB left`
  if (tookMs > ANSWER_MS_MAX) return { name: 'files', healthy: false, detail: `${told}: the disk is slow` }
  if (leftBytes < ROOM_BYTES_MIN) return { name: 'files', healthy: false, detail: `${told}: make room` }
  return { name: 'files', healthy: true, detail: told }
}

/** Stores a file in a folder of blobs as they are stored, where none is looked for, and reads it; what a crash leaves of it is cleared like theirs. */
export function tryFolder(folder: string, clock: Pick<Clock, 'monotonic'>): () => Promise<FilesTrial> {
  return async () => {
    const begunAt = clock.monotonic()
    const unfinished = join(folder, '.unfinished')
    await mkdir(unfinished).catch(unlessThere)
    const file = join(unfinished, `${process.pid}.probe`)
    const handle = await open(file, 'w+', 0o600)
    try {
      await handle.writeFile(PROBE)
      await handle.sync()
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(PROBE.length), 0, PROBE.length, 0)
      if (bytesRead !== PROBE.length || !buffer.equals(PROBE)) throw new RangeError('it gives back something else')
    } finally {
      await handle.close()
      await rm(file, { force: true })
    }
    const { bavail, bsize } = await statfs(folder)
    return { tookMs: clock.monotonic() - begunAt, leftBytes: bavail * bsize }
  }
}

function unlessThere(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EEXIST') throw cause
}
