export type * from './command.ts'
export type * from './event.ts'
export type * from './state.ts'
