import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import type { Lease } from '#seams/lease'
import { firstMessage, type PeersSay, type SpoolFeed, type SpoolPeers } from '#seams/log'
import { END, FEED, FedSchema, RIGHT_MS } from './messages.ts'

/** A part of the right's time: an answer that takes longer is none, and there is time for what is done with it. */
const ANSWER_MS_MAX = 800

/** How often the store is told again whom this primary knows, when it did not hear. */
const KNOW_AGAIN_MS = 2_000

/** What is used of the links between cores. */
export interface PeerLinks {
  peers(): readonly { readonly name: string }[]
  ask(peer: string, type: string, body: unknown, options: { readonly timeoutMs: Millis }): Promise<unknown>
}

/** What a core of another machine said last. */
export interface PeerSaid {
  readonly core: string
  /** Whether this primary may let nothing out without it. */
  readonly known: boolean
  readonly said: 'consents' | 'reaches the database' | 'knows a newer primary' | 'does not confirm'
  /** All up to here is on its disk. */
  readonly holds: number | undefined
}

/** What a primary's view of the others is made of. */
export interface ConsentingPeersOptions {
  readonly links: PeerLinks
  /** This core's own name. */
  readonly core: string
  readonly lease: Pick<Lease, 'know'>
  readonly term: number
  /** Whom the lease says that this term knows. */
  readonly known: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
}

type Answer = { readonly said: PeerSaid['said']; readonly gone: readonly string[] }

/** The machine of a core: its name without the process. */
export function machineOf(core: string): string {
  return core.slice(0, core.lastIndexOf('-'))
}

/**
 * The cores of other machines, as the primary knows them: all that may take its lease. They are those that the lease names, and those
 * that it may name by now because an answer was lost; each must hold an event and consent before it is let out.
 */
export class ConsentingPeers implements SpoolPeers {
  readonly #options: ConsentingPeersOptions
  readonly #said = new Map<string, PeerSaid>()
  #known: readonly string[]
  /** Lists that the store may have heard since. */
  #unsettled: (readonly string[])[] = []
  #wanted: readonly string[] | undefined
  #version = 0
  #telling: Promise<void> | undefined
  #asking = false
  #closed = false

  constructor(options: ConsentingPeersOptions) {
    this.#options = options
    this.#known = options.known
  }

