import { z } from 'zod'
import { MomentSchema, NameSchema } from './fields.ts'

/** Somebody on a website who wants to be called. `key` is made by the page at random and kept by it: the same key again is the same callback. */
export const NewCallbackSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/, 'the key has 32 hexadecimal digits'),
  queue: NameSchema,
  number: z.string().regex(/^\+?[0-9]{3,20}$/, 'a number has 3 to 20 digits, + in front allowed'),
  at: z
    .strictObject({
      local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must look like 2026-11-28T09:30'),
      timeZone: z.string().min(1).max(64).describe('the name of the IANA, such as Europe/Berlin'),
    })
    .optional()
    .describe('by the clock on the customer’s wall; as soon as somebody is free when not said'),
})

/** A callback that was asked for: send `token` as bearer token with everything about it. */
export const CallbackBegunSchema = z.object({ id: z.string(), token: z.string(), at: MomentSchema.nullable() })

/** How it stands with a callback. */
export const CallbackSchema = z.object({
  id: z.string(),
  state: z.enum(['scheduled', 'waiting', 'calling', 'talking', 'over']),
  at: MomentSchema.nullable().describe('when it is meant for, while that is to come'),
})
