import { z } from 'zod'
import { DurationMsSchema, MomentSchema } from './fields.ts'
import { InteractionSchema, ParticipantSchema } from './interaction.ts'
import { WhySchema } from './interaction-why.ts'

/** Where the time of a closed interaction went; the parts add up to `totalMs`. */
export const DurationsSchema = z.object({
  totalMs: DurationMsSchema,
  flowMs: DurationMsSchema,
  waitMs: DurationMsSchema,
  ringMs: DurationMsSchema,
  talkMs: DurationMsSchema,
  holdMs: DurationMsSchema,
  wrapUpMs: DurationMsSchema,
})

/** One event of an interaction. */
export const TimelineEntrySchema = z.object({
  sequence: z.number().int().describe('the place of the event in the log'),
  at: MomentSchema,
  type: z.string().describe('the kernel name of the event, such as Queued'),
  details: z.record(z.string(), z.unknown()),
  why: WhySchema.nullable(),
})

/** One event of an interaction. */
export type TimelineEntry = z.infer<typeof TimelineEntrySchema>

/** A stretch of an interaction's life; they follow on each other without gap or overlap (DAT-02). */
export const SegmentSchema = z.object({
  kind: z.enum(['menu', 'queue', 'ring', 'talk', 'hold', 'wrap-up']),
  startedAt: MomentSchema,
  endedAt: MomentSchema.nullable(),
  queue: z.string().nullable(),
  agent: z.string().nullable(),
})

/** An interaction with everything that is known of it. */
export const InteractionDetailSchema = InteractionSchema.extend({
  interactionIdKey: z.string().describe('identifies the interaction in the database (DAT-04)'),
  seqno: z.number().int().describe('how many takeovers it lived through (DAT-05)'),
  durations: DurationsSchema.nullable(),
  participants: z.array(ParticipantSchema),
  segments: z.array(SegmentSchema),
  recordings: z.array(z.string()),
  wrapUpCodes: z.array(z.string()),
  timeline: z.array(TimelineEntrySchema),
  timelineComplete: z.boolean().describe('false while history cannot be read: then the timeline is empty'),
})

/** An interaction with everything that is known of it. */
export type InteractionDetail = z.infer<typeof InteractionDetailSchema>
