import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Clock, Millis } from '#base'
import { checkKey } from './key.ts'
import { type BlobStat, type Blobs, LIST_MAX } from './port.ts'

/** Blobs in memory: for tests. */
export class MemoryBlobs implements Blobs {
  readonly #clock: Clock
  readonly #entries = new Map<string, { bytes: Buffer; modifiedAt: Millis }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number; sha256: string }> {
    checkKey(key)
    const chunks: Uint8Array[] = []
    if (body instanceof Uint8Array) chunks.push(body)
    else for await (const chunk of body) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    this.#entries.set(key, { bytes, modifiedAt: this.#clock.now() })
    return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }

  async get(key: string, range: { start?: number; end?: number } = {}): ReturnType<Blobs['get']> {
    const stat = await this.stat(key)
    if (!stat) return undefined
    const bytes = this.#entries.get(key)!.bytes.subarray(range.start ?? 0, (range.end ?? stat.sizeBytes) + 1)
    return { stat, body: Readable.from(bytes.length === 0 ? [] : [bytes]) }
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    checkKey(key)
    const entry = this.#entries.get(key)
    return entry && { key, sizeBytes: entry.bytes.length, modifiedAt: entry.modifiedAt }
  }

  async list(prefix: string, page: { after?: string; limit?: number } = {}): Promise<readonly BlobStat[]> {
    const limit = Math.min(page.limit ?? LIST_MAX, LIST_MAX)
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix) && key > (page.after ?? '')).sort()
    return Promise.all(keys.slice(0, limit).map(async (key) => (await this.stat(key))!))
  }

  async remove(key: string): Promise<boolean> {
    checkKey(key)
    return this.#entries.delete(key)
  }

  async close(): Promise<void> {}
}
