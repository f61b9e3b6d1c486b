import { z } from 'zod'
import { DialStringSchema, IdSchema, NameSchema } from './fields.ts'

/** Whom an action concerns: your own part in the interaction, when not said. */
export const PartySchema = z.strictObject({ participant: IdSchema.optional() })

/** A blind transfer. */
export const TransferSchema = z.strictObject({
  to: DialStringSchema,
  mailbox: z.boolean().default(false).describe('nobody is rung: the mailbox of that person or queue takes a message'),
  participant: IdSchema.optional(),
})

/** Mutes your own part, or that of another. */
export const MuteSchema = z.strictObject({ muted: z.boolean().default(true), participant: IdSchema.optional() })

/** Digits for the others in the conversation. */
export const KeypadSchema = z.strictObject({
  digits: z
    .string()
    .regex(/^[0-9*#A-D]{1,32}$/, 'digits are 1 to 32 of 0-9, "*", "#" and A-D')
    .describe('they are in no log, timeline or recording'),
  id: IdSchema.optional().describe('made by you: the same id sends nothing twice'),
  participant: IdSchema.optional(),
})

/** Calls somebody while the others are on hold. */
export const ConsultSchema = z.strictObject({
  to: DialStringSchema,
  id: IdSchema.optional().describe('of the consultation, made by you: the same id calls nobody twice'),
  participant: IdSchema.optional(),
})

/** Makes one conversation of two: the call and its consultation, when not said which. */
export const JoinSchema = z.strictObject({
  consulted: IdSchema.optional().describe('the interaction of the consultation'),
  participant: IdSchema.optional(),
})

/** Calls one more into the conversation. */
export const InviteSchema = z.strictObject({ to: DialStringSchema, participant: IdSchema.optional() })

/** Parks a call: at a free place, when not said where. */
export const ParkSchema = z.strictObject({
  slot: z
    .string()
    .regex(/^[0-9]{1,8}$/, 'a place is a number')
    .optional(),
  participant: IdSchema.optional(),
})

/** How to be with a conversation of others. */
export const SuperviseSchema = z.strictObject({
  mode: z.enum(['listen', 'coach', 'join', 'take-over']),
})

/** Takes what rings at a colleague. */
export const PickUpSchema = z.strictObject({ user: NameSchema.describe('at whose phone it rings') })
