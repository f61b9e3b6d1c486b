import { z } from 'zod'
import { milliseconds, promptName } from './fields.ts'

/** Enough for ten minutes of speech, in its gist. */
const SAYS_CHARS_MAX = 2_000

const sound = z.string().regex(/^[0-9a-f]{64}$/, 'is no sound that was uploaded')

/** A prompt; whether its sound is there only the storage knows. */
export const promptSchema = z.strictObject({
  name: promptName,
  sound,
  durationMs: milliseconds(1, 3_600_000),
  says: z.string().max(SAYS_CHARS_MAX).optional(),
})
