import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { BLOB_HEADERS, PROOF_HEADER } from '#api/http'
import type { Logger } from '#base'
import type { BlobStat, Blobs } from '#seams/blobs'
import type { KnownMember } from '#seams/members'

/** A machine that does not begin to answer within this is asked no further: a listener waits. */
const ANSWER_MS_MAX = 2_000

/** What the blobs of a pool are made of. */
export interface PoolBlobsOptions {
  /** Those of this machine. */
  readonly own: Blobs
  readonly node: string
  readonly cores: () => readonly KnownMember[]
  readonly proof: string
  readonly logger: Logger
}

/** The files of all machines: what this one does not have is read from the one that has it. Writes and lists are this machine's alone. */
export class PoolBlobs implements Blobs {
  readonly #options: PoolBlobsOptions
  readonly put: Blobs['put']
  readonly list: Blobs['list']
  readonly remove: Blobs['remove']

  constructor(options: PoolBlobsOptions) {
    const { own } = options
    this.#options = options
    this.put = (key, body) => own.put(key, body)
    this.list = (prefix, page) => own.list(prefix, page)
    this.remove = (key) => own.remove(key)
  }

  async get(key: string, range: { start?: number; end?: number } = {}): ReturnType<Blobs['get']> {
    const found = await this.#options.own.get(key, range)
    if (found) return found
    const words = new URLSearchParams(Object.entries(range).map(([name, at]) => [name, String(at)]))
    const response = await this.#elsewhere('GET', `${key}?${words}`)
    if (!response?.body) return undefined
    return { stat: statOf(key, response), body: Readable.fromWeb(response.body as ReadableStream) }
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    const found = await this.#options.own.stat(key)
    if (found) return found
    const response = await this.#elsewhere('HEAD', key)
    return response && statOf(key, response)
  }

  close(): Promise<void> {
    return this.#options.own.close()
  }

  /** The answer of the first machine that has it. */
  async #elsewhere(method: 'GET' | 'HEAD', path: string): Promise<Response | undefined> {
    const { node, cores, proof, logger } = this.#options
    const asked = new Set([node])
    for (const core of cores()) {
      if (asked.has(core.node) || core.http === undefined) continue
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), ANSWER_MS_MAX)
      try {
        const init = { method, headers: { [PROOF_HEADER]: proof }, signal: late.signal }
        const response = await fetch(`${core.http}/blobs/${path}`, init)
        if (response.ok) return response
        await response.body?.cancel()
        // It answered, so its other core has no more.
        asked.add(core.node)
      } catch (cause) {
        logger.debug({ core: core.name, problem: String(cause) }, 'a core could not be asked for a file')
      } finally {
        clearTimeout(timer)
      }
    }
    return undefined
  }
}

function statOf(key: string, { headers }: Response): BlobStat {
  const number = (name: string) => Number(headers.get(name) ?? 0)
  return { key, sizeBytes: number(BLOB_HEADERS.size), modifiedAt: number(BLOB_HEADERS.modified) }
}
