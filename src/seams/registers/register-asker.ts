import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import type { RegisterPeers } from './port.ts'
import type { RegisterCopy } from './register-copy.ts'
import { ASK_MS_MAX, type Question, REGISTERS_NEXT, readTold, type Told } from './register-messages.ts'

/** Between an answer and the next question: whatever a core tells, it is not listened to more often. */
const REST_MS: Millis = 10
/** After a question that failed. */
const RETRY_MS: Millis = 500

/** What an asker is made of. */
export interface RegisterAskerOptions {
  readonly copy: RegisterCopy
  readonly clock: Clock
  readonly logger: Logger
  /** Whether that core is to be asked now. */
  wants(peer: string): boolean
  /** Whether this process is without Redis. */
  alone(): boolean
  /** Called when it comes to have all that a core knows, and when it no longer has. */
  changed(): void
}

/** Asks other cores what they know of the registers, each again and again, one question at a time. */
export class RegisterAsker {
  readonly #options: RegisterAskerOptions
  readonly #running = new Set<string>()
  /** Who has told everything since it is asked. */
  readonly #has = new Set<string>()
  /** How far each has told. */
  readonly #places = new Map<string, Pick<Told, 'source' | 'place'>>()
  #closed = false

  constructor(options: RegisterAskerOptions) {
    this.#options = options
  }

  /** Whether this process knows what that core knows. */
  has(peer: string): boolean {
    return this.#has.has(peer)
  }

  /** Begins to ask whoever is to be asked and is not yet; those who are asked and are to be no more it leaves by itself. */
  look(peers: RegisterPeers): void {
    const names = peers.peers().map(({ name }) => name)
    for (const known of this.#places.keys()) if (!names.includes(known)) this.#places.delete(known)
    for (const name of names) if (!this.#running.has(name) && this.#wants(name)) void this.#run(name, peers)
  }

  close(): void {
    this.#closed = true
  }

  #wants(peer: string): boolean {
    return !this.#closed && this.#options.wants(peer)
  }

  async #run(peer: string, peers: RegisterPeers): Promise<void> {
    this.#running.add(peer)
    while (this.#wants(peer)) {
      const told = await this.#ask(peer, peers)
      if (this.#closed) break
      if (told) this.#take(peer, told)
      this.#note(peer, told !== undefined && !told.more)
      await new Promise<void>((resolve) => this.#options.clock.after(told ? REST_MS : RETRY_MS, resolve))
    }
    this.#running.delete(peer)
    this.#note(peer, false)
  }

  async #ask(peer: string, peers: RegisterPeers): Promise<Told | undefined> {
    const { source, place } = this.#places.get(peer) ?? { source: '', place: 0 }
    const question: Question = { source, after: place, alone: this.#options.alone(), waits: this.#has.has(peer) }
    try {
      const told = readTold(await peers.ask(peer, REGISTERS_NEXT, question, { timeoutMs: ASK_MS_MAX }))
      if (!told) this.#options.logger.warn({ peer }, 'what a core tells of the registers is no answer')
      return told
    } catch (error) {
      if (!isTandemError(error)) this.#options.logger.error({ peer, error: String(error) }, 'a core was not asked')
      return undefined
    }
  }

  #take(peer: string, { source, place, changes }: Told): void {
    for (const change of changes) this.#options.copy.merge(change, { from: peer, owed: true })
    this.#places.set(peer, { source, place })
  }

  #note(peer: string, has: boolean): void {
    if (this.#has.has(peer) === has) return
    if (has) this.#has.add(peer)
    else this.#has.delete(peer)
    this.#options.changed()
  }
}
