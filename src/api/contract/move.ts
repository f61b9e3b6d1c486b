import { z } from 'zod'
import { NameSchema } from './fields.ts'

/** Where in the queue it is put: by how long it has waited so far, before all others, or behind them. */
export const MovePlaceSchema = z.enum(['kept', 'front', 'last'])

/** Brings an interaction that waits or talks to another queue or to a person. */
export const MoveSchema = z.strictObject({
  to: z.union([
    z.strictObject({ queue: NameSchema, place: MovePlaceSchema.default('kept') }),
    z.strictObject({ user: NameSchema }),
  ]),
  expects: z
    .enum(['waiting', 'talking'])
    .optional()
    .describe('how it stood when you looked: it is refused (409) when it was answered, or came back, meanwhile'),
  note: z.string().trim().min(1).max(200).optional().describe('why; it stands in the timeline'),
})

/** Brings an interaction to another queue or to a person. */
export type Move = z.input<typeof MoveSchema>

/** Gives what waits another priority, and with it another place in its queue. */
export const ChangePrioritySchema = z.strictObject({
  priority: z.number().int().min(0).max(100).describe('each point is worth as much waiting as its queue says'),
  note: z.string().trim().min(1).max(200).optional().describe('why; it stands in the timeline'),
})

/** Gives what waits another priority. */
export type ChangePriority = z.input<typeof ChangePrioritySchema>
