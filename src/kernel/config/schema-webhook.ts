import { z } from 'zod'
import { name } from './fields.ts'

/** The longest that proxies and servers take for certain. */
const URL_CHARS_MAX = 2_000

/** More than there are types. */
const TYPES_MAX = 100

const type = z
  .string()
  .max(100)
  .regex(
    /^tandem(\.[a-z]+(-[a-z]+)*)+(\.\*)?$|^tandem\.\*$/,
    'is not a type such as tandem.interaction.queued or tandem.agent.*',
  )

/** A webhook. */
export const webhookSchema = z.strictObject({
  name,
  url: z.url({ protocol: /^https?$/ }).max(URL_CHARS_MAX),
  events: z.array(type).min(1).max(TYPES_MAX),
  secret: name,
  secretBefore: name.optional(),
  paused: z.boolean().optional(),
})
