import { z } from 'zod'
import { DurationMsSchema, MomentSchema } from './fields.ts'

/** A recording as the catalogue knows it. */
export const RecordingSchema = z.object({
  id: z.string(),
  interaction: z.string(),
  startedAt: MomentSchema,
  durationMs: DurationMsSchema,
  channels: z.number().int(),
  codec: z.string(),
  state: z.enum(['recorded', 'stored', 'removed']),
  sizeBytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  audio: z.string().nullable().describe('where the sound is, once stored'),
})

/** Which form of the sound. */
export const AudioQuerySchema = z.strictObject({
  format: z.literal('pcm').optional().describe('pcm: 16-bit linear WAV in place of what is stored'),
})
