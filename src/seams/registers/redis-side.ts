import { Redis } from 'ioredis'
import { type Clock, type Logger, type Millis, type Timer, tlsProblem } from '#base'
import { redisOptions } from './redis-url.ts'
import { type Change, isLater, readChange, readStored, type Stamp, storedOf, wordsOf } from './register-change.ts'
import type { RegisterCopy } from './register-copy.ts'

/** A Redis that answers later than this is as good as away: whoever asks works from its own copy. */
const COMMAND_MS_MAX = 1_000
const CONNECT_MS_MAX = 2_000
/** How long after a lost connection the next is tried: at once, then twice a second. */
const RETRY_MS_FIRST = 50
const RETRY_MS_MAX = 500
/** How often everything is compared while the connection stands: what a lost message left wrong is right after this at the latest. */
const COMPARE_MS = 30_000
/** When Redis is back, each process tells its own registers at once. Those of others it tells after this, if they are still missing: their writer is no more. */
const REFILL_MS = 2_000
/** Keys that one step of a look through Redis brings: a step takes it a millisecond. */
const SCAN_COUNT = 500
/** Registers that are told at once: a Redis that is as good as away is found so before much waits for it. */
const TELL_COUNT = 200

/** What the side of Redis is made of. */
export interface RedisSideOptions {
  /** Its forms stand at {@link redisOptions}. */
  readonly url: string
  readonly clock: Clock
  readonly logger: Logger
  /** What all keys in Redis begin with, so that a Redis may be shared with others. */
  readonly prefix?: string
}

/**
 * What keeps a process's copy and Redis the same. A change goes to Redis with its expiry, and to everybody over one channel. One that is lost is
 * made up for when all is compared. A Redis that comes back, be it empty or with older values, is told what it lacks.
 */
export class RedisSide {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #prefix: string
  readonly #channel: string
  readonly #copy: RegisterCopy
  readonly #changed: () => void
  readonly #commands: Redis
  readonly #listener: Redis
  #synced = false
  #syncing: Promise<void> | undefined
  #timer: Timer | undefined
  #said: string | undefined
  /** The life of the Redis that was compared with last: another one may have lost what it was told. */
  #run: string | undefined
  #closed = false

