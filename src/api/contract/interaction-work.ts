import { z } from 'zod'
import { DurationMsSchema, NameSchema } from './fields.ts'

/** The work is done; of a work item, what came of it. */
export const CompleteSchema = z.strictObject({
  user: NameSchema.optional().describe('the agent who did it; you, when not said'),
  outcome: z.string().min(1).max(200).optional(),
})

/** Whose offer or work it is: yours, when not said. */
export const ActorSchema = z.strictObject({ user: NameSchema.optional() })

/** Asks for more time for the work after a call. */
export const ExtendWrapUpSchema = z.strictObject({
  byMs: DurationMsSchema.min(1_000).max(3_600_000),
  user: NameSchema.optional(),
})

/** Ends your work after the call, with an optional code. */
export const WrapUpSchema = z.strictObject({ code: z.string().min(1).max(64).optional(), user: NameSchema.optional() })
