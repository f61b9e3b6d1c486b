import type { InteractionDetail, TakenSoundView } from '#api/contract'
import { ApiProblem } from './api-client.ts'
import type { Clock } from './clock.ts'
import { randomId } from './random-id.ts'
import { Store } from './store.ts'

/** Soon enough for whoever has hung up and waits to hear it. */
const LOOK_MS = 1_000

/** A recording is stored some seconds after its end, and a takeover takes some more; what is not there by then does not come. */
const PATIENCE_MS = 60_000

/**
 * How far the recording of a sound by phone is.
 *
 *   idle ──begin──▶ ringing ──answered──▶ speaking ──hung up──▶ storing ──stored──▶ idle, and the sound is taken
 *                      └───────────────────────┴─────────────────┴──▶ failed ──begin──▶ ringing
 */
export type RecorderState =
  | { readonly step: 'idle' | 'ringing' | 'speaking' | 'storing' }
  /** `detail` is the server's word on it, if it has one. */
  | { readonly step: 'failed'; readonly why: 'refused' | 'nothing' | 'away'; readonly detail: string }

/** What a recorder asks of the server. */
export interface RecorderServer {
  callToRecord(id: string): Promise<void>
  call(id: string): Promise<Pick<InteractionDetail, 'state' | 'recordings'>>
  takeRecorded(recording: string): Promise<TakenSoundView>
}

export interface SoundRecorderOptions {
  readonly server: RecorderServer
  readonly clock: Clock
  /** The own phone is about to ring for that call. */
  onCall(id: string): void
  onTaken(taken: TakenSoundView): void
}

/** Records a sound by the phone of whoever is logged in: calls it, follows the call, and takes what was recorded when it is over. */
export class SoundRecorder {
  readonly state = new Store<RecorderState>({ step: 'idle' })
  readonly #options: SoundRecorderOptions
  #stop: () => void = () => {}
  /** Since when nothing was heard of what is waited for. */
  #waitsSince = 0
  #closed = false

  constructor(options: SoundRecorderOptions) {
    this.#options = options
  }

  async begin(): Promise<void> {
    const { step } = this.state.get()
    if (this.#closed || (step !== 'idle' && step !== 'failed')) return
    this.state.set({ step: 'ringing' })
    const id = `ix-${randomId()}`
    this.#options.onCall(id)
    try {
      await this.#options.server.callToRecord(id)
    } catch (error) {
      return this.#fail('refused', error)
    }
    this.#waitsSince = this.#options.clock.now()
    this.#after(() => void this.#look(id))
  }

  /** The page goes: what was recorded stays with the other recordings. */
  close(): void {
    this.#closed = true
    this.#stop()
  }

  async #look(id: string): Promise<void> {
    const found = await this.#options.server.call(id).catch((error: unknown) => error)
    if (this.#closed) return
    if (!isCall(found)) return this.#again(() => void this.#look(id), found)
    this.#waitsSince = this.#options.clock.now()
    const [recording] = found.recordings
    if (found.state !== 'closed') {
      this.state.set({ step: found.state === 'offered' || found.state === 'created' ? 'ringing' : 'speaking' })
      return this.#after(() => void this.#look(id))
    }
    if (recording === undefined) return this.#fail('nothing')
    this.state.set({ step: 'storing' })
    await this.#take(recording)
  }

  async #take(recording: string): Promise<void> {
    const { server, onTaken } = this.#options
    try {
      const taken = await server.takeRecorded(recording)
      if (this.#closed) return
      this.state.set({ step: 'idle' })
      onTaken(taken)
    } catch (error) {
      if (!this.#closed) this.#again(() => void this.#take(recording), error)
    }
  }

  /** What is not there yet, and a server that is away, are asked again for a while; anything else is told. */
  #again(ask: () => void, error: unknown): void {
    const status = error instanceof ApiProblem ? error.status : 0
    if (status !== 0 && status !== 404 && status < 500) return this.#fail('refused', error)
    if (this.#options.clock.now() - this.#waitsSince >= PATIENCE_MS) return this.#fail('away')
    this.#after(ask)
  }

  #fail(why: Extract<RecorderState, { step: 'failed' }>['why'], error?: unknown): void {
    const detail = error instanceof ApiProblem ? error.message : ''
    const isAway = error instanceof ApiProblem && error.status === 0
    this.state.set({ step: 'failed', why: isAway ? 'away' : why, detail })
  }

  #after(call: () => void): void {
    this.#stop = this.#options.clock.after(LOOK_MS, call)
  }
}

function isCall(found: unknown): found is Pick<InteractionDetail, 'state' | 'recordings'> {
  return typeof found === 'object' && found !== null && 'recordings' in found
}