  /** Those without whom nothing may be let out. */
  required(): readonly string[] {
    const own = machineOf(this.#options.core)
    const all = new Set([...this.#known, ...this.#unsettled.flat()])
    return [...all].filter((name) => machineOf(name) !== own)
  }

  status(): readonly PeerSaid[] {
    return [...this.#said.values()]
  }

  /** The cores that belong to the pool and live, from now on. The store is told, but not while events wait for it. */
  setCores(names: readonly string[]): void {
    this.#wanted = [...new Set([...names, this.#options.core])].sort()
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined
    })
  }

  async confirm(feed: SpoolFeed): Promise<PeersSay> {
    const { links, clock, core } = this.#options
    this.#asking = true
    const until = clock.monotonic() + RIGHT_MS
    const required = this.required()
    const linked = links.peers().map(({ name }) => name)
    const asked = [...new Set([...required, ...linked])].filter((name) => name !== core)
    const answers = new Map(asked.map((name) => [name, this.#feed(name, feed, required.includes(name))]))
    const given = await Promise.all(required.map(async (name) => ({ name, ...(await answers.get(name)!) })))
    if (given.some(({ said }) => said === 'knows a newer primary')) return 'newer'
    if (required.length === 0) return 'alone'
    const gone = new Set(
      given.flatMap(({ name, gone: its }) => its.filter((one) => machineOf(one) === machineOf(name))),
    )
    const confirmed = given.every(({ name, said }) => said !== 'does not confirm' || gone.has(name))
    if (!confirmed || clock.monotonic() >= until) return 'silent'
    return given.some(({ said }) => said === 'reaches the database') ? 'reaching' : 'consenting'
  }

  written(term: number): void {
    this.#end({ term, written: true })
    this.#said.clear()
    this.#asking = false
    if (this.#wanted) this.setCores(this.#wanted)
  }

  leave(term: number): void {
    this.#end({ term, written: false })
  }

  /** All is in the log: whoever comes may take the lease next. Returns when the store has heard, or did not answer. */
  async release(): Promise<void> {
    this.#closed = true
    await this.#telling
    const { lease, term } = this.#options
    await lease.know(term, ++this.#version, undefined).catch(() => false)
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true
  }

  #end(body: { readonly term: number; readonly written: boolean }): void {
    const { links } = this.#options
    for (const { name } of links.peers()) links.ask(name, END, body, { timeoutMs: ANSWER_MS_MAX }).catch(() => {})
  }

  /** Gives a core all that it lacks. */
  async #feed(core: string, feed: SpoolFeed, known: boolean): Promise<Answer> {
    const deadline = this.#options.clock.monotonic() + ANSWER_MS_MAX
    let holds = this.#said.get(core)?.holds
    let answer: Answer = { said: 'does not confirm', gone: [] }
    let problem = 'it lacks more than one question can carry'
    try {
      for (let after = Math.min(holds ?? feed.from, feed.end); ; ) {
        const fed = await this.#ask(core, feed, { after, deadline, known })
        holds = fed.end
        if (fed.end >= feed.end) {
          answer = { said: fed.reaches ? 'reaches the database' : 'consents', gone: fed.gone }
          break
        }
        if (this.#options.clock.monotonic() >= deadline) break
        after = fed.end
      }
    } catch (error) {
      if (isTandemError(error, 'consent.newer')) answer = { said: 'knows a newer primary', gone: [] }
      else if (!isTandemError(error)) throw error
      problem = error.message
    }
    this.#tellOf(core, { said: answer.said, known, problem })
    this.#said.delete(core)
    this.#said.set(core, { core, known, said: answer.said, holds })
    return answer
  }

  /** Who does not keep what it is given is told of when that begins and when it ends. */
  #tellOf(core: string, { said, known, problem }: Pick<PeerSaid, 'said' | 'known'> & { problem: string }): void {
    const { logger } = this.#options
    const before = this.#said.get(core)?.said
    if (said === before) return
    if (said === 'does not confirm') logger.warn({ core, known, problem }, 'another core does not keep events')
    else if (before === 'does not confirm') logger.info({ core, known, said }, 'another core keeps events again')
  }

  async #ask(
    core: string,
    { term, from, oldest, durable, end, read }: SpoolFeed,
    { after, deadline, known }: { readonly after: number; readonly deadline: Millis; readonly known: boolean },
  ) {
    const { links, clock } = this.#options
    const records = after < end ? firstMessage(await read(after)).slice(0, end - after) : []
    const body = { term, from, oldest, durable, after, records, promise: known && durable < end }
    const timeoutMs = Math.max(50, deadline - clock.monotonic())
    return FedSchema.parse(await links.ask(core, FEED, body, { timeoutMs }))
  }

  async #tell(): Promise<void> {
    const { lease, term, clock, logger } = this.#options
    while (!this.#closed && !this.#asking && this.#wanted && String(this.#wanted) !== String(this.#known)) {
      const wanted = this.#wanted
      const version = ++this.#version
      this.#unsettled = [...this.#unsettled, wanted]
      try {
        // Refused: the term is over, which is learnt elsewhere.
        if (!(await lease.know(term, version, wanted))) return
        this.#known = wanted
        this.#unsettled = []
        logger.info({ cores: wanted, term }, 'the lease names the cores that may take it')
      } catch (error) {
        if (!isTandemError(error)) throw error
        await new Promise<void>((resolve) => clock.after(KNOW_AGAIN_MS, resolve))
      }
    }
  }
}
