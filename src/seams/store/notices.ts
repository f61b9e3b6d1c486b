import type { Client, ClientConfig } from 'pg'
import type { Clock, Logger, Timer } from '#base'

/** Wake-ups that the database hands from one process to another. They are not kept: who was away looks for itself. */
export interface Notices {
  /** Calls after each notice on the channel, and whenever some may have been missed. */
  listen(channel: string, wake: () => void): () => void
}

/** How soon a lost connection is tried again; meanwhile everybody looks by themselves anyway. */
const RECONNECT_MS = 250

/** A channel's name goes into a statement as it is. */
const CHANNEL = /^[a-z_]{1,60}$/

/** One connection that listens for everybody in this process. */
export class PostgresNotices implements Notices {
  readonly #newClient: new (
    config: ClientConfig,
  ) => Client
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #channels = new Map<string, Set<() => void>>()
  #client: Client | undefined
  #connecting = false
  #timer: Timer | undefined
  #closed = false

  constructor(newClient: new (config: ClientConfig) => Client, clock: Clock, logger: Logger) {
    this.#newClient = newClient
    this.#clock = clock
    this.#logger = logger
  }

  listen(channel: string, wake: () => void): () => void {
    if (!CHANNEL.test(channel)) throw new TypeError(`not a channel: ${channel}`)
    const entry = (): void => wake()
    const known = this.#channels.get(channel)
    if (known) known.add(entry)
    else this.#channels.set(channel, new Set([entry]))
    if (!this.#client) void this.#connect()
    else if (!known) void this.#client.query(`listen ${channel}`).then(entry, () => {})
    return () => this.#forget(channel, entry)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    this.#channels.clear()
    await this.#client?.end().catch(() => {})
  }

  /** What nobody listens to any more costs the database nothing. */
  #forget(channel: string, entry: () => void): void {
    const entries = this.#channels.get(channel)
    if (!entries?.delete(entry) || entries.size > 0) return
    this.#channels.delete(channel)
    this.#client?.query(`unlisten ${channel}`).catch(() => {})
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#closed) return
    this.#connecting = true
    const client = new this.#newClient({ connectionTimeoutMillis: 2000, keepAlive: true })
    client.on('error', () => {})
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ channel }) => this.#wake(channel))
    try {
      await client.connect()
      for (const channel of this.#channels.keys()) await client.query(`listen ${channel}`)
      this.#client = client
      this.#connecting = false
      if (this.#closed) return void (await client.end())
      // Channels that were added meanwhile.
      for (const channel of this.#channels.keys()) await client.query(`listen ${channel}`)
      for (const channel of this.#channels.keys()) this.#wake(channel)
    } catch (error) {
      this.#connecting = false
      this.#logger.warn({ error: String(error) }, 'notices of the database not heard, trying again')
      await client.end().catch(() => {})
      this.#lost(client)
    }
  }

  #lost(client: Client): void {
    if (this.#client && this.#client !== client) return
    this.#client = undefined
    if (this.#closed || this.#connecting) return
    this.#timer?.stop()
    this.#timer = this.#clock.after(RECONNECT_MS, () => void this.#connect())
  }

  #wake(channel: string): void {
    for (const wake of [...(this.#channels.get(channel) ?? [])]) wake()
  }
}