  /** `changed` is called when it comes to be well, and when it no longer is. */
  constructor({ url, clock, logger, prefix = 'tandem:' }: RedisSideOptions, copy: RegisterCopy, changed: () => void) {
    this.#clock = clock
    this.#logger = logger
    this.#prefix = `${prefix}register:`
    this.#channel = `${prefix}registers`
    this.#copy = copy
    this.#changed = changed
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

  /** Whether Redis answers in time and all that it has is known here. */
  get synced(): boolean {
    return this.#synced
  }

  /** Why it is not, in words. */
  get problem(): string {
    return this.#said ?? 'not connected'
  }

  /** Tells Redis and everybody; when that fails, nobody knows what it took of it, and Redis counts as away. */
  async tell(change: Change): Promise<void> {
    try {
      await this.#tell(change)
    } catch (error) {
      this.#say(String(error))
      this.#lost()
      this.#syncSoon()
      throw error
    }
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
  }

  async #tell(change: Change): Promise<void> {
    const { key, value, lifeMs } = change
    const both = this.#commands.multi()
    if (value === undefined) both.del(this.#prefix + key)
    else both.set(this.#prefix + key, storedOf({ ...change, value }), 'PX', lifeMs)
    const text = JSON.stringify([this.#copy.self, ...wordsOf(change)])
    const results = await both.publish(this.#channel, text).exec()
    for (const [error] of results ?? []) if (error) throw error
    this.#copy.owe(change, false)
  }

  #hear(text: string): void {
    const [from, ...words] = wordsIn(text)
    const change = from === this.#copy.self ? undefined : readChange(words)
    if (!change || this.#copy.merge(change, { owed: false })) return
    // Redis has now what is older: whoever told the later one tells it again.
    const own = this.#copy.laterOwn(change)
    if (own && this.#synced) this.tell(own).catch(() => {})
  }

  #connected(): void {
    if (this.#commands.status === 'ready' && this.#listener.status === 'ready') this.#syncSoon()
  }

  #lost(): void {
    if (!this.#synced || this.#closed) return
    this.#logger.warn({}, 'Redis is away: this process works from its own copy')
    this.#synced = false
    this.#timer?.stop()
    this.#changed()
  }

  #say(problem: string): void {
    if (problem === this.#said || this.#closed) return
    this.#said = problem
    this.#logger.warn({ problem }, 'Redis cannot be reached')
  }

  #syncSoon(): void {
    if (this.#closed) return
    this.#syncing ??= this.#sync()
      .catch((error: unknown) => {
        this.#say(error instanceof Error ? error.message : String(error))
        this.#lost()
        return RETRY_MS_MAX
      })
      .then((nextMs) => {
        this.#syncing = undefined
        this.#timer?.stop()
        if (!this.#closed && this.#commands.status === 'ready')
          this.#timer = this.#clock.after(nextMs, () => this.#syncSoon())
      })
  }

  /** Takes from Redis what is later there, and tells it what is later here; gives when to compare again. */
  async #sync(): Promise<Millis> {
    const first = !this.#synced
    await this.#listener.subscribe(this.#channel)
    const run = await this.#runOf()
    // What comes while it is compared is none of this comparison's.
    const place = this.#copy.head
    const found = await this.#take()
    // After FLUSHALL it runs on, and has nothing.
    const kept = run !== undefined && run === this.#run && found.size > 0
    const owes = await this.#compare(found, { place, first, kept })
    this.#run = run
    if (first) {
      this.#logger.info({ registers: found.size }, 'Redis is there')
      this.#synced = true
      this.#said = undefined
      this.#changed()
    }
    const since = this.#copy.until(this.#copy.head).filter(({ owed, writer }) => owed && writer === this.#copy.self)
    await this.#tellAll(since)
    return owes ? REFILL_MS : COMPARE_MS
  }

  /** The id of its life; undefined where it tells nobody. */
  async #runOf(): Promise<string | undefined> {
    const said = await this.#commands.info('server').catch((error: unknown) => {
      if (String(error).includes('NOPERM')) return ''
      throw error
    })
    return /^run_id:(\w+)/m.exec(said)?.[1]
  }

  /** Takes every register that Redis has into the own copy, where nothing later is known; returns them. */
  async #take(): Promise<ReadonlyMap<string, Stamp>> {
    const found = new Map<string, Stamp>()
    let cursor = '0'
    do {
      const [next, keys] = await this.#commands.scan(cursor, 'MATCH', `${this.#prefix}*`, 'COUNT', SCAN_COUNT)
      cursor = next
      if (keys.length === 0) continue
      const step = this.#commands.pipeline()
      for (const key of keys) step.get(key).pttl(key)
      const results = (await step.exec()) ?? []
      for (const [index, full] of keys.entries()) {
        const stored = readStored(String(results[2 * index]?.[1] ?? ''))
        const lifeMs = Number(results[2 * index + 1]?.[1])
        const key = full.slice(this.#prefix.length)
        const change = stored && readChange(wordsOf({ key, lifeMs, ...stored }))
        if (!change) continue
        found.set(key, change)
        this.#copy.merge(change, { owed: false })
      }
    } while (cursor !== '0' && !this.#closed)
    return found
  }

  /**
   * Tells Redis what is later here than what was found there, or missing there. What another process had told and is missing was removed, where
   * Redis has `kept` what it had; else its writer tells it again, and this process next time if it does not. Returns whether something is owed.
   */
  async #compare(found: ReadonlyMap<string, Stamp>, { place, first, kept }: Comparison): Promise<boolean> {
    const telling: Change[] = []
    let owes = false
    for (const change of this.#copy.until(place)) {
      const there = found.get(change.key)
      // A removal that is owed is told also where Redis has nothing: somebody may have it still, and put it there.
      const isSame = there ? !isLater(change, there) : change.value === undefined && !change.owed
      if (isSame) this.#copy.owe(change, false)
      else if (change.writer === this.#copy.self || (change.owed && !first)) telling.push(change)
      else if (!there && !change.owed && kept) this.#copy.forget(change.key)
      else {
        this.#copy.owe(change, true)
        owes = true
      }
    }
    await this.#tellAll(telling)
    return owes
  }

  async #tellAll(changes: readonly Change[]): Promise<void> {
    for (let at = 0; at < changes.length; at += TELL_COUNT)
      await Promise.all(changes.slice(at, at + TELL_COUNT).map((change) => this.#tell(change)))
  }
}

interface Comparison {
  /** What is known up to here is compared. */
  readonly place: number
  /** Whether Redis was away before. */
  readonly first: boolean
  /** Whether Redis has what it had when it was compared last. */
  readonly kept: boolean
}

/** What was said on the channel; nothing of this pool's where somebody else speaks there. */
function wordsIn(text: string): readonly unknown[] {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words : []
  } catch {
    return []
  }
}
