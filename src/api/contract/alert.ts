import { z } from 'zod'
import { MomentSchema } from './fields.ts'
import { ThresholdSchema } from './threshold.ts'

/** Something that was worth attention, from its beginning to its end. */
export const AlertSchema = z.object({
  id: z.string(),
  threshold: ThresholdSchema.describe('as it was then'),
  queue: z.string(),
  value: z.number().describe('what the figure was when it was raised: a count, ms or percent'),
  since: MomentSchema.describe('when the threshold was crossed'),
  raisedAt: MomentSchema.describe('when it had been so for long enough'),
  endedAt: MomentSchema.nullable(),
  endReason: z
    .enum(['restored', 'changed'])
    .nullable()
    .describe('the figure is as it should be; or the threshold is another one, gone, or has nothing to go by'),
  seen: z
    .array(z.object({ user: z.string(), at: MomentSchema }))
    .describe('on whose page it was shown, when for the first time'),
  acknowledged: z
    .object({ by: z.string(), at: MomentSchema, note: z.string().nullable() })
    .nullable()
    .describe('who has said to take care of it'),
})

/** Something that is worth attention, or was. */
export type AlertView = z.infer<typeof AlertSchema>

/** Says that you take care of an alert. */
export const AcknowledgeSchema = z.strictObject({ note: z.string().trim().min(1).max(200).optional() })

/** Which alerts of the past to list. */
export const AlertQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.coerce.number().int().min(1).optional().describe('the `next` of the page before'),
})

/** One page of alerts, newest first. */
export const AlertListSchema = z.object({
  items: z.array(AlertSchema),
  next: z.number().int().nullable().describe('give it as `after` for the next page; null on the last'),
})
