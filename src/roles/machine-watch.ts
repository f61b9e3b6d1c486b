import { join } from 'node:path'
import type { Clock, Logger, Millis, Timer } from '#base'
import { FilesProbe, tryFolder } from './files-probe.ts'
import { type MachineReadings, systemReadings } from './machine-readings.ts'
import type { Module } from './module-health.ts'

const MEGABYTE = 1024 ** 2

/** How often the machine is looked at: some files of the system are read, which costs a fraction of a millisecond. */
const EVERY_MS: Millis = 2_000

/**
 * What must be left of the memory: a tenth, and no more than this. A core that starts, a backup that folds the log anew and the database's own
 * work need less together; a machine that has less left begins to throw out what it will need again, and its processes are killed next.
 */
const MEMORY_PART_MIN = 0.1
const MEMORY_BYTES_MIN = 1024 * MEGABYTE
/** So long it must be so: a build or a copy that takes memory for a moment gives it back. */
const MEMORY_LOW_MS: Millis = 10_000

/**
 * From here on what waits for a processor waits ten times as long as on an idle one (1 / (1 - used)), and sound comes late. Over a minute: a start, a
 * takeover or a report may use everything for some seconds, and that is no shortage.
 */
const PROCESSOR_PART_MAX = 0.9
const PROCESSOR_MS: Millis = 60_000

/** What was near its end is well again when there is so much more room than that: else it would be told of again and again. */
const ROOM_AGAIN = 1.5

/** What a watch is made of. */
export interface MachineWatchOptions {
  readonly readings: MachineReadings
  readonly files: Pick<FilesProbe, 'state' | 'close'>
  readonly clock: Clock
  readonly logger: Logger
}

interface Sample {
  readonly at: Millis
  readonly leftBytes: number
  /** By the places of the readings; one that appears or goes begins anew. */
  readonly used: readonly { readonly usedMs: number; readonly processors: number }[]
}

/** Watches what all processes of a machine share: memory, processors and the folder of files. It is told of while there is time to act. */
export class MachineWatch {
  readonly #options: MachineWatchOptions
  readonly #listeners = new Set<() => void>()
  #samples: readonly Sample[] = []
  #modules: readonly Module[] = []
  #timer: Timer | undefined

  constructor(options: MachineWatchOptions) {
    this.#options = options
    this.#look()
  }

  /** How it stands now; seconds old at most. */
  modules(): readonly Module[] {
    return this.#modules
  }

  /** Calls after something neared its end, or has room again. */
  onChanged(listener: () => void): () => void {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  async close(): Promise<void> {
    this.#timer?.stop()
    this.#listeners.clear()
    await this.#options.files.close()
  }

  #look(): void {
    const { readings, files, clock } = this.#options
    const { totalBytes, leftBytes } = readings.memory()
    const at = clock.monotonic()
    const samples = [...this.#samples, { at, leftBytes, used: readings.processors() }]
    this.#samples = samples.filter((sample) => at - sample.at <= PROCESSOR_MS)
    const wasIll = (name: string) => this.#modules.some((module) => module.name === name && !module.healthy)
    this.#take([
      describeMemory(this.#leftLately(at), totalBytes, wasIll('memory')),
      describeProcessor(this.#usedLately(), wasIll('processor')),
      files.state(),
    ])
    this.#timer = clock.after(EVERY_MS, () => this.#look())
  }

  /** The most that was left at any look of the last seconds. */
  #leftLately(now: Millis): number {
    return Math.max(...this.#samples.filter(({ at }) => now - at <= MEMORY_LOW_MS).map(({ leftBytes }) => leftBytes))
  }

  /** The part of the processors that was used in the last minute, of whichever group has least; undefined until one is over. */
  #usedLately(): number | undefined {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (!first || !last || last.at - first.at < PROCESSOR_MS - EVERY_MS) return undefined
    const parts = last.used.map(({ usedMs, processors }, place) => {
      const before = first.used[place]
      return before ? (usedMs - before.usedMs) / ((last.at - first.at) * processors) : 0
    })
    return Math.max(0, ...parts)
  }

  #take(modules: readonly Module[]): void {
    const before = this.#modules
    this.#modules = modules
    const changed = modules.filter(
      ({ name, healthy }) => healthy !== (before.find((module) => module.name === name)?.healthy ?? true),
    )
    for (const { name, healthy, detail } of changed) {
      if (healthy) this.#options.logger.warn({ what: name, detail }, 'the machine has room again')
      else this.#options.logger.error({ what: name, detail }, 'the machine nears its end: calls go on for now')
    }
    if (changed.length > 0) for (const listener of [...this.#listeners]) listener()
  }
}

/** Watches the machine that this process runs on, and its folder of files. */
export function watchMachine({ data }: { readonly data: string }, clock: Clock, logger: Logger): MachineWatch {
  const files = new FilesProbe({ clock, attempt: tryFolder(join(data, 'blobs'), clock) })
  return new MachineWatch({ readings: systemReadings(), files, clock, logger })
}

/** Whether a machine has memory left. */
export function describeMemory(leftBytes: number, totalBytes: number, wasIll = false): Module {
  const needed = Math.min(MEMORY_BYTES_MIN, totalBytes * MEMORY_PART_MIN)
  const healthy = leftBytes >= needed * (wasIll ? ROOM_AGAIN : 1)
  const advice = healthy ? '' : ': give the machine more, or take work from it'
  return { name: 'memory', healthy, detail: `${inMegabytes(leftBytes)} of ${inMegabytes(totalBytes)} MB left${advice}` }
}

/** Whether a machine's processors keep up. */
export function describeProcessor(used: number | undefined, wasIll = false): Module {
  if (used === undefined) return { name: 'processor', healthy: true, detail: 'not known for a minute yet' }
  const most = wasIll ? 1 - (1 - PROCESSOR_PART_MAX) * ROOM_AGAIN : PROCESSOR_PART_MAX
  const healthy = used < most
  const advice = healthy ? '' : ': add a machine, or take work from it'
  return { name: 'processor', healthy, detail: `${Math.round(used * 100)} % used in the last minute${advice}` }
}

function inMegabytes(bytes: number): number {
  return Math.floor(bytes / MEGABYTE)
}
