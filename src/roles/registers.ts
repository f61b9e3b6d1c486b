import type { Clock, Logger } from '#base'
import { MemoryRegisters, RedisRegisters, type Registers } from '#seams/registers'

/** The registers of the pool if it has a Redis, else this process's own. */
export function openRegisters(url: string | undefined, clock: Clock, logger: Logger): Registers {
  return url === undefined ? new MemoryRegisters(clock) : new RedisRegisters({ url, clock, logger })
}
