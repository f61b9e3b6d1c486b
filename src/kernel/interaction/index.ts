export type * from './interaction.ts'
