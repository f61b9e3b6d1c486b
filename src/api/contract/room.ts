import { z } from 'zod'
import { MessageIdSchema } from './conversation.ts'
import { MomentSchema, NameSchema, PAGE_DEFAULT, PAGE_MAX } from './fields.ts'

/** A line of a list. */
const ROOM_NAME_CHARS_MAX = 80
const MEMBERS_MAX = 200
/** Two pages of text; more is a document. */
const LINE_CHARS_MAX = 4_000
const SEARCH_CHARS_MAX = 100

const RoomNameSchema = z.string().trim().min(1).max(ROOM_NAME_CHARS_MAX)

/** What a colleague wrote. */
export const RoomLineSchema = z.object({
  id: z.string(),
  number: z.number().int().describe('counts the lines of the room, from 1'),
  at: MomentSchema,
  from: z.string(),
  text: z.string(),
})

/** What a colleague wrote. */
export type RoomLineView = z.infer<typeof RoomLineSchema>

/** Where colleagues write to each other, as one member of it sees it. */
export const RoomSchema = z.object({
  id: z.string(),
  name: z.string().nullable().describe('of a group; two people are named by each other'),
  direct: z.boolean().describe('two people, for ever'),
  members: z
    .array(z.object({ user: z.string(), name: z.string(), read: z.number().int() }))
    .describe('`read`: the number of the last line that this member has seen'),
  written: z.number().int().describe('how many lines there are'),
  unread: z.number().int().describe('of these, how many you have not seen'),
  typing: z.array(z.string()).optional().describe('who else is writing, as people are shown it'),
  lines: z.array(RoomLineSchema).describe('the newest, or those that are new, oldest first'),
})

/** Where colleagues write to each other. */
export type RoomView = z.infer<typeof RoomSchema>

/** One event of the stream: rooms that are new or changed, and those that are not yours any more. */
export interface RoomNews {
  readonly rooms: readonly RoomView[]
  readonly gone: readonly string[]
}

/** A new room: with one colleague and no name it is the room of you two, which there is once. */
export const NewRoomSchema = z.strictObject({
  with: z.array(NameSchema).min(1).max(MEMBERS_MAX),
  name: RoomNameSchema.optional(),
})

/** What changes of a group. */
export const RoomChangeSchema = z.strictObject({
  name: RoomNameSchema.optional(),
  add: z.array(NameSchema).max(MEMBERS_MAX).optional(),
  remove: z.array(NameSchema).max(MEMBERS_MAX).optional().describe('yourself: you leave'),
})

/** A new line. */
export const NewRoomLineSchema = z.strictObject({
  id: MessageIdSchema,
  text: z
    .string()
    .max(LINE_CHARS_MAX)
    .refine((text) => text.trim() !== '', 'an empty line says nothing'),
})

/** That you are writing, or not any more. */
export const RoomTypingSchema = z.strictObject({ typing: z.boolean() })

/** How far you have read. */
export const RoomReadSchema = z.strictObject({ number: z.number().int().min(0) })

/** Which lines of a room to list. */
export const RoomLinesQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  before: z.coerce.number().int().min(1).optional().describe('only lines with a smaller number'),
  contains: z.string().trim().min(1).max(SEARCH_CHARS_MAX).optional().describe('only lines with these words'),
})

/** Lines of a room, newest first. */
export const RoomLinesSchema = z.object({ items: z.array(RoomLineSchema) })
