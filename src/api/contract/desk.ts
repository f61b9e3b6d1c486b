import { z } from 'zod'
import { DIRECTORY_MAX, DurationMsSchema, MediumSchema, MomentSchema, PAGE_MAX } from './fields.ts'
import { PresenceSchema } from './presence.ts'

/** As many characters as a page of a book; what is longer belongs into a document. */
export const NOTE_CHARS_MAX = 4_000

/** What somebody reads of a customer while the phone rings. */
const THREAD_DEFAULT = 10

/** What an agent has written down of an interaction: all of it each time; what is not said is gone. */
export const NoteSchema = z.strictObject({
  code: z.string().min(1).max(64).optional().describe('what it was about, in the words of the queue'),
  text: z.string().max(NOTE_CHARS_MAX).optional(),
})

/** What an agent has written down of an interaction. */
export type Note = z.infer<typeof NoteSchema>

/** What an agent's page must know besides what moves. */
export const DeskSettingsSchema = z.object({
  notReadyReasons: z.array(z.string()).describe('the setting Not-Ready Reasons'),
  queues: z.array(
    z.object({
      name: z.string(),
      wrapUpCodes: z.array(z.string()).nullable().describe('null: any code'),
      wrapUpCodeRequired: z.boolean(),
      wrapUpMaxMs: DurationMsSchema.describe('how long the work after a call may be made to last'),
    }),
  ),
  faxAccounts: z
    .array(z.object({ name: z.string(), address: z.string() }))
    .describe('the mail accounts of fax gateways that you may send a fax by first'),
  textAccounts: z
    .array(z.object({ name: z.string(), address: z.string() }))
    .describe('the numbers of ours that you may begin a conversation by text message from'),
})

/** What an agent's page must know besides what moves. */
export type DeskSettings = z.infer<typeof DeskSettingsSchema>

/** Whom to look for: words that a name, an extension or a number begins with; accents and case do not count. */
export const DirectoryQuerySchema = z.strictObject({
  search: z.string().max(100).default(''),
  limit: z.coerce.number().int().min(1).max(DIRECTORY_MAX).default(20),
})

/** Somebody or something that a call can be given to. */
export const DirectoryEntrySchema = z.object({
  type: z.enum(['agent', 'queue', 'flow']),
  name: z.string(),
  displayName: z.string(),
  number: z.string(),
  presence: PresenceSchema.nullable().describe(
    'of people; /ws tells how it changes, for whom its message names as `colleagues`',
  ),
  ready: z.number().int().nullable().describe('of queues: agents who are ready'),
  waiting: z.number().int().nullable().describe('of queues'),
})

/** Somebody or something that a call can be given to. */
export type DirectoryEntry = z.infer<typeof DirectoryEntrySchema>

/** Which part of a thread. */
export const ThreadQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(THREAD_DEFAULT),
  after: z.string().max(200).optional().describe('`next` of the page before'),
})

/** Another contact of the same customer, by whatever medium. */
export const ContactSchema = z.object({
  id: z.string(),
  medium: MediumSchema,
  direction: z.enum(['inbound', 'outbound', 'internal']),
  createdAt: MomentSchema,
  state: z.string().describe('`closed`, or how an open one stands'),
  subject: z.string().nullable(),
  queue: z.string().nullable(),
  agent: z.string().nullable(),
  outcome: z.string().nullable(),
  talkMs: DurationMsSchema,
  wrapUpCodes: z.array(z.string()),
  notes: z.array(z.object({ user: z.string(), text: z.string() })),
  lines: z
    .array(
      z.object({
        at: MomentSchema,
        by: z.enum(['customer', 'agent']),
        user: z.string().nullable(),
        text: z.string(),
      }),
    )
    .describe('the last of what was said in writing, oldest first, each line cut at 500 characters'),
})

/** Another contact of the same customer. */
export type ContactView = z.infer<typeof ContactSchema>

/** The contacts of one customer, newest first; those that are open come with the first page. */
export const ThreadSchema = z.object({
  items: z.array(ContactSchema),
  next: z.string().nullable(),
  complete: z.boolean().describe('false while history is away: then only open ones are told'),
})

/** The contacts of one customer. */
export type Thread = z.infer<typeof ThreadSchema>

/** What an agent has done since midnight where the centre is; `figures` by `name@version` (promise 11). */
export const TodaySchema = z.object({
  since: MomentSchema,
  asOf: MomentSchema,
  figures: z.record(z.string(), z.number().nullable()),
})

/** What an agent has done since midnight. */
export type Today = z.infer<typeof TodaySchema>
