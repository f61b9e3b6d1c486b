import { z } from 'zod'
import { DurationMsSchema } from './fields.ts'

/** When a figure of a queue is worth somebody's attention. */
export const ThresholdSchema = z.object({
  name: z.string(),
  queue: z.string().optional().describe('every queue when not said'),
  figure: z.enum(['waiting', 'longest-wait', 'ready', 'service-level', 'abandoned', 'overdue']),
  comparison: z.enum(['above', 'below']),
  value: z.number().describe('a count, ms or percent, as the figure is; not included'),
  level: z.enum(['warning', 'critical']),
  forMs: DurationMsSchema.optional().describe('how long it must have been so'),
})

/** When a figure of a queue is worth somebody's attention. */
export type Threshold = z.infer<typeof ThresholdSchema>

/** A threshold; its ranges and its queue are checked by the kernel, which names the path of what is wrong. */
export const ThresholdInputSchema = z.looseObject({
  figure: z.string(),
  comparison: z.enum(['above', 'below']).default('above'),
  value: z.number(),
  level: z.enum(['warning', 'critical']).default('warning'),
})
