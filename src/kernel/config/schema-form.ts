import { z } from 'zod'
import { name } from './fields.ts'

/** More is a questionnaire, which has a page of its own. */
const FIELDS_MAX = 50
const CHOICES_MAX = 100
const TITLE_CHARS_MAX = 100

const field = z.strictObject({
  name,
  title: z.string().min(1).max(TITLE_CHARS_MAX),
  type: z.enum(['text', 'number', 'choice', 'date']),
  required: z.boolean().optional(),
  choices: z.array(z.string().min(1).max(TITLE_CHARS_MAX)).min(1).max(CHOICES_MAX).optional(),
  least: z.number().optional(),
  most: z.number().optional(),
})

/** A form. */
export const formSchema = z.strictObject({
  name,
  title: z.string().min(1).max(TITLE_CHARS_MAX),
  fields: z.array(field).min(1).max(FIELDS_MAX),
})
