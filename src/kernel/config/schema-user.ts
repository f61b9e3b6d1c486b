import { z } from 'zod'
import { extension, GROUPS_MAX, MEDIA, medium, name, nameOf, skills } from './fields.ts'

/** Each allowed mix is looked at for every offer; nobody means more than a few. */
const MIXES_MAX = 10

/** More at once nobody can attend to. */
const mix = z.partialRecord(medium, z.number().int().min(0).max(20))

/** A person. */
export const userSchema = z.strictObject({
  name,
  displayName: z.string().min(1).max(200),
  extension,
  role: nameOf('role'),
  skills,
  initialStatus: z.enum(['ready', 'not-ready']),
  groups: z.array(nameOf('group')).max(GROUPS_MAX).optional(),
  wishes: skills.optional(),
  mixes: z.array(mix).min(1).max(MIXES_MAX).optional(),
  interruptible: z.array(medium).max(MEDIA.length).optional(),
  disabled: z.boolean().optional(),
})
