import { Redis } from 'ioredis'
import { type Clock, type Logger, type Millis, newId, type Timer, tlsProblem } from '#base'
import { REGISTER_ERRORS } from './errors.ts'
import { REGISTERS_MAX, type RegisterChange, type Registers } from './port.ts'
import { redisOptions } from './redis-url.ts'
import { MemoryRegisters } from './registers-memory.ts'

/** A Redis that answers later than this is as good as away: whoever asks works from its own copy. */
const COMMAND_MS_MAX = 1_000
const CONNECT_MS_MAX = 2_000
/** How long after a lost connection the next is tried: at once, then twice a second. */
const RETRY_MS_FIRST = 50
const RETRY_MS_MAX = 500
/** How often everything is compared while the connection stands: what a lost message left wrong is right after this at the latest. */
const COMPARE_MS = 30_000
/** Keys that one step of a look through Redis brings: a step takes it a millisecond. */
const SCAN_COUNT = 500

/** What the driver is made of. */
export interface RedisRegistersOptions {
  /** Its forms stand at {@link redisOptions}. */
  readonly url: string
  readonly clock: Clock
  readonly logger: Logger
  /** What all keys in Redis begin with, so that a Redis may be shared with others. */
  readonly prefix?: string
}

interface Own {
  /** Undefined when it was removed and Redis does not know that yet. */
  readonly value: string | undefined
  readonly expiresAt: Millis
}

/**
 * The registers of a pool. Every process has all of them in its own memory, where they expire by themselves; a change goes to
 * Redis with an expiry, and to everybody over one channel. While Redis is away every method fails, after it has done its part in the
 * own copy, and watchers hear what happens there. When Redis is back, perhaps empty, each process tells again what it had told.
 */
export class RedisRegisters implements Registers {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #prefix: string
  readonly #channel: string
  readonly #self = newId('registers')
  readonly #copy: MemoryRegisters
  readonly #own = new Map<string, Own>()
  readonly #commands: Redis
  readonly #listener: Redis
  #synced = false
  #syncing: Promise<void> | undefined
  #timer: Timer | undefined
  #said: string | undefined
  #closed = false

