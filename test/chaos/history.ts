import { createWriteStream, readFileSync, type WriteStream } from 'node:fs'
import { sharedNow } from '../kit/rtp-stream.ts'

/**
 * One line of a history, as an outside party saw it. `invoke` begins something, and `ok`, `fail` or `unknown` ends it: `unknown` may have
 * happened or not, as nobody said. `info` is what was seen without having been asked for.
 */
export interface HistoryLine {
  /** Monotonic, shared by all processes of the machine, in milliseconds. */
  readonly at: number
  /** Who saw it: a caller's number, an agent's extension, a client's name, `nemesis`. */
  readonly who: string
  readonly type: 'invoke' | 'ok' | 'fail' | 'unknown' | 'info'
  readonly op: string
  readonly value?: unknown
}

/** One whole SIP message as a phone sent or got it. */
export interface SipLine {
  readonly at: number
  readonly who: string
  readonly way: 'sent' | 'received'
  readonly text: string
}

/** Writes one file of lines; what was written before a crash of the writer is there. */
export class HistoryWriter {
  readonly #file: WriteStream

  constructor(path: string) {
    this.#file = createWriteStream(path, { flags: 'a' })
  }

  /** Writes a line that is seen now. */
  note(who: string, type: HistoryLine['type'], op: string, value?: unknown): void {
    this.write({ at: sharedNow(), who, type, op, ...(value === undefined ? {} : { value }) } satisfies HistoryLine)
  }

  write(line: object): void {
    this.#file.write(`${JSON.stringify(line)}\n`)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(() => resolve()))
  }
}

/** Reads a file of lines; a last line that a crash cut off is left out. */
export function readLines<T>(path: string): T[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    if (line === '') return []
    try {
      return [JSON.parse(line) as T]
    } catch (cause) {
      if (index >= lines.length - 2) return []
      throw cause
    }
  })
}
