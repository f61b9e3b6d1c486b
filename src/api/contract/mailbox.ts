import { z } from 'zod'
import { DurationMsSchema, MomentSchema, NameSchema, PAGE_DEFAULT, PAGE_MAX } from './fields.ts'

/** A mailbox that whoever asks may open: how much in it nobody has heard. */
export const MailboxSchema = z.object({
  name: z.string().describe('of the user or the queue that it belongs to'),
  unheard: z.number().int(),
  messages: z.number().int().describe('without those that were removed'),
})

/** A mailbox, and how much in it nobody has heard. */
export type MailboxView = z.infer<typeof MailboxSchema>

const DoneSchema = z.object({ by: z.string(), at: MomentSchema }).nullable()

/** What a caller said for a user or a queue. */
export const VoiceMessageSchema = z.object({
  id: z.string().describe('of its recording as well: the sound is at /recordings/{id}/audio'),
  mailbox: z.string(),
  interaction: z.string(),
  from: z.string(),
  name: z.string().nullable().describe('of who called, when it was a colleague'),
  customer: z.string().nullable(),
  at: MomentSchema,
  durationMs: DurationMsSchema,
  sound: z
    .enum(['pending', 'kept', 'lost'])
    .describe('`pending`: not finished yet; `lost`: gone with what recorded it'),
  heard: DoneSchema,
  removed: DoneSchema.describe('it is in no list any more, and can be restored'),
})

/** What a caller said for a user or a queue. */
export type VoiceMessageView = z.infer<typeof VoiceMessageSchema>

/** Which messages to list. */
export const VoiceMessagesQuerySchema = z.strictObject({
  mailbox: NameSchema.optional().describe('only this one; without it your own and those of the queues that you serve'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  after: z.string().max(200).optional().describe('the `next` of the page before'),
})

/** Messages, newest first. */
export const VoiceMessagesSchema = z.object({
  items: z.array(VoiceMessageSchema),
  next: z.string().nullable().describe('give it as `after` for the next page; null on the last'),
})

/** A page of messages. */
export type VoiceMessages = z.infer<typeof VoiceMessagesSchema>

/** What becomes of a message; `restored` undoes `removed`. */
export const VoiceMarkSchema = z.strictObject({ as: z.enum(['heard', 'unheard', 'removed', 'restored']) })
