import { z } from 'zod'
import { MomentSchema } from './fields.ts'

/** How the seats of a feature are used now, in the whole pool. */
export const SeatUseSchema = z.object({
  feature: z.string(),
  used: z.number().int().describe('people logged on; somebody with two tabs counts once'),
  seats: z.number().int().nullable().describe('null: as many as come'),
  overuse: z.enum(['allow', 'refuse']).nullable(),
  over: z.number().int().describe('people beyond the seats'),
})

const DaySchema = z.iso.date()

/** Which days of peaks: at most a year and a day. */
export const SeatPeaksQuerySchema = z.strictObject({ from: DaySchema, to: DaySchema })

/** The most people of a feature who were logged on at once on one day (UTC). */
export const SeatPeakSchema = z.object({
  day: DaySchema,
  feature: z.string(),
  peak: z.number().int(),
  seats: z.number().int().nullable(),
  at: MomentSchema,
})
