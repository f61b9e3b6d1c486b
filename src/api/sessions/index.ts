export { SESSION_ERRORS } from './errors.ts'
export { Passwords } from './passwords.ts'
export { Throttle } from './throttle.ts'
export { type Claims, MemoryRevocations, type Revocations, TOKEN_LIFE_MS, Tokens } from './tokens.ts'
