import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { BLOB_HEADERS, COPY_BYTES_MAX } from '#api/http'
import type { Logger } from '#base'
import { type BlobStat, type Blobs, contentHashOf } from '#seams/blobs'
import type { PoolCopies } from './pool-copies.ts'
import type { PoolPeers } from './pool-peers.ts'

/** A machine that does not begin to answer within this is asked no further: a listener waits. */
const ANSWER_MS_MAX = 2_000

/** The largest file that is read whole takes this long at 10 Mbit/s; then the next machine is asked. */
const WHOLE_MS_MAX = 30_000

/** What the blobs of a pool are made of. */
export interface PoolBlobsOptions {
  /** Those of this machine. */
  readonly own: Blobs
  readonly peers: PoolPeers
  readonly copies: Pick<PoolCopies, 'put'>
  readonly logger: Logger
}

/**
 * The files of all machines: what this one does not have is read from the one that has it. What is put lies on this machine, and,
 * if it is named by its content, on another one too. Lists are this machine's alone.
 */
export class PoolBlobs implements Blobs {
  readonly #options: PoolBlobsOptions
  readonly list: Blobs['list']
  readonly remove: Blobs['remove']

  constructor(options: PoolBlobsOptions) {
    const { own } = options
    this.#options = options
    this.list = (prefix, page) => own.list(prefix, page)
    this.remove = (key) => own.remove(key)
  }

  async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): ReturnType<Blobs['put']> {
    const written = await this.#options.own.put(key, body)
    if (contentHashOf(key) !== undefined) await this.#options.copies.put(key)
    return written
  }

  async get(key: string, range: { start?: number; end?: number } = {}): ReturnType<Blobs['get']> {
    const found = await this.#options.own.get(key, range)
    if (found) return found
    const words = new URLSearchParams(Object.entries(range).map(([name, at]) => [name, String(at)]))
    const whole = range.start === undefined && range.end === undefined
    return this.#elsewhere('GET', `${key}?${words}`, key, async (response, late) => {
      const stat = statOf(key, response)
      const hash = whole && stat.sizeBytes <= COPY_BYTES_MAX ? contentHashOf(key) : undefined
      if (hash !== undefined) return this.#verified({ stat, hash, response, late })
      return response.body ? { stat, body: Readable.fromWeb(response.body as ReadableStream) } : undefined
    })
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    const found = await this.#options.own.stat(key)
    return found ?? this.#elsewhere('HEAD', key, key, async (response) => statOf(key, response))
  }

  close(): Promise<void> {
    return this.#options.own.close()
  }

  /** What the first machine that has it gives. */
  #elsewhere<T>(
    method: 'GET' | 'HEAD',
    path: string,
    key: string,
    take: (response: Response, late: AbortController) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.#options.peers.first(key, async (peer) => {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), ANSWER_MS_MAX)
      const response = await peer(method, path, { signal: late.signal }).finally(() => clearTimeout(timer))
      if (response.ok) return take(response, late)
      await response.body?.cancel()
      return undefined
    })
  }

  /** The whole file, if it is what its name says; else the next machine is asked. */
  async #verified({ stat, hash, response, late }: Answered): ReturnType<Blobs['get']> {
    const timer = setTimeout(() => late.abort(), WHOLE_MS_MAX)
    const content = Buffer.from(await response.arrayBuffer().finally(() => clearTimeout(timer)))
    if (createHash('sha256').update(content).digest('hex') === hash)
      return { stat: { ...stat, sizeBytes: content.length }, body: Readable.from(content.length > 0 ? [content] : []) }
    this.#options.logger.warn({ key: stat.key }, 'a file of another machine is not what its name says')
    return undefined
  }
}

/** A machine's answer that begins to bring a file. */
interface Answered {
  readonly stat: BlobStat
  readonly hash: string
  readonly response: Response
  /** Ends it. */
  readonly late: AbortController
}

function statOf(key: string, { headers }: Response): BlobStat {
  const number = (name: string) => Number(headers.get(name) ?? 0)
  return { key, sizeBytes: number(BLOB_HEADERS.size), modifiedAt: number(BLOB_HEADERS.modified) }
}
