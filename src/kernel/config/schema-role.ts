import { z } from 'zod'
import { name } from './fields.ts'
import { RIGHT_NAMES } from './role.ts'

/** A role: which rights, each once. */
export const roleSchema = z.strictObject({
  name,
  rights: z
    .array(z.enum(RIGHT_NAMES))
    .max(RIGHT_NAMES.length)
    .refine((rights) => new Set(rights).size === rights.length, 'names a right twice'),
  seat: z.enum(['agent', 'attendant', 'supervisor']).optional(),
})
