import type { ReadableStream } from 'node:stream/web'
import type { OtherMachines } from '#adapters/archive'
import { defineErrors, type Millis } from '#base'
import type { GoneMachines } from './gone-machines.ts'
import { type PoolPeers, placeOf } from './pool-peers.ts'

/** What can go wrong with reading from another machine. */
export const MACHINE_ERRORS = defineErrors({
  'machine.gives-nothing': { sentence: '{machine} does not give {key}', status: 503 },
})

/** A machine that says nothing for so long is asked no further: somebody may wait to hear it. */
const SILENT_MS_MAX: Millis = 2_000

/** The other machines as their cores answer: recordings are read from them as their files are. */
export class RecordingMachines implements OtherMachines {
  readonly #peers: PoolPeers
  readonly #gone: GoneMachines

  constructor(peers: PoolPeers, gone: GoneMachines) {
    this.#peers = peers
    this.#gone = gone
  }

  live(): ReadonlySet<string> {
    return this.#peers.live()
  }

  changedAt(): Millis {
    return this.#gone.changedAt
  }

  gone(machines: readonly string[]): readonly string[] {
    return this.#gone.of(machines)
  }

  inOrder(key: string, machines: readonly string[]): readonly string[] {
    return [...machines].sort((a, b) => (placeOf(a, key) < placeOf(b, key) ? -1 : 1))
  }

  async *read(machine: string, key: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const late = new AbortController()
    const either = AbortSignal.any([signal, late.signal])
    let timer = setTimeout(() => late.abort(), SILENT_MS_MAX)
    try {
      const body = await this.#peers.first(
        key,
        async (peer) => {
          const response = await peer('GET', `${key}?start=${from}`, { signal: either })
          if (response.ok && response.body) return response.body as ReadableStream<Uint8Array>
          await response.body?.cancel()
          return undefined
        },
        machine,
      )
      if (!body) throw MACHINE_ERRORS['machine.gives-nothing']({ machine, key })
      for await (const chunk of body) {
        // Who reads slowly is no reason to find the machine silent.
        clearTimeout(timer)
        yield chunk
        timer = setTimeout(() => late.abort(), SILENT_MS_MAX)
      }
    } finally {
      clearTimeout(timer)
    }
  }
}
