import { z } from 'zod'
import { ItemShape, SUBJECT_CHARS_MAX, WantedShape } from './contact-fields.ts'
import { AnyMomentSchema, MomentSchema } from './fields.ts'

/** What shall be otherwise of a work item; what is not said stays as it is. */
export const ItemChangeSchema = z.strictObject({
  ...ItemShape,
  subject: z.string().min(1).max(SUBJECT_CHARS_MAX).optional(),
  dueAt: AnyMomentSchema.nullable().optional().describe('null: at no time any more'),
  priority: WantedShape.priority.describe('while it waits (409 when it does not)'),
})

/** A work item as an agent sees it. */
export const ItemSchema = z.object({
  id: z.string(),
  subject: z.string().nullable(),
  form: z
    .object({
      name: z.string(),
      title: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          type: z.enum(['text', 'number', 'choice', 'date']),
          required: z.boolean(),
          choices: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  dueAt: MomentSchema.nullable(),
  overdue: z.boolean(),
  documents: z.array(z.object({ hash: z.string(), name: z.string(), type: z.string(), bytes: z.number().int() })),
  outcome: z.string().nullable(),
  priority: z.number().int().nullable().describe('while it waits in a queue'),
})

/** A work item as an agent sees it. */
export type ItemView = z.infer<typeof ItemSchema>
