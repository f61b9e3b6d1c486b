import { z } from 'zod'
import { milliseconds, name, nameOf } from './fields.ts'
import { WATCHED_FIGURES, type WatchedFigure } from './threshold.ts'

/** Longer is no alarm any more but a report. */
const FOR_MS_MAX = 3_600_000

const figures = Object.keys(WATCHED_FIGURES) as [WatchedFigure, ...WatchedFigure[]]

/** When a figure of a queue is worth somebody's attention. */
export const thresholdSchema = z.strictObject({
  name,
  queue: nameOf('queue').optional(),
  figure: z.enum(figures),
  comparison: z.enum(['above', 'below']),
  value: z
    .number()
    .min(0)
    .max(Math.max(...Object.values(WATCHED_FIGURES))),
  level: z.enum(['warning', 'critical']),
  forMs: milliseconds(0, FOR_MS_MAX).optional(),
})
