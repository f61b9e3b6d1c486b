import { z } from 'zod'
import { DurationMsSchema, IdSchema } from './fields.ts'

/** Ten minutes of one channel at the rate of a compact disc, with some room. */
export const SOUND_FILE_BYTES_MAX = 64 * 1024 * 1024

/** A sound that was taken: what a prompt of the configuration refers to. */
export const SoundSchema = z.object({
  sound: z.string().describe('its SHA-256: what a prompt of the configuration refers to'),
  durationMs: DurationMsSchema,
})

/** A sound that was taken. */
export type TakenSoundView = z.infer<typeof SoundSchema>

/** Which recording becomes a sound. */
export const RecordedSoundSchema = z.strictObject({ recording: IdSchema })

/** Something that can be played to callers. */
export const PromptSchema = z.object({
  name: z.string(),
  builtIn: z.boolean().describe('the release brings one of this name'),
  own: z
    .object({
      sound: z.string(),
      durationMs: DurationMsSchema,
      says: z.string().nullable(),
      missing: z.boolean().describe('the pool does not have the sound: upload it again'),
    })
    .nullable()
    .describe('the sound that it was given'),
  usedBy: z.array(z.string()).describe('places of the configuration, such as queues.support.musicPrompt'),
})

/** All that can be played to callers. */
export const PromptsSchema = z.object({ items: z.array(PromptSchema) })

/** Something that can be played to callers. */
export type PromptView = z.infer<typeof PromptSchema>
