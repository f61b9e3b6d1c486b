import { createHash } from 'node:crypto'
import type { Logger } from '#base'
import { type KnownMember, PROOF_HEADER } from '#seams/members'

/** What asking the other machines of a pool is made of. */
export interface PoolPeersOptions {
  readonly node: string
  readonly cores: () => readonly KnownMember[]
  readonly proof: string
  readonly logger: Logger
}

/** One request to another machine's core, within that time; it fails when there is no answer. */
export type AskPeer = (
  method: 'GET' | 'HEAD' | 'PUT',
  path: string,
  more: { readonly signal: AbortSignal; readonly body?: Uint8Array<ArrayBuffer> },
) => Promise<Response>

/** The other machines of the pool, where their files are concerned. */
export class PoolPeers {
  readonly #options: PoolPeersOptions

  constructor(options: PoolPeersOptions) {
    this.#options = options
  }

  /** The names of the other machines of which a core lives. */
  live(): ReadonlySet<string> {
    const { node, cores } = this.#options
    return new Set(cores().flatMap((core) => (core.node !== node && !core.silent && core.http ? [core.node] : [])))
  }

  /**
   * Asks one machine after the other, those that are silent last and else in an order that the key gives, until `ask` gives
   * something; or only that machine. One whose core could not be asked is asked by its next core.
   */
  async first<T>(
    key: string,
    ask: (peer: AskPeer, core: KnownMember) => Promise<T | undefined>,
    only?: string,
  ): Promise<T | undefined> {
    const { node, cores, logger } = this.#options
    const asked = new Set([node])
    for (const core of inOrder(key, cores())) {
      if (asked.has(core.node) || core.http === undefined || (only !== undefined && core.node !== only)) continue
      try {
        const given = await ask(this.#asker(core.http), core)
        if (given !== undefined) return given
        // It answered, so its other core has no more.
        asked.add(core.node)
      } catch (cause) {
        logger.debug({ core: core.name, problem: String(cause) }, 'a core could not be asked for a file')
      }
    }
    return undefined
  }

  #asker(http: string): AskPeer {
    const { proof } = this.#options
    return (method, path, { signal, body }) => {
      const headers = { [PROOF_HEADER]: proof, ...(body && { 'content-type': 'application/octet-stream' }) }
      return fetch(`${http}/blobs/${path}`, { method, headers, signal, ...(body && { body }) })
    }
  }
}

/** Each file has an order of its own, and the same one everywhere: copies are spread over all machines, and found where they were put. */
function inOrder(key: string, cores: readonly KnownMember[]): readonly KnownMember[] {
  const placed = cores.map((core) => ({
    core,
    place: `${core.silent ? 1 : 0}${placeOf(core.node, key)}`,
  }))
  return placed.sort((a, b) => (a.place < b.place ? -1 : Number(a.place > b.place))).map(({ core }) => core)
}

/** Of machines in the order of a file, the one with the least is first. */
export function placeOf(node: string, key: string): string {
  return createHash('sha256').update(`${node} ${key}`).digest('hex')
}
