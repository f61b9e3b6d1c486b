import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { LogRecord, Told } from '#seams/log'
import { ASK_MS_MAX, NEXT, ToldSchema } from './messages.ts'

/** After an answer that failed the primary is asked again so soon; meanwhile the database is followed. */
const RETRY_MS = 250
/** So many records wait for whoever folds them at most; then nothing more is asked for. */
const WAITING_MAX = 4_000

/** What is used of the links between cores. */
export interface PrimaryLinks {
  /** The name of the primary that is linked with this core; undefined while there is none, or it is this one. */
  primary(): string | undefined
  /** Calls when that may have changed. */
  onChanged(listener: () => void): () => void
  ask(peer: string, type: string, body: unknown, options: { readonly timeoutMs: Millis }): Promise<unknown>
}

/** What a core that follows asks with. */
export interface ToldRecordsOptions {
  /** How far this core has folded. */
  position(): number
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * A backup's side: asks the primary again and again what follows, and holds that until it is folded. A primary that dies, hangs, is another now or
 * does not know what follows tells nothing; the database does then.
 */
export class ToldRecords implements Told {
  readonly #options: ToldRecordsOptions
  #links: PrimaryLinks | undefined
  #records: LogRecord[] = []
  #wake: (() => void) | undefined
  #tells = false
  #heardAt = Number.NEGATIVE_INFINITY
  /** What an asking waits for besides its answer: another primary, or the end. */
  #interrupt: () => void = () => {}

  constructor(options: ToldRecordsOptions) {
    this.#options = options
  }

  get tells(): boolean {
    return this.#tells
  }

  /** When the primary was asked last that has told since; it had told all that was durable then. By the monotonic clock. */
  get heardAt(): Millis {
    return this.#heardAt
  }

  /** Asks over these links from now on. */
  linked(links: PrimaryLinks): void {
    this.#links = links
    links.onChanged(() => this.#interrupt())
    if (this.#wake) void this.#run(this.#wake)
  }

  take(after: number): readonly LogRecord[] | undefined {
    const known = this.#records.findIndex(({ sequence }) => sequence > after)
    this.#records = known === -1 ? [] : this.#records.slice(known)
    return this.#records[0]?.sequence === after + 1 ? this.#records : undefined
  }

  follow(wake: () => void): () => void {
    const entry = (): void => wake()
    this.#wake = entry
    if (this.#links) void this.#run(entry)
    return () => {
      if (this.#wake !== entry) return
      this.#wake = undefined
      this.#interrupt()
    }
  }

  /** Until whoever follows stops. */
  async #run(wake: () => void): Promise<void> {
    while (this.#wake === wake) {
      const told = await this.#next()
      if (this.#wake !== wake) break
      this.#set(told)
      if (!told) await this.#pause()
    }
  }

  /** Whether the primary told what follows, be it nothing. */
  async #next(): Promise<boolean> {
    const primary = this.#links?.primary()
    if (primary === undefined || this.#records.length >= WAITING_MAX) return false
    const interrupted = new Promise<undefined>((resolve) => {
      this.#interrupt = () => (this.#links?.primary() !== primary || !this.#wake ? resolve(undefined) : undefined)
    })
    const askedAt = this.#options.clock.monotonic()
    const after = Math.max(this.#options.position(), this.#records.at(-1)?.sequence ?? 0)
    const answer = this.#ask(primary, after)
    const told = await Promise.race([answer, interrupted])
    if (!told) return false
    this.#heardAt = askedAt
    this.#keep(told)
    return true
  }

  async #ask(primary: string, after: number): Promise<readonly LogRecord[] | undefined> {
    try {
      const answer = await this.#links?.ask(primary, NEXT, { after }, { timeoutMs: ASK_MS_MAX })
      const { term, records } = ToldSchema.parse(answer)
      return records.map(({ at, body }, i) => ({ sequence: after + 1 + i, term, at, body }))
    } catch (error) {
      if (!isTandemError(error))
        this.#options.logger.error({ error: String(error), primary }, 'what a primary told is none')
      return undefined
    }
  }

  /** The database may have been quicker: what was folded of it meanwhile is left out when it is taken. */
  #keep(told: readonly LogRecord[]): void {
    this.#records.push(...told)
    if (told.length > 0) this.#wake?.()
  }

  #set(tells: boolean): void {
    if (this.#tells === tells) return
    this.#tells = tells
    this.#wake?.()
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const done = (): void => {
        timer?.stop()
        resolve()
      }
      this.#interrupt = done
      timer = this.#options.clock.after(RETRY_MS, done)
    })
  }
}
