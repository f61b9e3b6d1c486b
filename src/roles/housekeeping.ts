import type { Clock, Logger, Timer } from '#base'
import type { DataFolder } from './data-folder.ts'

/** How often disk and output files are looked at: a disk that fills is told of while there is time to act. */
const EVERY_MS = 2_000
/** Below this a busy machine's recordings fill the disk within the hour. */
const DISK_MEGABYTES_MIN = 128

/** Looks after the data folder of a machine that runs: output files do not grow without end, and a disk that fills is told of. */
export class Housekeeping {
  readonly #data: DataFolder
  readonly #logs: readonly string[]
  readonly #clock: Clock
  readonly #logger: Logger
  #timer: Timer | undefined
  #diskFull = false

  /** `logs` are the processes whose output is cut when it is long. */
  constructor(data: DataFolder, logs: readonly string[], { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#data = data
    this.#logs = logs
    this.#clock = clock
    this.#logger = logger
    this.#arm()
  }

  close(): void {
    this.#timer?.stop()
  }

  #arm(): void {
    this.#timer = this.#clock.after(EVERY_MS, () => {
      try {
        this.#data.rotateLogs(this.#logs)
        this.#watchDisk()
      } catch (cause) {
        this.#logger.warn({ problem: String(cause) }, 'the data folder cannot be looked after')
      }
      this.#arm()
    })
  }

  /** Says once that the disk is nearly full, and once that it no longer is. */
  #watchDisk(): void {
    const megabytesLeft = Math.floor(this.#data.bytesLeft() / 1024 ** 2)
    const full = megabytesLeft < DISK_MEGABYTES_MIN
    if (full === this.#diskFull) return
    this.#diskFull = full
    if (full)
      this.#logger.error(
        { megabytesLeft, folder: this.#data.path },
        'the disk is nearly full: when it is, calls that are up go on and new ones wait until there is room',
      )
    else this.#logger.warn({ megabytesLeft }, 'the disk has room again')
  }
}
