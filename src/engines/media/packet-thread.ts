import { Worker } from 'node:worker_threads'
import { assertNever, TandemError } from '#base'
import type { MediaLocal, MediaSessionId, MediaSpec, RecordingId, RecordingSpec } from '#protocols/control'
import { MEDIA_ERRORS } from './media-errors.ts'
import type {
  FromPlane,
  PlaneCall,
  PlaneOutput,
  PlanePort,
  PlaneSettings,
  PlaneStatistics,
  TapStarted,
  ToPlane,
} from './plane-port.ts'
import type { Sound } from './sound.ts'

export interface PacketThreadOptions {
  readonly settings: PlaneSettings
  readonly prompts: ReadonlyMap<string, Sound>
  readonly output: PlaneOutput
  /** The thread died of a bug: the process is of no use any more. */
  failed(error: TandemError): void
}

interface Waiting {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/** The control thread's end of the packet thread. Calls are done in the order in which they are made. */
export class PacketThread implements PlanePort {
  readonly #worker: Worker
  readonly #output: PlaneOutput
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  #nextId = 1
  #closing = false
  #dead: TandemError | undefined

  constructor(options: PacketThreadOptions) {
    const { settings, prompts, output } = options
    this.#output = output
    this.#worker = new Worker(new URL('./packet-worker.ts', import.meta.url), {
      name: 'packets',
      // What the process was started with (a debugger, a script on the command line) is not for this thread.
      execArgv: [],
      workerData: { settings, prompts },
    })
    this.#worker.on('message', (message: FromPlane) => this.#hear(message))
    let cause: unknown
    this.#worker.on('error', (error) => {
      cause = error
    })
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        const error = MEDIA_ERRORS['media.thread-failed']({ reason: String(cause ?? `exit code ${code}`) }, cause)
        this.#dead = error
        for (const waiting of this.#waiting.values()) waiting.reject(error)
        this.#waiting.clear()
        resolve()
        if (!this.#closing) options.failed(error)
      })
    })
  }

  async set(session: MediaSessionId, spec: MediaSpec): Promise<MediaLocal> {
    return (await this.#call({ name: 'set', session, spec })) as MediaLocal
  }

  async remove(session: MediaSessionId): Promise<void> {
    await this.#call({ name: 'remove', session })
  }

  async digits(session: MediaSessionId, id: string, digits: string): Promise<void> {
    await this.#call({ name: 'digits', session, id, digits })
  }

  async record(recording: RecordingId, spec: RecordingSpec): Promise<TapStarted> {
    return (await this.#call({ name: 'record', recording, spec })) as TapStarted
  }

  async finish(recording: RecordingId): Promise<boolean> {
    return (await this.#call({ name: 'finish', recording })) as boolean
  }

  async keep(sessions: readonly MediaSessionId[]): Promise<readonly MediaSessionId[]> {
    return (await this.#call({ name: 'keep', sessions })) as readonly MediaSessionId[]
  }

  async statistics(session?: MediaSessionId): Promise<PlaneStatistics> {
    return (await this.#call({ name: 'statistics', ...(session !== undefined && { session }) })) as PlaneStatistics
  }

  bring(recording: RecordingId, sound: Sound | { readonly failed: string }): void {
    this.#worker.postMessage({ type: 'bring', recording, sound } satisfies ToPlane)
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true
      await this.#call({ name: 'close' }).catch(() => undefined)
    }
    await this.#exited
  }

  #call(call: PlaneCall): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ type: 'call', id, call } satisfies ToPlane)
    })
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #hear(message: FromPlane): void {
    switch (message.type) {
      case 'done':
        this.#settle(message.id)?.resolve(message.answer)
        return
      case 'refused': {
        const { code, message: sentence, status, fields } = message.error
        this.#settle(message.id)?.reject(new TandemError(code, { sentence, status }, fields))
        return
      }
      case 'event':
        this.#output.event(message.event)
        return
      case 'samples':
        for (const { recording, octets } of message.portions) this.#output.samples(recording, octets)
        return
      case 'full':
        this.#output.full(message.recording)
        return
      case 'wanted':
        this.#output.wanted(message.recording)
        return
      default:
        assertNever(message)
    }
  }
}
