import type { SoundPort } from './softphone-sip.ts'
import type { SoundLevel } from './softphone-state.ts'

/** Time to say a sentence and to look; nobody leaves a microphone open by it. */
export const TRIAL_MS = 8_000

/** A level meter moves with the voice at ten pictures a second. */
export const LEVEL_MS = 100

/** What a trial is made of. */
export interface MicrophoneTrialOptions {
  readonly sound: Pick<SoundPort, 'level' | 'release'>
  /** Calls once after the delay; returns what stops it. */
  readonly after: (delayMs: number, call: () => void) => () => void
  readonly onLevel: (level: SoundLevel) => void
  readonly onChanged: (isTried: boolean) => void
}

/** Shows for a while how loud a microphone is, so that people see before a call which one hears them; nothing is sent or kept. */
export class MicrophoneTrial {
  readonly #options: MicrophoneTrialOptions
  #stream: MediaStream | undefined
  #stopLook: () => void = () => {}

  constructor(options: MicrophoneTrialOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#stream !== undefined
  }

  /** Tries this microphone, in place of one that is tried now. */
  begin(stream: MediaStream): void {
    this.end()
    this.#stream = stream
    this.#options.onChanged(true)
    this.#look(TRIAL_MS)
  }

  end(): void {
    if (!this.#stream) return
    this.#stopLook()
    this.#options.sound.release(this.#stream)
    this.#stream = undefined
    this.#options.onLevel({ mine: 0, theirs: 0 })
    this.#options.onChanged(false)
  }

  #look(leftMs: number): void {
    const { sound, after, onLevel } = this.#options
    onLevel({ mine: sound.level(this.#stream), theirs: 0 })
    this.#stopLook = after(LEVEL_MS, () => (leftMs > LEVEL_MS ? this.#look(leftMs - LEVEL_MS) : this.end()))
  }
}
