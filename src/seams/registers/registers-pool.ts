import type { Clock, Logger, Millis } from '#base'
import { REGISTER_ERRORS } from './errors.ts'
import type { Reach, RegisterChange, RegisterPeers, Registers } from './port.ts'
import { RedisSide, type RedisSideOptions } from './redis-side.ts'
import type { Change } from './register-change.ts'
import { RegisterCopy } from './register-copy.ts'
import { RegisterExchange } from './register-exchange.ts'

/** What the driver is made of. */
export interface PoolRegistersOptions extends Omit<RedisSideOptions, 'url'> {
  /** Its forms stand at `redisOptions`; without one the cores tell each other alone. */
  readonly url?: string | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * The registers of a pool. Every process has all of them in its own memory, where they expire by themselves; what it changes goes to the others
 * through Redis, and over the links between the cores while Redis is away. A change that does not reach all of them fails, after it has done its part in the own
 * copy; it reaches them as soon as there is a way. Where there is no Redis nothing fails: each process goes by what it knows.
 */
export class PoolRegisters implements Registers {
  readonly #copy: RegisterCopy
  readonly #redis: RedisSide | undefined
  readonly #exchange: RegisterExchange

  constructor({ url, ...options }: PoolRegistersOptions) {
    const { clock, logger } = options
    this.#copy = new RegisterCopy(clock, logger)
    this.#exchange = new RegisterExchange({ copy: this.#copy, clock, logger }, true)
    this.#redis =
      url === undefined
        ? undefined
        : new RedisSide({ url, ...options }, this.#copy, () => this.#exchange.setAlone(!this.#redis?.synced))
  }

  /** Tells the other cores, and is told, over these links from now on, whenever one is without Redis. */
  linked(peers: RegisterPeers): void {
    this.#exchange.linked(peers)
  }

  async set(key: string, value: string, ttlMs: Millis): Promise<void> {
    await this.#reaches(this.#copy.set(key, value, ttlMs))
  }

  async get(key: string): Promise<string | undefined> {
    await this.#demand()
    return this.#copy.values.get(key)
  }

  async remove(key: string): Promise<boolean> {
    const { was, change } = this.#copy.remove(key)
    await this.#reaches(change)
    return was
  }

  async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    await this.#demand()
    return this.#copy.values.list(prefix)
  }

  watch(prefix: string, changed: (change: RegisterChange) => void): () => void {
    return this.#copy.values.watch(prefix, changed)
  }

  /** By what a change comes to the others now. */
  reach(): Reach {
    if (this.#redis?.synced) return 'redis'
    return this.#exchange.whole ? 'links' : 'nobody'
  }

  /** Answers that this process has given to others over the links: none while all have Redis. */
  get answers(): number {
    return this.#exchange.answers
  }

  /** Returns when Redis is there and all of it is known here; for a start that would rather wait. */
  async ready(waitMs: Millis): Promise<boolean> {
    return this.#redis?.ready(waitMs) ?? true
  }

  async close(): Promise<void> {
    this.#exchange.close()
    await this.#redis?.close()
    await this.#copy.close()
  }

  async #reaches(change: Change): Promise<void> {
    if (!this.#redis?.synced) return this.#demand()
    try {
      await this.#redis.tell(change)
    } catch {
      await this.#demand()
    }
  }

  async #demand(): Promise<void> {
    if (!this.#redis || this.#redis.synced || (await this.#exchange.settled())) return
    throw REGISTER_ERRORS['registers.unreachable']({ reason: this.#redis.problem })
  }
}
