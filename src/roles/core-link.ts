import { connect } from 'node:net'
import { assert, type Clock, isTandemError, type Logger, type Millis } from '#base'
import { type Links, openLinks, type PeerAddress } from '#engines/link'
import { type Answered, type Connections, connectionStatus, type PingKind, type Reads } from '#engines/switchover'
import type { ControlAddress } from './role-options.ts'

/** A ping is answered for after this long at the latest; whoever pings has counted it as failed long before. */
const PING_MS_MAX = 10_000
/** A backup that has not pinged for this long is not counted on. */
const HEARD_MS_MAX = 3_000
/** More cores than any pool has. */
const BACKUPS_MAX = 64
/** How long an edge may take to begin a conversation, when a backup tries whether it does. */
const SPEAKS_MS_MAX = 500

/** What a core says of itself with each ping. */
export interface CoreSelf {
  readonly holder: string
  readonly name: string
  readonly node: string
  readonly release: string
  readonly reads: Reads
  /** The newest event that it has folded. */
  readonly position: number
  /** Its switchover state, in words. */
  readonly state: string
  readonly draining: boolean
}

/** What a core's link is made of. */
export interface CoreLinkOptions {
  readonly secret: string
  readonly clock: Clock
  readonly logger: Logger
  /** Where it listens for other cores. */
  readonly listen: string
  self(): CoreSelf
  /** How this core is, when it is asked as primary; undefined while it is none. */
  answer(kind: PingKind): Promise<Answered> | undefined
  /** Where edges and media processes begin a conversation with whoever connects. */
  peers(): readonly ControlAddress[]
}

/**
 * What switchover uses of the links between cores: pings to the primary over its two connections, and what backups say of themselves with
 * theirs. Pings are answered by the event loop that serves calls, so one that hangs is not heard of.
 */
export class CoreLink implements Connections {
  readonly #options: CoreLinkOptions
  readonly #backups = new Map<string, { readonly self: CoreSelf; readonly heardAt: Millis; readonly lag: number }>()
  readonly #listeners = new Set<() => void>()
  #links: Links | undefined
  #target: { readonly holder: string; readonly name: string } | undefined

  constructor(options: CoreLinkOptions) {
    this.#options = options
  }

  /** Begins to listen; gives the port. */
  async open(): Promise<number> {
    const { secret, clock, logger, listen, self } = this.#options
    const { name, holder } = self()
    const links = await openLinks({ name, life: holder, listen: { host: listen, port: 0 }, secret, clock, logger })
    links.answer('ping', (body) => this.#heard(body))
    links.onChanged(() => this.#changed())
    this.#links = links
    return links.address.port
  }

  /** The links themselves, once they are open: for what else cores ask each other. */
  get links(): Links {
    assert(this.#links, 'the link is open')
    return this.#links
  }

  /** The other cores of the pool, wherever they are now. */
  setPeers(peers: readonly PeerAddress[]): void {
    this.#links?.setPeers(peers)
  }

  get peer(): string | undefined {
    return this.#target?.holder
  }

  get status() {
    const peer = this.#links?.peers().find(({ name }) => name === this.#target?.name)
    // A later life under the same name is not the primary that is watched.
    if (!peer || peer.life !== this.#target?.holder) return connectionStatus(false, false)
    return connectionStatus(peer.main, peer.auxiliary)
  }

  /** The name of the primary that is watched and linked. */
  get primary(): string | undefined {
    return this.status === 'both down' ? undefined : this.#target?.name
  }

  onChanged(listener: () => void): () => void {
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  /** Watches the primary, whoever is it now; nobody when it is this core. */
  watch(primary: { readonly holder: string; readonly name: string } | undefined): void {
    if (primary?.holder === this.#target?.holder) return
    this.#target = primary
    this.#changed()
  }

  async ask(kind: PingKind): Promise<Answered> {
    if (!this.#links || !this.#target || this.status === 'both down') return { answer: 'connection lost' }
    try {
      const body = { kind, self: this.#options.self() }
      const answered = (await this.#links.ask(this.#target.name, 'ping', body, { timeoutMs: PING_MS_MAX })) as Answered
      return answered.answer === 'ill' ? await this.#doubt(answered) : answered
    } catch (error) {
      const code = isTandemError(error) ? error.code : ''
      if (code === 'channel.timeout') return { answer: 'timeout' }
      if (code === 'channel.closed' || code.startsWith('link.')) return { answer: 'connection lost' }
      return { answer: 'rejected', detail: String(error) }
    }
  }

  /** Both dial again by themselves, at most a second apart. */
  reconnect(): void {}

  /** The backups that pinged a moment ago. */
  backups(): readonly CoreSelf[] {
    return this.#heardLately().map(({ self }) => self)
  }

  /** How many events each of them was behind when it pinged. */
  backupLags(): readonly { readonly name: string; readonly lag: number }[] {
    return this.#heardLately().map(({ self, lag }) => ({ name: self.name, lag }))
  }

  /** Connections to the primary that are up, of two. */
  get connections(): number {
    const peer = this.#links
      ?.peers()
      .find(({ name, life }) => name === this.#target?.name && life === this.#target.holder)
    return Number(peer?.main ?? false) + Number(peer?.auxiliary ?? false)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#links?.close()
  }

  #heardLately() {
    const now = this.#options.clock.monotonic()
    return [...this.#backups.values()].filter(({ heardAt }) => now - heardAt < HEARD_MS_MAX)
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  async #heard(body: unknown): Promise<Answered> {
    const { kind, self } = body as { readonly kind: PingKind; readonly self: CoreSelf }
    this.#backups.delete(self.holder)
    const lag = Math.max(0, this.#options.self().position - self.position)
    this.#backups.set(self.holder, { self, heardAt: this.#options.clock.monotonic(), lag })
    const oldest = this.#backups.keys().next().value
    if (this.#backups.size > BACKUPS_MAX && oldest !== undefined) this.#backups.delete(oldest)
    return (await this.#options.answer(kind)) ?? { answer: 'rejected', detail: 'this core is no primary' }
  }

  /** The primary says that its calls do not get through. If they would not from here either, a switchover mends nothing. */
  async #doubt(ill: Answered): Promise<Answered> {
    const spoke = await Promise.all(this.#options.peers().map(speaks))
    if (spoke.some(Boolean)) return ill
    return { answer: 'success', detail: `${ill.detail ?? 'ill'}; nor does this core reach them, so nothing follows` }
  }
}

/** Whether somebody who lives listens there: edges and media processes speak first. One that is stopped only accepts. */
function speaks({ host, port }: ControlAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: SPEAKS_MS_MAX })
    const done = (spoke: boolean) => {
      socket.destroy()
      resolve(spoke)
    }
    socket.once('data', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
  })
}
