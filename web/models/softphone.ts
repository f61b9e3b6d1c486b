import type { CallClaim } from './call-claim.ts'
import type { Clock } from './clock.ts'
import { chosenDevices, Devices } from './softphone-devices.ts'
import { Registration } from './softphone-registration.ts'
import type { ReadOnlyStore, SipAccount, SipAgentMaker, SipCall, SoundPort } from './softphone-sip.ts'
import type { SoftphoneCommands, SoftphoneState, SoundLevel } from './softphone-state.ts'
import { SoftphoneStore } from './softphone-store.ts'
import { LEVEL_MS, MicrophoneTrial } from './softphone-trial.ts'
import { CallWay } from './softphone-way.ts'
import { Store } from './store.ts'
import { Timers } from './timers.ts'

/** How often the counters are looked at: silence of two seconds is seen within three. */
const QUALITY_MS = 500

/** What a softphone is made of. */
export interface SoftphoneOptions {
  readonly agent: SipAgentMaker
  readonly sound: SoundPort
  /** Fetches an account. Rejects with a problem whose `status` is 401 or 403 when there is none to be had. */
  account(): Promise<SipAccount>
  /** Asks the server to call this page anew: it hears nothing, though the server is there. A visitor cannot be called. */
  callAnew?(): Promise<{ readonly calledAnew: boolean }>
  /** Knows whether a page of this browser had the call and is gone. */
  readonly claim?: CallClaim
  readonly clock: Clock
  /** Where the choice of devices is kept. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>
}

/** A softphone: see softphone-state.ts for its machine. */
export interface Softphone extends SoftphoneCommands {
  readonly state: ReadOnlyStore<SoftphoneState>
  readonly level: ReadOnlyStore<SoundLevel>
  /** The browser has a network again: whatever waits is tried at once. */
  readonly networkBack: () => void
  /** There is another log-in, so another account: it registers with that from now on. A call goes on. */
  renew(): void
  /** The page goes away: nothing is said to the server, which keeps the call for the page's next life. */
  close(): void
}

const QUIET: SoundLevel = { mine: 0, theirs: 0 }
const UNKNOWN = { verdict: 'unknown', lossIn: 0, lossOut: 0, jitterMs: 0 } as const

/** Makes a softphone; it does nothing before `start`. */
export function createSoftphone(options: SoftphoneOptions): Softphone {
  return new Phone(options)
}

interface Live {
  readonly sip: SipCall
  readonly way: CallWay
  sound: MediaStream | undefined
  theirs: MediaStream | undefined
}

class Phone implements Softphone {
  readonly state: SoftphoneStore
  readonly level = new Store<SoundLevel>(QUIET)
  readonly #options: SoftphoneOptions
  readonly #timers: Timers
  readonly #registration: Registration
  readonly #devices: Devices
  readonly #trial: MicrophoneTrial
  #live: Live | undefined
  #stopClaim: (() => void) | undefined
  #started = false