  constructor({ url, clock, logger, prefix = 'tandem:' }: RedisRegistersOptions) {
    this.#clock = clock
    this.#logger = logger
    this.#prefix = `${prefix}register:`
    this.#channel = `${prefix}registers`
    this.#copy = new MemoryRegisters(clock)
    const options = {
      ...redisOptions(url),
      connectTimeout: CONNECT_MS_MAX,
      commandTimeout: COMMAND_MS_MAX,
      // What cannot be sent now fails now: the own copy is what waits.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times: number) => Math.min(RETRY_MS_FIRST * times, RETRY_MS_MAX),
      sentinelRetryStrategy: (times: number) => Math.min(RETRY_MS_FIRST * times, RETRY_MS_MAX),
      // A master that became a replica refuses to write: then the Sentinels are asked anew.
      reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    }
    this.#commands = new Redis(options)
    this.#listener = new Redis({ ...options, autoResubscribe: false })
    for (const connection of [this.#commands, this.#listener]) {
      connection.on('error', (error: Error) => this.#say(tlsProblem(error) ?? error.message))
      connection.on('ready', () => this.#connected())
      connection.on('close', () => this.#lost())
    }
    this.#listener.on('message', (_, text: string) => this.#hear(text))
  }

  async set(key: string, value: string, ttlMs: Millis): Promise<void> {
    await this.#copy.set(key, value, ttlMs)
    const lifeMs = Math.max(1, Math.round(ttlMs))
    this.#keepOwn(key, { value, expiresAt: this.#clock.monotonic() + lifeMs })
    await this.#reached(() => this.#tell(key, value, lifeMs))
  }

  async get(key: string): Promise<string | undefined> {
    this.#demand()
    return this.#copy.get(key)
  }

  async remove(key: string): Promise<boolean> {
    const was = await this.#copy.remove(key)
    this.#keepOwn(key, { value: undefined, expiresAt: Number.POSITIVE_INFINITY })
    await this.#reached(() => this.#tell(key, undefined, 0))
    this.#own.delete(key)
    return was
  }

  async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    this.#demand()
    return this.#copy.list(prefix)
  }

  watch(prefix: string, changed: (change: RegisterChange) => void): () => void {
    return this.#copy.watch(prefix, changed)
  }

  /** Returns when Redis is there and all of it is known here; for a start that would rather wait. */
  async ready(waitMs: Millis): Promise<boolean> {
    const end = this.#clock.monotonic() + waitMs
    while (!this.#synced && this.#clock.monotonic() < end)
      await new Promise<void>((resolve) => this.#clock.after(RETRY_MS_FIRST, resolve))
    return this.#synced
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    this.#commands.disconnect()
    this.#listener.disconnect()
    await this.#syncing?.catch(() => {})
    await this.#copy.close()
  }

  #keepOwn(key: string, own: Own): void {
    if (this.#own.size >= REGISTERS_MAX) this.#forgetExpired()
    if (this.#own.size < REGISTERS_MAX || this.#own.has(key)) this.#own.set(key, own)
  }

  #forgetExpired(): void {
    const now = this.#clock.monotonic()
    for (const [key, { expiresAt }] of this.#own) if (expiresAt <= now) this.#own.delete(key)
  }

  #demand(): void {
    if (!this.#synced) throw REGISTER_ERRORS['registers.unreachable']({ reason: this.#said ?? 'not connected' })
  }

  async #reached<T>(ask: () => Promise<T>): Promise<T> {
    this.#demand()
    try {
      return await ask()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // What it took of this nobody knows: it is told again with everything.
      this.#syncSoon()
      throw REGISTER_ERRORS['registers.unreachable']({ reason }, error)
    }
  }

  async #tell(key: string, value: string | undefined, lifeMs: Millis): Promise<void> {
    const text = JSON.stringify([this.#self, key, value ?? null, lifeMs])
    const both = this.#commands.multi()
    if (value === undefined) both.del(this.#prefix + key)
    else both.set(this.#prefix + key, value, 'PX', lifeMs)
    const results = await both.publish(this.#channel, text).exec()
    for (const [error] of results ?? []) if (error) throw error
  }

  #hear(text: string): void {
    const [from, key, value, lifeMs] = JSON.parse(text) as [string, string, string | null, number]
    if (from === this.#self) return
    this.#own.delete(key)
    const heard = value === null ? this.#copy.remove(key) : this.#copy.set(key, value, lifeMs)
    heard.catch((error: unknown) => this.#logger.warn({ problem: String(error) }, 'a register is not taken'))
  }

  #connected(): void {
    if (this.#commands.status === 'ready' && this.#listener.status === 'ready') this.#syncSoon()
  }

  #lost(): void {
    if (this.#synced && !this.#closed) this.#logger.warn({}, 'Redis is away: this process works from its own copy')
    this.#synced = false
    this.#timer?.stop()
  }

  #say(problem: string): void {
    if (problem === this.#said || this.#closed) return
    this.#said = problem
    this.#logger.warn({ problem }, 'Redis cannot be reached')
  }

  #syncSoon(): void {
    if (this.#closed) return
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined
      this.#timer?.stop()
      if (!this.#closed && this.#commands.status === 'ready')
        this.#timer = this.#clock.after(this.#synced ? COMPARE_MS : RETRY_MS_MAX, () => this.#syncSoon())
    })
  }

  /** Tells Redis what this process had told, and takes from it what others have. */
  async #sync(): Promise<void> {
    const stood = this.#synced
    try {
      await this.#listener.subscribe(this.#channel)
      const now = this.#clock.monotonic()
      for (const [key, { value, expiresAt }] of [...this.#own]) {
        if (value !== undefined && expiresAt <= now) this.#own.delete(key)
        else await this.#tell(key, value, Math.max(1, Math.round(expiresAt - now)))
        if (value === undefined) this.#own.delete(key)
      }
      const found = await this.#take()
      // Redis may have come back empty: what others told stands here until they tell it again, or it expires.
      if (stood) await this.#drop(found)
      if (!this.#synced) this.#logger.info({ registers: found.size }, 'Redis is there')
      this.#synced = true
      this.#said = undefined
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error))
    }
  }

  /** Takes every register that Redis has into the own copy; returns their keys. */
  async #take(): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    let cursor = '0'
    do {
      const [next, keys] = await this.#commands.scan(cursor, 'MATCH', `${this.#prefix}*`, 'COUNT', SCAN_COUNT)
      cursor = next
      if (keys.length === 0) continue
      const step = this.#commands.pipeline()
      for (const key of keys) step.get(key).pttl(key)
      const results = (await step.exec()) ?? []
      for (const [index, full] of keys.entries()) {
        const value = results[2 * index]?.[1]
        const lifeMs = Number(results[2 * index + 1]?.[1])
        if (typeof value !== 'string' || !(lifeMs > 0)) continue
        const key = full.slice(this.#prefix.length)
        found.add(key)
        if (!this.#own.has(key)) await this.#copy.set(key, value, lifeMs)
      }
    } while (cursor !== '0' && !this.#closed)
    return found
  }

  /** Drops what Redis does not have any more. */
  async #drop(found: ReadonlySet<string>): Promise<void> {
    for (const key of (await this.#copy.list('')).keys())
      if (!found.has(key) && !this.#own.has(key)) await this.#copy.remove(key)
  }
}
