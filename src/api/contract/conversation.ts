import { z } from 'zod'
import { DurationMsSchema, MomentSchema, NameSchema } from './fields.ts'
import { MailHeadSchema } from './mail-head.ts'

/** A screen of text; longer belongs into a file or a mail. */
export const MESSAGE_CHARS_MAX = 4_000
/** Pictures and documents that people send from a telephone. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024
/** More files go with a message of their own. */
const FILES_MAX = 10
const FILE_NAME_CHARS_MAX = 200
const PERSON_CHARS_MAX = 100

const HashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal')

/** Made by whoever writes, at random: the same message sent again is one. */
export const MessageIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{8,64}$/, 'a message id has 8 to 64 letters, digits or hyphens')

/** A file that lies ready, or goes with a message. */
export const MessageFileSchema = z.object({
  hash: HashSchema,
  name: z.string().min(1).max(FILE_NAME_CHARS_MAX),
  type: z.string(),
  bytes: z.number().int(),
})

/** A file that goes with a message. */
export type MessageFileView = z.infer<typeof MessageFileSchema>

/** Where the text of a chat is sent. */
export const TranscriptSchema = z.strictObject({ email: z.email().max(254) })

/** One line of a conversation. */
export const MessageSchema = z.object({
  id: z.string(),
  at: MomentSchema,
  by: z.enum(['customer', 'agent', 'system']),
  user: z.string().nullable().describe('the agent who wrote it, or whom a note is about; visitors are not told'),
  name: z.string().nullable().describe('the same as people are shown it'),
  text: z.string(),
  files: z.array(MessageFileSchema),
  note: z.enum(['queued', 'joined', 'left', 'transferred', 'ended']).nullable(),
  mail: MailHeadSchema.optional().describe('on mails'),
})

/** One line of a conversation. */
export type MessageView = z.infer<typeof MessageSchema>

/** What became of a line that left as a text message; one that is not named waits, or is no such line. */
export const DeliverySchema = z.object({
  message: z.string(),
  state: z.enum(['sent', 'delivered', 'failed', 'uncertain']),
  reason: z.string().nullable(),
})

/** What became of a line that left as a text message. */
export type DeliveryView = z.infer<typeof DeliverySchema>

/** A new line: text, files that were uploaded before, or both. */
export const NewMessageSchema = z
  .strictObject({
    id: MessageIdSchema,
    text: z.string().max(MESSAGE_CHARS_MAX),
    files: z
      .array(z.strictObject({ hash: HashSchema, name: z.string().min(1).max(FILE_NAME_CHARS_MAX) }))
      .max(FILES_MAX)
      .default([]),
  })
  .refine(({ text, files }) => text.trim() !== '' || files.length > 0, {
    message: 'an empty message says nothing',
    path: ['text'],
  })

/** How far somebody has read. */
export const ReadSchema = z.strictObject({ message: z.string().min(1).max(100) })

/** Somebody who wants to chat. `key` is made by the visitor's page at random and kept by it: the same key again is the same chat. */
export const NewChatSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/, 'the key has 32 hexadecimal digits'),
  queue: NameSchema,
  name: z.string().min(1).max(PERSON_CHARS_MAX).optional(),
  email: z.email().max(254).optional(),
  subject: z.string().min(1).max(500).optional(),
})

/** A chat that has begun: send `token` as bearer token with everything about it. */
export const ChatBegunSchema = z.object({ id: z.string(), token: z.string() })

/** A conversation as its parties see it. */
export const ConversationSchema = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'talking', 'over']),
  position: z.number().int().nullable().describe('1 is next; while waiting'),
  wait: z
    .object({ leastMs: DurationMsSchema, mostMs: DurationMsSchema })
    .nullable()
    .describe('how long it may last, where that can be said honestly'),
  agents: z.array(z.string()).describe('who takes part, as people are shown it'),
  messages: z.array(MessageSchema),
  deliveries: z.array(DeliverySchema).optional().describe('of text messages; agents are told'),
  read: z.object({ customer: z.string().nullable(), agents: z.string().nullable() }),
  typing: z.object({ customer: z.boolean(), agents: z.boolean() }),
})

/** A conversation as its parties see it. */
export type ConversationView = z.infer<typeof ConversationSchema>

/** After which message to go on. */
export const ConversationQuerySchema = z.strictObject({ after: z.string().max(100).optional() })
