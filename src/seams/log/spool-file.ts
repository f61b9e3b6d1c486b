import { crc32 } from 'node:zlib'
import { LOG_ERRORS } from './errors.ts'
import { BATCH_BYTES_MAX, type LogBatch, type LogRecord } from './port.ts'
import type { SpoolFolder, SpoolHandle } from './spool-disk.ts'

/**
 * Ten minutes of two thousand events a second, with room: past it the primary takes nothing new. The disk is shared with recordings
 * and, on one machine, with the database that must come back.
 */
export const SPOOL_BYTES_MAX = 512 * 1024 * 1024

/** A frame's head: length and CRC-32 of the text behind it, both big-endian. */
const HEAD_BYTES = 8

/** A batch as JSON, each body escaped once more: no frame is longer, and a length beyond it is torn bytes. */
const FRAME_BYTES_MAX = 4 * BATCH_BYTES_MAX

/** One batch in the file. */
interface Frame {
  /** The sequence before its first record. */
  readonly after: number
  readonly count: number
  readonly offset: number
  readonly length: number
}

/**
 * Batches on the primary's own disk, each whole or not there at all:
 *
 *    0               4               8
 *   +---------------+---------------+------------------------------------------+
 *   | length        | CRC-32        | {"term":7,"after":41,"records":[…]}      |
 *   +---------------+---------------+------------------------------------------+
 *
 * What a crash tore off at the end is cut when the file is opened: it was never counted as durable.
 */
export class SpoolFile {
  readonly #file: SpoolHandle
  readonly #bytesMax: number
  #frames: Frame[] = []
  #bytes = 0
  #closing: Promise<void> | undefined

  private constructor(file: SpoolHandle, bytesMax: number) {
    this.#file = file
    this.#bytesMax = bytesMax
  }

  /** Opens the file, or makes it, and reads what is in it. */
  static async open(folder: SpoolFolder, name: string, bytesMax = SPOOL_BYTES_MAX): Promise<SpoolFile> {
    const spool = new SpoolFile(await folder.open(name), bytesMax)
    await spool.#scan()
    return spool
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The sequence before the first record; undefined while it is empty. */
  get from(): number | undefined {
    return this.#frames[0]?.after
  }

  /** The sequence of the last record; undefined while it is empty. */
  get end(): number | undefined {
    const last = this.#frames.at(-1)
    return last && last.after + last.count
  }

  /** Returns when the batch is on the disk. Fails with `log.spool-full` at the limit or when the disk takes no more. */
  async append(batch: LogBatch): Promise<void> {
    const text = Buffer.from(JSON.stringify(batch))
    const length = HEAD_BYTES + text.length
    if (this.#bytes + length > this.#bytesMax) {
      throw LOG_ERRORS['log.spool-full']({ bytes: this.#bytes, reason: `the limit is ${this.#bytesMax} bytes` })
    }
    const head = Buffer.alloc(HEAD_BYTES)
    head.writeUInt32BE(text.length, 0)
    head.writeUInt32BE(crc32(text), 4)
    try {
      // At the place where the last whole batch ended: what a failed try has left is overwritten.
      await this.#file.write(Buffer.concat([head, text]), 0, length, this.#bytes)
      await this.#file.datasync()
    } catch (cause) {
      throw LOG_ERRORS['log.spool-full']({ bytes: this.#bytes, reason: String(cause) }, cause)
    }
    this.#frames.push({ after: batch.after, count: batch.records.length, offset: this.#bytes, length })
    this.#bytes += length
  }

  /** Records after a sequence, in order: those of as many whole batches as have at most `limit` records, but of one at least. */
  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const found: LogRecord[] = []
    for (let i = this.#find(after); i < this.#frames.length; i++) {
      const frame = this.#frames[i]!
      if (found.length > 0 && found.length + frame.count > limit) break
      found.push(...(await this.#records(frame)).filter(({ sequence }) => sequence > after))
    }
    return found
  }

  /** Empties the file: all of it is in the store. */
  async clear(): Promise<void> {
    this.#frames = []
    this.#bytes = 0
    await this.#file.truncate(0)
    await this.#file.datasync()
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing ??= this.#file.close()
    await this.#closing
  }

  /** The first batch with a record after the sequence. */
  #find(after: number): number {
    let low = 0
    let high = this.#frames.length
    while (low < high) {
      const middle = (low + high) >> 1
      const frame = this.#frames[middle]!
      if (frame.after + frame.count > after) high = middle
      else low = middle + 1
    }
    return low
  }

  async #records({ offset, length }: Frame): Promise<readonly LogRecord[]> {
    const bytes = Buffer.alloc(length)
    await this.#file.read(bytes, 0, length, offset)
    return recordsOf(JSON.parse(bytes.toString('utf8', HEAD_BYTES)) as LogBatch)
  }

  async #scan(): Promise<void> {
    const { size } = await this.#file.stat()
    for (;;) {
      const text = await this.#frameAt(this.#bytes, size)
      if (!text) break
      const { after, records } = JSON.parse(text.toString()) as LogBatch
      const end = this.end
      if (end !== undefined && after !== end) break
      const length = HEAD_BYTES + text.length
      this.#frames.push({ after, count: records.length, offset: this.#bytes, length })
      this.#bytes += length
    }
    if (size > this.#bytes) await this.#file.truncate(this.#bytes)
  }

  /** The text of a whole frame; undefined where none is. */
  async #frameAt(offset: number, size: number): Promise<Buffer | undefined> {
    if (offset + HEAD_BYTES > size) return undefined
    const head = Buffer.alloc(HEAD_BYTES)
    await this.#file.read(head, 0, HEAD_BYTES, offset)
    const length = head.readUInt32BE(0)
    if (length === 0 || length > FRAME_BYTES_MAX || offset + HEAD_BYTES + length > size) return undefined
    const text = Buffer.alloc(length)
    await this.#file.read(text, 0, length, offset + HEAD_BYTES)
    return crc32(text) === head.readUInt32BE(4) ? text : undefined
  }
}

function recordsOf({ term, after, records }: LogBatch): readonly LogRecord[] {
  return records.map(({ at, body }, i) => ({ sequence: after + i + 1, term, at, body }))
}
