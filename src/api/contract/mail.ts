import { z } from 'zod'
import { MessageFileSchema, MessageIdSchema } from './conversation.ts'

/** As much as one event of the log takes, however it is escaped. */
export const MAIL_CHARS_MAX = 65_536
/** More people are a list, which has an address of its own. */
const RECIPIENTS_MAX = 50
const SUBJECT_CHARS_MAX = 500
/** What a mail that came may have (src/adapters/mail): passed on, it has all of them. */
const FILES_MAX = 50
const FILE_NAME_CHARS_MAX = 200

/** Nothing in it begins another line of a mail's head. */
const LineSchema = z
  .string()
  .max(SUBJECT_CHARS_MAX)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'has a character that no line may have')

const AddressesSchema = z.array(z.email().max(254)).max(RECIPIENTS_MAX)

/** A mail that an agent is writing. */
export const MailDraftSchema = z.object({
  to: z.array(z.string()),
  cc: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  files: z.array(MessageFileSchema),
})

/** A mail that an agent is writing. */
export type MailDraftView = z.infer<typeof MailDraftSchema>

/** A mail that an agent is passing on to somebody else; the mail itself is quoted under it. */
export const MailForwardSchema = MailDraftSchema.extend({
  forwards: z.string().describe('the line of the conversation that is passed on'),
})

const draft = {
  cc: AddressesSchema.default([]),
  subject: LineSchema,
  text: z.string().max(MAIL_CHARS_MAX),
  html: z.string().max(MAIL_CHARS_MAX).nullable().default(null),
  files: z
    .array(
      z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(FILE_NAME_CHARS_MAX) }),
    )
    .max(FILES_MAX)
    .default([]),
}

/** Where an agent is with a mail; addresses may be half typed. */
export const MailDraftInputSchema = z.strictObject({
  ...draft,
  to: z.array(z.string().max(254)).max(RECIPIENTS_MAX),
  cc: z.array(z.string().max(254)).max(RECIPIENTS_MAX).default([]),
})

/** The line of the conversation that is passed on. */
const forwards = z.string().min(1).max(100)

/** Where an agent is with a mail that passes another one on. */
export const MailForwardInputSchema = MailDraftInputSchema.extend({ forwards })

/** A mail that shall leave. */
export const MailAnswerSchema = z.strictObject({ ...draft, id: MessageIdSchema, to: AddressesSchema.min(1) })

/** A mail that shall leave and pass another one on, which is quoted under its text. */
export const MailForwardAnswerSchema = MailAnswerSchema.extend({ forwards })

/** What an agent needs to answer. */
export const MailDeskSchema = z.object({
  account: z.string(),
  address: z.string(),
  signature: z.string().nullable(),
  answer: z
    .object({ to: z.array(z.string()), cc: z.array(z.string()), subject: z.string() })
    .describe('what an answer to the last mail has'),
  draft: MailDraftSchema.nullable(),
  forward: MailForwardSchema.nullable().describe('the draft of a mail that passes one on, beside that of an answer'),
  outgoing: z
    .array(
      z.object({
        message: z.string(),
        state: z.enum(['waiting', 'tried', 'sent', 'refused']),
        attempts: z.number().int(),
        reason: z.string().nullable(),
      }),
    )
    .describe('how far the mails of this conversation are; one that is not here was sent long ago'),
})

/** What an agent needs to answer. */
export type MailDeskView = z.infer<typeof MailDeskSchema>

/** Where a frame finds the formatted text of one mail, for a minute. */
export const MailFrameSchema = z.object({ url: z.string() })
