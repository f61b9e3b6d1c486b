import { z } from 'zod'
import { DocumentsSchema, ItemIdSchema, ItemShape, SUBJECT_CHARS_MAX, WantedShape } from './contact-fields.ts'
import { DialStringSchema, IdSchema, NameSchema, OutsideNumberSchema, WritableNumberSchema } from './fields.ts'

/** More than ten text messages hold. */
const TEXT_CHARS_MAX = 4_000

/** A new interaction: a work item or a callback into a queue, a call that first rings you, then dials, a text message or a fax that you write first, or a fax that came. */
export const NewInteractionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('work-item'),
    subject: z.string().min(1).max(SUBJECT_CHARS_MAX),
    queue: NameSchema,
    id: ItemIdSchema.optional().describe('of the item, made by you: the same id makes no second one'),
    form: NameSchema.optional().describe('what agents fill in'),
    ...ItemShape,
    ...WantedShape,
  }),
  z.strictObject({ type: z.literal('callback'), number: DialStringSchema, queue: NameSchema, ...WantedShape }),
  z.strictObject({
    type: z.literal('call'),
    to: DialStringSchema,
    user: NameSchema.optional().describe('whose phone rings first; you, when not said'),
    id: IdSchema.optional().describe('of the call, made by you: the same id calls nobody twice'),
  }),
  z.strictObject({
    type: z.literal('text'),
    account: NameSchema.describe('of the number of ours that it leaves from'),
    to: WritableNumberSchema,
    text: z.string().trim().min(1).max(TEXT_CHARS_MAX),
    id: IdSchema.optional().describe('of the conversation, made by you: the same id sends nothing twice'),
  }),
  z.strictObject({
    type: z.literal('fax'),
    account: NameSchema.describe('of the mail account of the gateway that it leaves by'),
    to: WritableNumberSchema,
    documents: DocumentsSchema.min(1).describe('PDF or TIFF, uploaded before to /documents'),
    text: z.string().trim().max(TEXT_CHARS_MAX).default('').describe('many gateways make a cover page of it'),
    id: IdSchema.optional().describe('of the contact, made by you: the same id sends nothing twice'),
  }),
  z.strictObject({
    type: z.literal('received-fax'),
    from: z.union([OutsideNumberSchema, z.literal('')]).describe('empty: it is not known'),
    queue: NameSchema,
    documents: DocumentsSchema.min(1).describe('PDF or TIFF, uploaded before to /documents'),
    subject: z.string().min(1).max(SUBJECT_CHARS_MAX).optional(),
    id: ItemIdSchema.optional().describe('of the fax, made by you: the same id makes no second one'),
    priority: WantedShape.priority,
    customer: WantedShape.customer,
  }),
])

/** The id of what was created. */
export const CreatedSchema = z.object({ id: z.string() })
