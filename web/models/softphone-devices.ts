import type { SoundPort } from './softphone-sip.ts'
import type { AudioDevice, SoftphoneDevices } from './softphone-state.ts'
import type { SoftphoneStore } from './softphone-store.ts'

const INPUT_KEY = 'tandem.microphone'
const OUTPUT_KEY = 'tandem.loudspeaker'

type ChoiceStorage = Pick<Storage, 'getItem' | 'setItem'>

/** The devices that were chosen in this browser; which there are is not known yet. */
export function chosenDevices(storage: ChoiceStorage | undefined): SoftphoneDevices {
  const input = storage?.getItem(INPUT_KEY)
  const output = storage?.getItem(OUTPUT_KEY)
  return { inputs: [], outputs: [], ...(input && { input }), ...(output && { output }) }
}

/** What the phone hears and speaks by: which devices there are, which are chosen, and the microphone when it is needed. */
export class Devices {
  readonly #sound: SoundPort
  readonly #state: SoftphoneStore
  readonly #storage: ChoiceStorage | undefined
  #stop: (() => void) | undefined
  #closed = false

  constructor(sound: SoundPort, state: SoftphoneStore, storage: ChoiceStorage | undefined) {
    this.#sound = sound
    this.#state = state
    this.#storage = storage
  }

  /** From now on it is known which there are. */
  start(): void {
    this.#stop = this.#sound.onDevicesChanged(() => void this.#read())
    void this.#read()
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
  }

  chooseInput(input: string): void {
    this.#storage?.setItem(INPUT_KEY, input)
    this.#state.change({ devices: { ...this.#state.get().devices, input } })
  }

  chooseOutput(output: string): void {
    this.#storage?.setItem(OUTPUT_KEY, output)
    this.#state.change({ devices: { ...this.#state.get().devices, output } })
  }

  /** Gives what the microphone hears to `use`, who releases it. Without one the state says why; a call that rings goes on ringing. */
  async withMicrophone(use: (sound: MediaStream) => void): Promise<void> {
    try {
      const stream = await this.#sound.microphone(this.#state.get().devices.input)
      this.#state.solve('microphone-refused', 'microphone-missing')
      use(stream)
      void this.#read()
    } catch (error) {
      const refused = (error as Error).name === 'NotAllowedError'
      if (this.#state.get().call?.phase === 'ringing') this.#sound.ring(true)
      this.#state.change({ problem: refused ? 'microphone-refused' : 'microphone-missing' })
    }
  }

  async #read(): Promise<void> {
    const found = await this.#sound.devices().catch(() => [])
    if (this.#closed) return
    const of = (kind: string): AudioDevice[] =>
      found.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ id: one.deviceId, name: one.label }))
    const devices = { ...this.#state.get().devices, inputs: of('audioinput'), outputs: of('audiooutput') }
    this.#state.change({ devices })
  }
}
