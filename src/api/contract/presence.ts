import { z } from 'zod'
import { MediumSchema, MomentSchema, PresenceNoteSchema } from './fields.ts'
import { AgentStatusSchema } from './live.ts'

/** What colleagues shall read beside the status from now on. */
export const NotePresenceSchema = z.strictObject({
  note: PresenceNoteSchema.nullable().describe('null: nothing any more'),
})

/** By what somebody can be reached at this moment: the own phone or browser, a telephone outside, a page that is told at once what is written. */
export const ReachedBySchema = z.enum(['phone', 'telephone', 'chat'])

/** What a colleague sees of another: what it is, what it says, what its line does, and by what it can be reached (AGS-05, AGS-06). */
export const PresenceSchema = z.object({
  user: z.string(),
  status: AgentStatusSchema,
  reason: z.string().nullable(),
  note: z.string().nullable(),
  line: z.enum(['none', 'idle', 'ringing', 'busy']).describe('none: no phone is there'),
  reachedBy: z.array(ReachedBySchema),
  media: z.array(MediumSchema).describe('the work that is given to the user'),
})

/** What a colleague sees of another. */
export type Presence = z.infer<typeof PresenceSchema>

/** Somebody who is logged on, on whichever machine of the pool (AGS-11). */
export const LogOnSchema = z.object({
  user: z.string(),
  displayName: z.string(),
  role: z.string(),
  node: z.string().describe('the machine that serves it now'),
  address: z.string().describe('from where'),
  since: MomentSchema.describe('the log-in'),
})

/** Somebody who is logged on. */
export type LogOnView = z.infer<typeof LogOnSchema>

/** Everybody who is logged on. */
export const LogOnsSchema = z.object({
  items: z.array(LogOnSchema),
  complete: z.boolean().describe('false: the registers are away, and only this core’s are told'),
})

/** Everybody who is logged on. */
export type LogOns = z.infer<typeof LogOnsSchema>