  constructor(options: SoftphoneOptions) {
    const { agent, sound, storage } = options
    this.#options = options
    this.#timers = new Timers(options.clock)
    this.state = new SoftphoneStore(chosenDevices(storage))
    this.#devices = new Devices(sound, this.state, storage)
    this.#registration = new Registration({
      ...{ agent, state: this.state, timers: this.#timers },
      account: () => options.account(),
      onRegistered: () => {
        this.#stopClaim ??= options.claim?.onOrphaned(() => this.#takeBack())
      },
      onIncoming: (call) => this.#incoming(call),
    })
    this.#trial = new MicrophoneTrial({
      sound,
      after: (delayMs, call) => this.#timers.after(delayMs, call),
      onLevel: (level) => this.level.set(level),
      onChanged: (isTried) => this.state.change({ isTried }),
    })
  }

  start(): void {
    if (this.#started || this.#timers.isClosed) return
    this.#started = true
    this.state.change({ registration: 'connecting' })
    this.#devices.start()
    void this.#registration.connect()
  }

  stop(): void {
    this.#live?.sip.end()
    this.#registration.stop()
    this.close()
    this.state.change({ registration: 'off' })
  }

  close(): void {
    if (this.#timers.isClosed) return
    this.#trial.end()
    this.#timers.close()
    this.#devices.close()
    this.#stopClaim?.()
    this.#finish()
  }

  readonly networkBack = (): void => this.#registration.networkBack()

  renew(): void {
    if (this.#started && !this.#timers.isClosed) void this.#registration.connect()
  }

  dial(number: string): void {
    if (this.#live || !this.#registration.agent || this.state.get().registration !== 'registered') return
    void this.#devices.withMicrophone((sound) => {
      const { agent } = this.#registration
      if (this.#live || !agent) return this.#options.sound.release(sound)
      this.#take(agent.call(number, sound), 'dialling', sound)
    })
  }

  answer(): void {
    const live = this.#live
    if (!live || this.state.get().call?.phase !== 'ringing') return
    this.#answer(live)
  }

  hangUp(): void {
    this.#live?.sip.end()
    this.#finish()
  }

  mute(muted: boolean): void {
    for (const track of this.#live?.sound?.getAudioTracks() ?? []) track.enabled = !muted
    this.state.changeCall({ muted })
  }

  press(digit: string): void {
    if (/^[0-9*#A-D]$/.test(digit) && this.state.get().call?.phase === 'connected') this.#live?.sip.press(digit)
  }

  chooseInput(input: string): void {
    this.#devices.chooseInput(input)
    const live = this.#live
    if (live?.sound) void this.#devices.withMicrophone((sound) => this.#replace(live, sound))
    else if (this.#trial.isOn) void this.prepare()
  }

  chooseOutput(output: string): void {
    this.#devices.chooseOutput(output)
    if (this.#live?.theirs) this.#options.sound.play(this.#live.theirs, output)
  }

  async prepare(): Promise<void> {
    await this.#devices.withMicrophone((sound) =>
      this.#live || this.#timers.isClosed ? this.#options.sound.release(sound) : this.#trial.begin(sound),
    )
  }

  /** The page that had the call is gone, and the server may not have noticed yet. */
  #takeBack(): void {
    if (this.#live || this.#timers.isClosed) return
    const asked = this.#options.callAnew?.()
    asked?.then(({ calledAnew }) => !calledAnew && !this.#live && this.#options.claim?.release()).catch(() => {})
  }

  #incoming(sip: SipCall): void {
    // The server gives this page its call anew: whatever is left of the old one has no way to the server.
    if (this.#live && sip.answersItself) this.#finish()
    if (this.#live) return sip.end()
    this.#take(sip, 'ringing', undefined)
    if (sip.answersItself) this.#answer(this.#live!)
    else this.#options.sound.ring(true)
  }

  #answer(live: Live): void {
    this.#options.sound.ring(false)
    void this.#devices.withMicrophone((sound) => {
      if (this.#live !== live || live.sound) return this.#options.sound.release(sound)
      live.sound = sound
      live.sip.answer(sound)
    })
  }

  #take(sip: SipCall, phase: 'ringing' | 'dialling', sound: MediaStream | undefined): void {
    const live: Live = { sip, way: this.#wayOf(sip), sound, theirs: undefined }
    this.#live = live
    this.#trial.end()
    this.state.solve('call-failed')
    const { direction, number, name } = sip
    const since = this.#timers.now()
    const call = {
      phase,
      direction,
      number,
      since,
      muted: false,
      quality: UNKNOWN,
      ...(name !== undefined && { name }),
    }
    this.state.change({ call })
    sip.onConnected(() => {
      if (this.#live !== live || this.state.get().call?.phase === 'connected') return
      this.state.changeCall({ phase: 'connected', since: this.#timers.now() })
      this.#options.claim?.hold()
      live.way.connected()
    })
    sip.onSound((stream) => {
      if (this.#live !== live) return
      live.theirs = stream
      this.#options.sound.play(stream, this.state.get().devices.output)
    })
    sip.onEnded((failed) => {
      if (this.#live !== live) return
      const unheard = this.state.get().call?.phase === 'dialling'
      this.#finish()
      if (failed && unheard) this.state.change({ problem: 'call-failed' })
    })
    this.#watch(live)
  }

  #wayOf(sip: SipCall): CallWay {
    return new CallWay({
      ...{ sip, registration: this.#registration },
      callAnew: () => this.#options.callAnew?.(),
      now: () => this.#timers.now(),
      onQuality: (quality) => this.state.changeCall({ quality }),
    })
  }

  /** Levels and quality, for as long as the call lasts. */
  #watch(live: Live): void {
    let looks = 0
    const look = (): void => {
      if (this.#live !== live) return
      const { sound } = this.#options
      const { phase, muted = false } = this.state.get().call ?? {}
      this.level.set({ mine: muted ? 0 : sound.level(live.sound), theirs: sound.level(live.theirs) })
      if (++looks % (QUALITY_MS / LEVEL_MS) === 0 && phase === 'connected') void live.way.measure()
      this.#timers.after(LEVEL_MS, look)
    }
    this.#timers.after(LEVEL_MS, look)
  }

  #replace(live: Live, sound: MediaStream): void {
    const [track] = sound.getAudioTracks()
    const sender = live.sip.connection?.getSenders().find((one) => one.track?.kind === 'audio')
    if (this.#live !== live || !track || !sender) return this.#options.sound.release(sound)
    track.enabled = !(this.state.get().call?.muted ?? false)
    void sender.replaceTrack(track)
    if (live.sound) this.#options.sound.release(live.sound)
    live.sound = sound
  }

  #finish(): void {
    const live = this.#live
    if (!live) return
    this.#live = undefined
    live.way.close()
    const { sound, claim } = this.#options
    // A page that goes leaves its call to the next one.
    if (!this.#timers.isClosed) claim?.release()
    sound.ring(false)
    sound.play(undefined)
    if (live.sound) sound.release(live.sound)
    this.level.set(QUIET)
    this.state.endCall()
  }
}
