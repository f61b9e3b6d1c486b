import { type Clock, systemClock, type Timer } from '#base'
import { transcodeG711 } from '#protocols/audio'
import type { MediaSessionId, MediaSpec, RecordingId, RecordingSpec } from '#protocols/control'
import type { SrtpKeys } from '#protocols/srtp'
import { LateMeter } from './late-meter.ts'
import { MEDIA_ERRORS } from './media-errors.ts'
import type { PlaneLocal, PlaneOutput, PlanePort, PlaneSettings, PlaneStatistics, TapStarted } from './plane-port.ts'
import { type PortPair, PortPool } from './port-pool.ts'
import type { SoundSource } from './program.ts'
import { RecordingTap, type Transcode } from './recording-tap.ts'
import { Session, type Tapped } from './session.ts'
import type { SessionContext } from './session-context.ts'
import { SOUND_MARK, type Sound } from './sound.ts'
import { TICK_MS, TickWheel } from './tick-wheel.ts'

/** How often a recording's sound goes to the control thread, and so to disk: what a kill can cost besides the 200 ms of placing. */
const TAKE_TICKS = 200 / TICK_MS

/** Recordings that were played and may be played again: a few long ones, or very many messages. */
const SOUNDS_BYTES_MAX = 256 * 1024 * 1024

export interface PlaneOptions {
  readonly settings: PlaneSettings
  readonly prompts: ReadonlyMap<string, Sound>
  readonly output: PlaneOutput
  readonly clock?: Clock
  /** Changes the law of octets; a parameter, so that a test can show that a bridge of equal codecs never calls it. */
  readonly transcode?: Transcode
}

interface Opening {
  readonly opened: Promise<Session>
  removed: boolean
}

interface Running {
  readonly tap: RecordingTap
  readonly sessions: readonly MediaSessionId[]
  over: boolean
}

/** Everything that touches packets, on one thread: sessions, their bridges, programs and recordings. */
export class PacketPlane implements PlanePort {
  readonly #settings: PlaneSettings
  readonly #output: PlaneOutput
  readonly #clock: Clock
  readonly #transcode: Transcode
  readonly #prompts: ReadonlyMap<string, Sound>
  readonly #pool: PortPool
  readonly #wheel: TickWheel
  readonly #late = new LateMeter()
  readonly #context: SessionContext
  readonly #opening = new Map<MediaSessionId, Opening>()
  readonly #sessions = new Map<MediaSessionId, Session>()
  readonly #audiences = new Map<MediaSessionId, Session[]>()
  readonly #taps = new Map<MediaSessionId, Tapped[]>()
  readonly #recordings = new Map<RecordingId, Running>()
  readonly #sounds = new Map<RecordingId, Sound | 'waiting' | { readonly failed: string }>()
  #timer: Timer
  #closed = false

