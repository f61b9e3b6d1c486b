export { REGISTER_ERRORS } from './errors.ts'
export { KEY_BYTES_MAX, REGISTERS_MAX, type RegisterChange, type Registers, VALUE_BYTES_MAX } from './port.ts'
export { MemoryRegisters } from './registers-memory.ts'
