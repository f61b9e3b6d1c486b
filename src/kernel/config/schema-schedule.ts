import { z } from 'zod'
import { name } from './fields.ts'
import { isTimeZone } from './schedule.ts'

/** A day with more openings is a mistake. */
const SPANS_MAX = 20

/** Ten years of holidays. */
const EXCEPTIONS_MAX = 200

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'is not a time of day (HH:MM)')
const spans = z
  .array(
    z
      .strictObject({ from: clock, to: clock })
      .refine(({ from, to }) => from < to, 'does not end after it begins: what goes past midnight is two'),
  )
  .max(SPANS_MAX)

/** When something is open. */
export const scheduleSchema = z.strictObject({
  name,
  timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone'),
  weekly: z.array(z.strictObject({ days: z.array(z.number().int().min(1).max(7)).max(7), spans })).max(SPANS_MAX),
  exceptions: z
    .array(
      z.strictObject({
        date: z.string().regex(/^[0-9]{4}-[01][0-9]-[0-3][0-9]$/, 'is not a date (YYYY-MM-DD)'),
        spans,
      }),
    )
    .max(EXCEPTIONS_MAX)
    .optional(),
})
