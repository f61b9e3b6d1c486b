import { isTandemError, type Millis, type Timer } from '#base'
import type { Binding } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import { centre } from './repair.ts'

/** After an edge is there, it has told all its bindings; who has none by then has no phone. Two registrations' answers fit in. */
export const SETTLE_MS = 2000

/** How often the end of bindings is looked for: a phone that vanished is noticed this late at most. */
const SWEEP_MS = 5000

/** A refused submit is tried again after this. */
const RETRY_MS = 500

/** A page that is loaded anew, or whose server changes, is there again within this: until then nothing that rings there is taken away. */
export const CLOSED_MS_MAX = 10_000

/** Users with bindings: each has one phone or two; ten times the largest centre. */
const USERS_MAX = 100_000

/** What tells edges of bindings that others learned. */
export interface BindingSink {
  tellBindings(user: string, bindings: readonly Binding[]): void
}

/**
 * Keeps what the edges know of phones, gives it back to an edge that has started anew, and tells the centre who can be reached.
 * An edge names users by their extension, which is the SIP user; the centre knows them by name.
 */
export class Reachability {
  readonly #context: VoiceContext
  readonly #sink: BindingSink
  readonly #bindings = new Map<string, readonly Binding[]>()
  #settled = false
  #timer: Timer | undefined
  #closed = false

  constructor(context: VoiceContext, sink: BindingSink) {
    this.#context = context
    this.#sink = sink
  }

  /** How many users have a phone. */
  get count(): number {
    return this.#bindings.size
  }

  /** Whether the newest of a user's phones is a browser: it registered over a WebSocket (RFC 7118 5.2). */
  isBrowser(extension: string): boolean {
    const [newest] = this.contactsOf(extension)
    return newest !== undefined && /;transport=wss?(;|$)/i.test(newest)
  }

  /** Whether the newest of a user's phones registered over TLS. */
  isSecret(extension: string): boolean {
    const [newest] = this.contactsOf(extension)
    return newest !== undefined && /^sips:|;transport=tls(;|$)/i.test(newest)
  }

  /** When a user's newest phone last registered; undefined while there is none. */
  registeredAt(extension: string): Millis | undefined {
    const bindings = this.#bindings.get(extension)
    return bindings && Math.max(...bindings.map(({ updatedAt }) => updatedAt))
  }

  /** Where a user's phones are, pages that are closed behind all others, then the newest first: the URIs of their contacts. */
  contactsOf(extension: string): readonly string[] {
    const isClosed = ({ closedAt }: Binding): number => (closedAt === undefined ? 0 : 1)
    const bindings = [...(this.#bindings.get(extension) ?? [])]
    return bindings
      .sort((one, other) => isClosed(one) - isClosed(other) || other.updatedAt - one.updatedAt)
      .map(({ contact }) => contact)
  }

  /** The edge's word: all bindings of one user, newest. */
  learn(extension: string, bindings: readonly Binding[]): void {
    if (bindings.length === 0) this.#bindings.delete(extension)
    else if (this.#bindings.size < USERS_MAX || this.#bindings.has(extension)) this.#bindings.set(extension, bindings)
    this.#report(extension)
  }

  /** The user is rung at its own phone again: whether that is there is told anew. */
  tellAnew(user: string): void {
    const { extension } = this.#context.sequencer.committed.states.centre.configuration.users.get(user) ?? {}
    if (extension !== undefined) this.#report(extension)
  }

  /** An edge is there, perhaps with nothing in its memory. */
  edgeConnected(): void {
    for (const [extension, bindings] of this.#bindings) this.#sink.tellBindings(extension, bindings)
    this.#timer?.stop()
    this.#timer = this.#context.clock.after(SETTLE_MS, () => {
      this.#settled = true
      this.#sweep()
    })
  }

  close(): void {
    this.#closed = true
    this.#timer?.stop()
  }

  /** Compares every agent with the bindings: the log may say otherwise after both core and edge were away. */
  #sweep(): void {
    if (this.#closed) return
    const now = this.#context.clock.now()
    for (const [extension, bindings] of this.#bindings) {
      const left = bindings.filter((binding) => binding.expiresAt > now)
      if (left.length === bindings.length) continue
      if (left.length === 0) this.#bindings.delete(extension)
      else this.#bindings.set(extension, left)
    }
    const { configuration, agents } = this.#context.sequencer.committed.states.centre
    for (const name of agents.keys()) {
      const extension = configuration.users.get(name)?.extension
      if (extension !== undefined) this.#report(extension)
    }
    this.#timer = this.#context.clock.after(SWEEP_MS, () => this.#sweep())
  }

  /** Whether a phone is there: a page that was closed a while ago is none. */
  #isThere(extension: string): boolean {
    const now = this.#context.clock.now()
    const bindings = this.#bindings.get(extension) ?? []
    return bindings.some(({ closedAt }) => closedAt === undefined || now - closedAt < CLOSED_MS_MAX)
  }

  #report(extension: string): void {
    const { configuration, agents } = this.#context.sequencer.committed.states.centre
    const user = configuration.extensions.get(extension)
    const agent = user === undefined ? undefined : agents.get(user)
    const reachable = this.#isThere(extension)
    // Who is rung at a number outside is there whatever is registered.
    if (user === undefined || !agent || agent.station !== undefined) return
    if (agent.reachable === reachable || (!reachable && !this.#settled)) return
    this.#context.sequencer.submit([centre({ type: 'SetReachable', user, reachable })]).catch((error: unknown) => {
      this.#context.logger.warn({ error: isTandemError(error) ? error.code : String(error) }, 'reachability waits')
      this.#context.clock.after(RETRY_MS, () => !this.#closed && this.#report(extension))
    })
  }
}
