export { REGISTER_ERRORS } from './errors.ts'
export {
  KEY_BYTES_MAX,
  REGISTERS_MAX,
  type Reach,
  type RegisterChange,
  type RegisterPeers,
  type Registers,
  VALUE_BYTES_MAX,
} from './port.ts'
export type { RedisSideOptions } from './redis-side.ts'
export { redisOptions } from './redis-url.ts'
export { MemoryRegisters } from './registers-memory.ts'
export { PoolRegisters, type PoolRegistersOptions } from './registers-pool.ts'
