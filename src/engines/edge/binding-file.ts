import { appendFile, readFile, rename, writeFile } from 'node:fs/promises'
import type { Logger } from '#base'
import type { Binding, Removal } from '#protocols/control'

/** All that is known of one user's phones at one moment. */
export interface KeptBindings {
  readonly user: string
  readonly bindings: readonly Binding[]
  readonly removals: readonly Removal[]
}

/** A file that has grown by so much is written anew: half a minute of the largest centre's registrations. */
const GROWN_BYTES_MAX = 8 * 1024 * 1024
/** What waits for a disk that stands still; more is dropped, as phones register again: twice the largest table. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024

/**
 * What an edge knows of phones, on its own disk: a line for each change, the last of a user counts. When edge and cores die together, as with the power, nobody
 * else remembers, and a phone tells again only after minutes. Lines are not flushed: what a power loss takes of them, phones bring back.
 */
export class BindingFile {
  readonly #path: string
  readonly #logger: Logger
  #waiting: string[] = []
  #waitingBytes = 0
  #grownBytes = 0
  #whole: (() => readonly KeptBindings[]) | undefined
  #writing: Promise<void> | undefined
  #failed = false

  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
  }

  /** What the last life of the edge knew; nothing where there was none. A line that a crash cut off is left out. */
  async load(): Promise<readonly KeptBindings[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT')
        this.#logger.warn({ problem: error.message }, 'what was known of phones cannot be read')
      return ''
    })
    const kept = new Map<string, KeptBindings>()
    for (const line of text.split('\n')) {
      const one = parseLine(line)
      if (one) kept.set(one.user, one)
    }
    return [...kept.values()]
  }

  /** From now on the file is that of these, and changes are added to it. */
  begin(whole: () => readonly KeptBindings[]): void {
    this.#whole = whole
    this.#grownBytes = GROWN_BYTES_MAX
    this.#write()
  }

  /** Adds a change. */
  add(change: KeptBindings): void {
    if (!this.#whole || this.#waitingBytes > WAITING_BYTES_MAX) return
    const line = lineOf(change)
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    this.#write()
  }

  /** What was added is with the operating system. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
      if (this.#waiting.length > 0) this.#write()
    })
  }

  async #writeAll(): Promise<void> {
    const anew = this.#grownBytes >= GROWN_BYTES_MAX
    const text = (anew ? (this.#whole?.() ?? []).map(lineOf) : this.#waiting).join('')
    this.#waiting = []
    this.#waitingBytes = 0
    this.#grownBytes = anew ? 0 : this.#grownBytes + text.length
    try {
      if (anew) {
        await writeFile(`${this.#path}.new`, text, { mode: 0o600 })
        await rename(`${this.#path}.new`, this.#path)
      } else await appendFile(this.#path, text, { mode: 0o600 })
      this.#failed = false
    } catch (error) {
      // The file has a hole now: it is written anew with the next change.
      this.#grownBytes = GROWN_BYTES_MAX
      if (!this.#failed) this.#logger.warn({ problem: String(error) }, 'what is known of phones cannot be kept')
      this.#failed = true
    }
  }
}

function lineOf(kept: KeptBindings): string {
  return `${JSON.stringify(kept)}\n`
}

function parseLine(line: string): KeptBindings | undefined {
  try {
    const { user, bindings, removals } = JSON.parse(line) as KeptBindings
    return typeof user === 'string' && Array.isArray(bindings) && Array.isArray(removals)
      ? { user, bindings, removals }
      : undefined
  } catch {
    return undefined
  }
}
