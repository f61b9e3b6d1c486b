import type { CallClaim } from './call-claim.ts'
import type { Clock } from './clock.ts'
import { countsOf, QualityMeter } from './softphone-quality.ts'
import type { ReadOnlyStore, SipAccount, SipAgent, SipAgentMaker, SipCall, SoundPort } from './softphone-sip.ts'
import type {
  AudioDevice,
  CallQuality,
  SoftphoneCall,
  SoftphoneCommands,
  SoftphoneProblem,
  SoftphoneState,
  SoundLevel,
} from './softphone-state.ts'
import { LEVEL_MS, MicrophoneTrial } from './softphone-trial.ts'
import { Store } from './store.ts'

/** How often the counters are looked at: silence of two seconds is seen within three. */
const QUALITY_MS = 500

/** How long a broken way is given to come back before the next attempt to mend it: ICE needs a second or two. */
const RESTART_MS = 5000

/**
 * While nothing is heard: how often a connection to the server is tried that does not open. Promise 9: sound is back within two seconds
 * of the network's return, so the last try must not lie further back.
 */
const RECONNECT_MS = 1500

/** A server that is away is asked again after this, then after twice as long, up to the last. */
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 5000

const INPUT_KEY = 'tandem.microphone'
const OUTPUT_KEY = 'tandem.loudspeaker'

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
  readonly meter: QualityMeter
  sound: MediaStream | undefined
  theirs: MediaStream | undefined
  /** When it was last tried to mend the way. */
  restartedAt: number
  /** Since when one side does not hear the other. */
  silentAt: number | undefined
  looking: boolean
}

class Phone implements Softphone {
  readonly state: Store<SoftphoneState>
  readonly level = new Store<SoundLevel>(QUIET)
  readonly #options: SoftphoneOptions
  readonly #trial: MicrophoneTrial
  #agent: SipAgent | undefined
  #account: SipAccount | undefined
  #live: Live | undefined
  #retryMs = RETRY_MS_MIN
  /** When the connection to the server last opened, and when the phone was last registered over it. */
  #openedAt = 0
  #registeredAt = 0
  #stopTimers: (() => void)[] = []
  #stopDevices: (() => void) | undefined
  #stopClaim: (() => void) | undefined
  #stopRenewal = (): void => {}
  /** Asks for an account before its time. */
  #hurry: (() => void) | undefined
  #started = false
  #closed = false

