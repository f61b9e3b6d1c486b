import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedNow } from '../kit/rtp-stream.ts'
import type { HistoryWriter } from './history.ts'

const EVERY_MS = 100
/** Less in one look is what any machine with work to do has. */
const NOTED_MS_MIN = 5

/**
 * Watches how long the processes of the installation were ready to run and had no processor, by the kernel's own count: on a machine that others use as well,
 * so much of what is measured is not theirs. Where the kernel does not count, nothing is noted and nothing forgiven.
 */
export class StarvationWatch {
  readonly #folders: readonly string[]
  readonly #history: HistoryWriter
  readonly #timer: NodeJS.Timeout
  #waited = new Map<number, number>()
  #since = sharedNow()

  /** `data` are the folders of the machines. */
  constructor(data: readonly string[], history: HistoryWriter) {
    this.#folders = data.map((folder) => join(folder, 'run')).filter(existsSync)
    this.#history = history
    this.#look()
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = sharedNow()
    const before = this.#waited
    this.#waited = new Map(this.#pids().map((pid) => [pid, waitedMs(pid)]))
    let ms = 0
    for (const [pid, waited] of this.#waited) ms += waited - (before.get(pid) ?? waited)
    if (ms >= NOTED_MS_MIN) this.#history.note('nemesis', 'info', 'starved', { from: this.#since, ms: Math.round(ms) })
    this.#since = now
  }

  /** The roles that a call goes through. */
  #pids(): number[] {
    return this.#folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^(core|edge|media)\d*\.pid$/.test(name))
        .map((name) => Number(readFileSync(join(folder, name), 'utf8'))),
    )
  }
}

/** Of the thread that does the work, since it began. */
function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}
