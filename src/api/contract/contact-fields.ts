import { z } from 'zod'
import { AnyMomentSchema, DurationMsSchema, NameSchema } from './fields.ts'

/** A line, as lists show it. */
export const SUBJECT_CHARS_MAX = 500

const NeedsSchema = z.record(z.string().min(1).max(64), z.number().int().min(0).max(100))

/** What a contact asks for beyond what its queue does. */
export const WantedShape = {
  customer: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('who it is, as other contacts know the customer: contacts of one customer are one'),
  priority: z.number().int().min(0).max(100).optional().describe("the queue's own, when not said"),
  wants: z
    .strictObject({
      skills: NeedsSchema.optional().describe('required, by skill: least proficiency'),
      preferred: NeedsSchema.optional().describe('who has more of these is chosen first'),
      group: NameSchema.optional().describe('only members of this group'),
      user: NameSchema.optional().describe('this person alone'),
      userMs: DurationMsSchema.optional().describe('so long; then others are asked as well'),
    })
    .optional(),
}

/** Made by whoever creates the item, of their own names: it leads to the same interaction for ever. */
export const ItemIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'an id has 1 to 100 letters, digits and . _ : -')

/** More belongs into the system that made the item. */
const DOCUMENTS_MAX = 20
const FIELDS_MAX = 50
const VALUE_CHARS_MAX = 4_000

const ValuesSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(VALUE_CHARS_MAX), z.number()]))
  .refine((values) => Object.keys(values).length <= FIELDS_MAX, `has more than ${FIELDS_MAX} fields`)

/** What lies in storage and goes with a contact. */
export const DocumentsSchema = z
  .array(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(200) }))
  .max(DOCUMENTS_MAX)

/** What a work item has besides its subject. */
export const ItemShape = {
  values: ValuesSchema.optional().describe('of the form, as far as they are known'),
  dueAt: AnyMomentSchema.optional().describe('when it shall be done; after that it is overdue'),
  documents: DocumentsSchema.optional().describe('uploaded before to /documents'),
}