  constructor(options: SoftphoneOptions) {
    this.#options = options
    const input = options.storage?.getItem(INPUT_KEY)
    const output = options.storage?.getItem(OUTPUT_KEY)
    this.state = new Store<SoftphoneState>({
      registration: 'off',
      devices: { inputs: [], outputs: [], ...(input && { input }), ...(output && { output }) },
    })
    this.#trial = new MicrophoneTrial({
      sound: options.sound,
      after: (delayMs, call) => this.#after(delayMs, call),
      onLevel: (level) => this.level.set(level),
      onChanged: (isTried) => this.#change({ isTried }),
    })
  }

  start(): void {
    if (this.#started || this.#closed) return
    this.#started = true
    this.#change({ registration: 'connecting' })
    this.#stopDevices = this.#options.sound.onDevicesChanged(() => void this.#readDevices())
    void this.#readDevices()
    void this.#connect()
  }

  stop(): void {
    this.#live?.sip.end()
    this.#agent?.stop()
    this.close()
    this.#change({ registration: 'off' })
  }

  close(): void {
    if (this.#closed) return
    this.#trial.end()
    this.#closed = true
    this.#stopDevices?.()
    this.#stopClaim?.()
    this.#finish()
    for (const stop of this.#stopTimers.splice(0)) stop()
  }

  readonly networkBack = (): void => {
    this.#agent?.networkBack()
    this.#hurry?.()
  }

  renew(): void {
    if (this.#started && !this.#closed) void this.#connect()
  }

  dial(number: string): void {
    if (this.#live || !this.#agent || this.state.get().registration !== 'registered') return
    void this.#withMicrophone((sound) => {
      if (this.#live || !this.#agent) return this.#options.sound.release(sound)
      const sip = this.#agent.call(number, sound)
      this.#take(sip, 'dialling', sound)
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
    this.#changeCall({ muted })
  }

  press(digit: string): void {
    if (/^[0-9*#A-D]$/.test(digit) && this.state.get().call?.phase === 'connected') this.#live?.sip.press(digit)
  }

  chooseInput(input: string): void {
    this.#options.storage?.setItem(INPUT_KEY, input)
    this.#change({ devices: { ...this.state.get().devices, input } })
    const live = this.#live
    if (live?.sound) void this.#withMicrophone((sound) => this.#replace(live, sound))
    else if (this.#trial.isOn) void this.prepare()
  }

  chooseOutput(output: string): void {
    this.#options.storage?.setItem(OUTPUT_KEY, output)
    this.#change({ devices: { ...this.state.get().devices, output } })
    if (this.#live?.theirs) this.#options.sound.play(this.#live.theirs, output)
  }

  async prepare(): Promise<void> {
    await this.#withMicrophone((sound) =>
      this.#live || this.#closed ? this.#options.sound.release(sound) : this.#trial.begin(sound),
    )
  }

  readonly #renewal = (): void => void this.#connect()

  async #connect(): Promise<void> {
    try {
      const account = await this.#options.account()
      if (this.#closed) return
      this.#account = account
      this.#retryMs = RETRY_MS_MIN
      this.#clearProblem('refused')
      if (this.#agent) this.#agent.use(account)
      else await this.#begin(account)
      this.#stopRenewal()
      const { renewAt } = account
      if (renewAt !== undefined) this.#stopRenewal = this.#after(renewAt - this.#options.clock.now(), this.#renewal)
    } catch (error) {
      if (this.#closed) return
      const status = (error as { status?: number }).status
      if (status === 401 || status === 403) return this.#change({ registration: 'refused', problem: 'refused' })
      this.#later()
    }
  }

  async #begin(account: SipAccount): Promise<void> {
    const agent = await this.#options.agent(account, {
      connected: () => {
        this.#openedAt = this.#options.clock.now()
        if (this.#account?.user === undefined) this.#change({ registration: 'registered' })
      },
      disconnected: () => this.#change({ registration: 'connecting' }),
      registered: () => {
        this.#registeredAt = this.#options.clock.now()
        this.#change({ registration: 'registered' })
        this.#stopClaim ??= this.#options.claim?.onOrphaned(() => this.#takeBack())
      },
      refused: () => {
        this.#change({ registration: 'connecting' })
        this.#later()
      },
      incoming: (call) => this.#incoming(call),
    })
    if (this.#closed) return agent.stop()
    this.#agent = agent
    agent.start()
  }

  #later(): void {
    const waitMs = this.#retryMs
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
    let isDone = false
    this.#hurry = () => {
      this.#hurry = undefined
      if (isDone) return
      isDone = true
      void this.#connect()
    }
    this.#after(waitMs, this.#hurry)
  }

  /** The page that had the call is gone, and the server may not have noticed yet. */
  #takeBack(): void {
    if (this.#live || this.#closed) return
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
    void this.#withMicrophone((sound) => {
      if (this.#live !== live || live.sound) return this.#options.sound.release(sound)
      live.sound = sound
      live.sip.answer(sound)
    })
  }

  #take(sip: SipCall, phase: 'ringing' | 'dialling', sound: MediaStream | undefined): void {
    const live: Live = {
      ...{ sip, sound, theirs: undefined, looking: false, silentAt: undefined },
      meter: new QualityMeter(),
      restartedAt: this.#options.clock.now(),
    }
    this.#live = live
    this.#trial.end()
    this.#clearProblem('call-failed')
    const { direction, number, name } = sip
    const since = this.#options.clock.now()
    const call = {
      phase,
      direction,
      number,
      since,
      muted: false,
      quality: UNKNOWN,
      ...(name !== undefined && { name }),
    }
    this.#change({ call })
    sip.onConnected(() => {
      if (this.#live !== live || this.state.get().call?.phase === 'connected') return
      this.#changeCall({ phase: 'connected', since: this.#options.clock.now() })
      this.#options.claim?.hold()
      live.restartedAt = this.#options.clock.now()
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
      if (failed && unheard) this.#change({ problem: 'call-failed' })
    })
    this.#watch(live)
  }

  /** Levels and quality, for as long as the call lasts. */
  #watch(live: Live): void {
    let looks = 0
    const look = (): void => {
      if (this.#live !== live) return
      const { sound } = this.#options
      const muted = this.state.get().call?.muted ?? false
      this.level.set({ mine: muted ? 0 : sound.level(live.sound), theirs: sound.level(live.theirs) })
      if (++looks % (QUALITY_MS / LEVEL_MS) === 0) void this.#measure(live)
      this.#after(LEVEL_MS, look)
    }
    this.#after(LEVEL_MS, look)
  }

  async #measure(live: Live): Promise<void> {
    const { connection } = live.sip
    if (!connection || live.looking || this.state.get().call?.phase !== 'connected') return
    live.looking = true
    const report = await connection.getStats().catch(() => undefined)
    live.looking = false
    if (!report || this.#live !== live) return
    const now = this.#options.clock.now()
    const quality = live.meter.look(countsOf(report, now))
    this.#changeCall({ quality })
    const silent = quality.verdict === 'silent-in' || quality.verdict === 'silent-out'
    live.silentAt = silent ? (live.silentAt ?? now) : undefined
    if (live.silentAt !== undefined) this.#mend(live, quality.verdict, now)
  }

  /**
   * A phone that is registered first makes sure of the server: it registers over another connection, and is offered or called anew by a
   * server that heard nothing either. If it is heard, only it can say that it hears nothing. A visitor offers anew by itself.
   */
  #mend(live: Live, verdict: CallQuality['verdict'], now: number): void {
    if (this.#account?.user === undefined) return this.#try(live, now, RESTART_MS, () => live.sip.restart())
    const { silentAt = now } = live
    if (this.#registeredAt < silentAt) {
      const opens = live.restartedAt >= silentAt && this.#openedAt < live.restartedAt
      return this.#try(live, now, live.restartedAt < silentAt ? 0 : opens ? RECONNECT_MS : RESTART_MS, () =>
        this.#agent?.reconnect(),
      )
    }
    if (verdict !== 'silent-in' || now - this.#registeredAt < RECONNECT_MS) return
    const waitMs = live.restartedAt <= this.#registeredAt ? 0 : RESTART_MS
    this.#try(live, now, waitMs, () => void this.#options.callAnew?.().catch(() => {}))
  }

  #try(live: Live, now: number, waitMs: number, attempt: () => void): void {
    if (now - live.restartedAt < waitMs) return
    live.restartedAt = now
    attempt()
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

  async #withMicrophone(use: (sound: MediaStream) => void): Promise<void> {
    const { sound } = this.#options
    try {
      const stream = await sound.microphone(this.state.get().devices.input)
      this.#clearProblem('microphone-refused', 'microphone-missing')
      use(stream)
      void this.#readDevices()
    } catch (error) {
      const refused = (error as Error).name === 'NotAllowedError'
      if (this.state.get().call?.phase === 'ringing') this.#options.sound.ring(true)
      this.#change({ problem: refused ? 'microphone-refused' : 'microphone-missing' })
    }
  }

  async #readDevices(): Promise<void> {
    const found = await this.#options.sound.devices().catch(() => [])
    if (this.#closed) return
    const of = (kind: string): AudioDevice[] =>
      found.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ id: one.deviceId, name: one.label }))
    this.#change({ devices: { ...this.state.get().devices, inputs: of('audioinput'), outputs: of('audiooutput') } })
  }

  #finish(): void {
    const live = this.#live
    if (!live) return
    this.#live = undefined
    const { sound, claim } = this.#options
    // A page that goes leaves its call to the next one.
    if (!this.#closed) claim?.release()
    sound.ring(false)
    sound.play(undefined)
    if (live.sound) sound.release(live.sound)
    this.level.set(QUIET)
    const { call: _, ...rest } = this.state.get()
    this.state.set(rest)
  }

  #change(change: Partial<SoftphoneState>): void {
    this.state.set({ ...this.state.get(), ...change })
  }

  #changeCall(change: Partial<SoftphoneCall>): void {
    const { call } = this.state.get()
    if (call) this.#change({ call: { ...call, ...change } })
  }

  #clearProblem(...problems: readonly SoftphoneProblem[]): void {
    const { problem, ...rest } = this.state.get()
    if (problem !== undefined && problems.includes(problem)) this.state.set(rest)
  }

  #after(delayMs: number, call: () => void): () => void {
    if (this.#closed) return () => {}
    const stop = this.#options.clock.after(Math.max(0, delayMs), () => {
      this.#stopTimers = this.#stopTimers.filter((one) => one !== stop)
      if (!this.#closed) call()
    })
    this.#stopTimers.push(stop)
    return stop
  }
}