  constructor(options: PlaneOptions) {
    this.#settings = options.settings
    this.#output = options.output
    this.#clock = options.clock ?? systemClock
    this.#transcode = options.transcode ?? transcodeG711
    this.#prompts = options.prompts
    this.#pool = new PortPool(options.settings.address, options.settings.ports)
    this.#wheel = new TickWheel(this.#clock.monotonic())
    const sounds: SoundSource = {
      prompt: (name, sound) => this.#promptSound(name, sound),
      recording: (id) => this.#sound(id),
    }
    this.#context = {
      wheel: this.#wheel,
      sounds,
      transcode: this.#transcode,
      silenceAlarmMs: options.settings.silenceAlarmMs,
      cname: options.settings.cname,
      monotonic: () => this.#clock.monotonic(),
      now: () => this.#clock.now(),
      event: (event) => this.#output.event(event),
      handshake: (session, packet) => this.#output.handshake(session, packet),
    }
    this.#timer = this.#clock.after(TICK_MS, () => this.#turn())
  }

  async set(id: MediaSessionId, spec: MediaSpec): Promise<PlaneLocal> {
    const opening = this.#opening.get(id) ?? this.#open(id, spec)
    const session = await opening.opened
    if (opening.removed) throw MEDIA_ERRORS['media.session-unknown']({ session: id })
    await this.#renew(session, spec)
    if (opening.removed) throw MEDIA_ERRORS['media.session-unknown']({ session: id })
    const before = session.hears
    session.shape(spec)
    this.#moveAudience(session, heardBy(id, before), heardBy(id, spec.hears))
    return { address: this.#settings.advertised, ...session.local }
  }

  async remove(id: MediaSessionId): Promise<void> {
    const opening = this.#opening.get(id)
    if (!opening) return
    opening.removed = true
    this.#opening.delete(id)
    const session = await opening.opened.catch(() => undefined)
    if (session) this.#drop(session)
  }

  async digits(id: MediaSessionId, key: string, digits: string): Promise<void> {
    const session = this.#sessions.get(id)
    if (!session) throw MEDIA_ERRORS['media.session-unknown']({ session: id })
    session.key(key, digits)
  }

  async record(id: RecordingId, spec: RecordingSpec): Promise<TapStarted> {
    const running = this.#recordings.get(id) ?? this.#tap(id, spec)
    return { law: running.tap.law, tracks: running.sessions.length === 2 ? 2 : 1 }
  }

  async finish(id: RecordingId): Promise<boolean> {
    const running = this.#recordings.get(id)
    if (!running) return false
    this.#takeSound(id, running, true)
    running.over = true
    this.#recordings.delete(id)
    for (const session of running.sessions) {
      const list = this.#tapList(session)
      const at = list.findIndex((tapped) => tapped.tap === running.tap)
      if (at >= 0) list.splice(at, 1)
      this.#forget(session)
    }
    return true
  }

  async keep(sessions: readonly MediaSessionId[]): Promise<readonly MediaSessionId[]> {
    const kept = new Set(sessions)
    const gone = [...this.#opening.keys()].filter((id) => !kept.has(id))
    await Promise.all(gone.map((id) => this.remove(id)))
    return [...this.#opening.keys()]
  }

  async statistics(id?: MediaSessionId): Promise<PlaneStatistics> {
    const chosen = id === undefined ? [...this.#sessions.values()] : [this.#sessions.get(id)]
    if (chosen.length === 1 && !chosen[0]) throw MEDIA_ERRORS['media.session-unknown']({ session: id })
    return {
      sessions: chosen.map((session) => session!.statistics()),
      load: {
        sessions: this.#sessions.size,
        sessionsMax: this.#settings.sessionsMax,
        recordings: this.#recordings.size,
        tickLateMsP99: this.#late.p99(),
      },
    }
  }

  bring(id: RecordingId, sound: Sound | { readonly failed: string }): void {
    this.#sounds.delete(id)
    this.#sounds.set(id, sound)
    let bytes = 0
    for (const [key, held] of [...this.#sounds].reverse()) {
      bytes += typeof held === 'object' && 'PCMU' in held ? held.PCMU.length + held.PCMA.length : 0
      if (bytes > SOUNDS_BYTES_MAX && key !== id) this.#sounds.delete(key)
    }
  }

  handshake(id: MediaSessionId, packet: Uint8Array): void {
    this.#sessions.get(id)?.handshake(packet)
  }

  secure(id: MediaSessionId, keys: SrtpKeys): void {
    this.#sessions.get(id)?.secure(keys)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#timer.stop()
    for (const id of [...this.#recordings.keys()]) await this.finish(id)
    await this.keep([])
  }

  #turn(): void {
    if (this.#closed) return
    const lateMs = this.#wheel.advance(this.#clock.monotonic())
    if (lateMs >= 0) this.#late.add(lateMs)
    this.#timer = this.#clock.after(this.#wheel.dueMs - this.#clock.monotonic(), () => this.#turn())
  }

  /** Another path is wanted: another pair of ports, beside the old one until something comes in on it. */
  async #renew(session: Session, { path = 0 }: MediaSpec): Promise<void> {
    if (path <= session.path) return
    session.path = path
    const pair = await this.#pool.open()
    if (this.#sessions.get(session.id) === session) session.renew(pair)
    else this.#pool.close(pair)
  }

  #open(id: MediaSessionId, { localPort, path = 0 }: MediaSpec): Opening {
    const { sessionsMax } = this.#settings
    if (this.#opening.size >= sessionsMax) throw MEDIA_ERRORS['media.sessions-full']({ sessionsMax })
    const opened = this.#pool.open(localPort).then((pair) => {
      const lists = { audience: this.#audience(id), taps: this.#tapList(id) }
      const release = (one: PortPair): void => this.#pool.close(one)
      const session = new Session({ id, pair, path, ...lists, context: this.#context, release })
      if (!opening.removed) this.#sessions.set(id, session)
      return session
    })
    const opening: Opening = { opened, removed: false }
    this.#opening.set(id, opening)
    opened.catch(() => {
      if (this.#opening.get(id) === opening) this.#opening.delete(id)
    })
    return opening
  }

  #drop(session: Session): void {
    session.close()
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id)
    this.#moveAudience(session, heardBy(session.id, session.hears), [])
    this.#forget(session.id)
  }

  #moveAudience(session: Session, from: readonly MediaSessionId[], to: readonly MediaSessionId[]): void {
    for (const source of from) {
      if (to.includes(source)) continue
      const list = this.#audience(source)
      const at = list.indexOf(session)
      if (at >= 0) list.splice(at, 1)
      this.#forget(source)
    }
    for (const source of to) if (!from.includes(source)) this.#audience(source).push(session)
  }

  /** The same list for as long as anybody holds it: a session that is made later finds those who wait for it. */
  #audience(id: MediaSessionId): Session[] {
    const list = this.#audiences.get(id) ?? []
    this.#audiences.set(id, list)
    return list
  }

  #tapList(id: MediaSessionId): Tapped[] {
    const list = this.#taps.get(id) ?? []
    this.#taps.set(id, list)
    return list
  }

  #forget(id: MediaSessionId): void {
    if (this.#opening.has(id)) return
    if (this.#audiences.get(id)?.length === 0) this.#audiences.delete(id)
    if (this.#taps.get(id)?.length === 0) this.#taps.delete(id)
  }

  #tap(id: RecordingId, spec: RecordingSpec): Running {
    const tap = new RecordingTap({
      law: this.#sessions.get(spec.sessions[0])?.law ?? 'PCMU',
      tracks: spec.sessions.length,
      startedMs: this.#clock.monotonic(),
      durationMsMax: spec.durationMsMax,
      transcode: this.#transcode,
    })
    const running: Running = { tap, sessions: spec.sessions, over: false }
    for (const [track, session] of spec.sessions.entries()) this.#tapList(session).push({ tap, track })
    this.#recordings.set(id, running)
    this.#wheel.start({ run: () => this.#takeOften(id, running) }, TAKE_TICKS)
    return running
  }

  #takeOften(id: RecordingId, running: Running): number {
    if (running.over) return 0
    this.#takeSound(id, running, false)
    if (!running.tap.full) return TAKE_TICKS
    running.over = true
    this.#output.full(id)
    return 0
  }

  #takeSound(id: RecordingId, running: Running, all: boolean): void {
    const octets = running.over ? undefined : running.tap.take(this.#clock.monotonic(), all)
    if (octets) this.#output.samples(id, octets)
  }

  /** Its own sound, or the library's where that cannot be had. */
  #promptSound(name: string, sound: string | undefined): Sound | 'waiting' | undefined {
    const own = sound === undefined ? undefined : this.#sound(`${SOUND_MARK}${sound}`)
    if (own === 'waiting' || (own && 'PCMU' in own)) return own
    return this.#prompts.get(name)
  }

  #sound(id: RecordingId): Sound | 'waiting' | { readonly failed: string } {
    const sound = this.#sounds.get(id)
    // A failure is told once: the recording may be there when it is asked for again.
    if (typeof sound === 'object' && 'failed' in sound) this.#sounds.delete(id)
    if (sound !== undefined) return sound
    this.#sounds.set(id, 'waiting')
    this.#output.wanted(id)
    return 'waiting'
  }
}

function heardBy(self: MediaSessionId, hears: MediaSpec['hears']): readonly MediaSessionId[] {
  if (hears.type === 'session') return [hears.session]
  if (hears.type === 'mix') return hears.sessions
  return hears.type === 'echo' ? [self] : []
}
