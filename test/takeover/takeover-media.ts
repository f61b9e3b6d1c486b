import { TandemError } from '#base'
import type { MediaEvent, MediaRequest, MediaSpec, RecordingSpec, SealedRecording } from '#protocols/control'

type EventBody = MediaEvent extends infer E ? (E extends MediaEvent ? Omit<E, 'number' | 'at'> : never) : never

function refusal(code: string): TandemError {
  return new TandemError(code, { sentence: code, status: 409 }, {})
}

/** A media process in memory: keeps sessions and events whoever is core, and notes what was played to whom. */
export class TestMedia {
  readonly name: string
  dead = false
  /** Whether orders and events pass between it and the core; it lives on without. */
  linked = true
  instance = 'first'
  /** Somebody else took the old ports while it was away. */
  portsTaken = false
  readonly sessions = new Map<string, { spec: MediaSpec; port: number }>()
  readonly recordings = new Map<string, RecordingSpec>()
  readonly sealed: string[] = []
  /** Each program that began, as `session program`: a program that begins twice was disturbed. */
  readonly programs: string[] = []
  /** Digits that were confirmed, or wait to be. */
  events: MediaEvent[] = []
  #number = 0
  #port: number
  constructor(name: string, firstPort: number) {
    this.name = name
    this.#port = firstPort
  }

  deliver: (event: MediaEvent) => void = () => {}
  /** Whether it sees the other media process alive. */
  sees: () => boolean = () => true

  /** The process was started anew: sessions are gone, and what it recorded is finished and told of. */
  restart(): void {
    this.instance = `${this.instance}+`
    this.sessions.clear()
    this.events = []
    this.#number = 0
    for (const recording of [...this.recordings.keys()]) {
      this.tell({ type: 'recording-sealed', recovered: true, ...this.#seal(recording) })
    }
  }

  tell(event: EventBody): void {
    const whole = { ...event, number: ++this.#number, at: 0 } as MediaEvent
    this.events.push(whole)
    if (this.linked) this.deliver(whole)
  }

  /** What plays comes to its end. */
  endProgram(session: string): void {
    const hears = this.sessions.get(session)?.spec.hears
    if (hears?.type === 'program') this.tell({ type: 'program-ended', session, program: hears.program })
  }

  answer(request: MediaRequest): unknown {
    switch (request.type) {
      case 'set':
        return this.#set(request.session, request.spec)
      case 'remove':
        this.sessions.delete(request.session)
        return {}
      case 'record':
        if (this.sealed.includes(request.recording)) throw refusal('media.recording-sealed')
        this.recordings.set(request.recording, request.spec)
        return {}
      case 'seal':
        return this.#seal(request.recording)
      case 'claim':
        return this.#claim(request.sessions, request.recordings)
      case 'confirm':
        this.events = this.events.filter((event) => event.number > request.event)
        return {}
      case 'statistics':
        return {}
      case 'witness':
        return { alive: this.sees() }
    }
  }

  #set(session: string, spec: MediaSpec): unknown {
    const known = this.sessions.get(session)
    const port = known?.port ?? (this.portsTaken ? undefined : spec.localPort) ?? this.#freePort()
    const { hears } = spec
    const before = known?.spec.hears
    const same = before?.type === 'program' && hears.type === 'program' && before.program === hears.program
    if (hears.type === 'program' && !same) this.programs.push(`${session} ${hears.program}`)
    this.sessions.set(session, { spec, port })
    return { local: { address: '192.0.2.9', port } }
  }

  #seal(recording: string): SealedRecording {
    const known = this.recordings.has(recording) || this.sealed.includes(recording)
    if (!known) throw refusal('media.recording-unknown')
    this.recordings.delete(recording)
    if (!this.sealed.includes(recording)) this.sealed.push(recording)
    const sealed = { recording, durationMs: 1000, bytes: 16_000, sha256: 'a'.repeat(64) }
    return sealed
  }

  #claim(sessions: readonly string[], recordings: readonly string[]): unknown {
    for (const session of this.sessions.keys()) if (!sessions.includes(session)) this.sessions.delete(session)
    for (const recording of this.recordings.keys()) if (!recordings.includes(recording)) this.#seal(recording)
    return { sessions: [...this.sessions.keys()] }
  }

  #freePort(): number {
    this.#port += 2
    return this.#port
  }
}
