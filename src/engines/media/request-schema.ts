import { isIP } from 'node:net'
import { z } from 'zod'
import type { MediaRequest } from '#protocols/control'
import { MEDIA_ERRORS } from './media-errors.ts'

/** A list of prompts with position and waiting time has about ten items. */
const ITEMS_MAX = 200

/** Voices in one mix: the parties of the largest conference and those who coach in it. */
const VOICES_MAX = 32

/** More than any process holds; a claim of more is a mistake. */
const CLAIM_MAX = 100_000

const id = z.string().min(1).max(128)

/** Also the name of a file. */
const recordingId = id.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/)

/** Packet times are multiples of the packet thread's beat. */
const ptimeMs = z.number().int().min(10).max(60).multipleOf(5)

const payloadType = z.number().int().min(0).max(127)

const item = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('prompt'),
    prompt: z.string().min(1).max(200),
    sound: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  z.object({ type: z.literal('recording'), recording: recordingId }),
  z.object({ type: z.literal('pause'), durationMs: z.number().min(0).max(3_600_000) }),
])

const hears = z.discriminatedUnion('type', [
  z.object({ type: z.literal('silence') }),
  z.object({ type: z.literal('program'), program: id, items: z.array(item).max(ITEMS_MAX), repeat: z.boolean() }),
  z.object({ type: z.literal('session'), session: id }),
  z.object({ type: z.literal('mix'), sessions: z.array(id).max(VOICES_MAX) }),
  z.object({ type: z.literal('echo') }),
])

const spec = z.object({
  localPort: z.number().int().min(1).max(65_535).optional(),
  remote: z
    .object({
      address: z.string().refine((address) => isIP(address) !== 0, 'an IP address is needed'),
      port: z.number().int().min(1).max(65_535),
    })
    .optional(),
  webrtc: z.object({ fingerprint: z.string().min(1).max(200).optional() }).optional(),
  srtp: z
    .object({
      suite: z.enum(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']).optional(),
      key: z
        .string()
        .regex(/^[A-Za-z0-9+/]{40}$/)
        .optional(),
    })
    .optional(),
  path: z.number().int().min(0).optional(),
  codec: z
    .object({ name: z.enum(['PCMU', 'PCMA']), wire: z.literal('opus').optional(), payloadType, ptimeMs })
    .optional(),
  telephoneEvent: payloadType.optional(),
  telephoneEventHz: z.literal(48_000).optional(),
  telephoneEventNarrow: payloadType.optional(),
  sends: z.boolean(),
  receives: z.boolean(),
  hears,
})

const recordingSpec = z.object({
  sessions: z.union([z.tuple([id]), z.tuple([id, id])]),
  interaction: z.string().max(200),
  durationMsMax: z
    .number()
    .int()
    .min(100)
    .max(24 * 3_600_000),
})

const request = z.discriminatedUnion('type', [
  z.object({ type: z.literal('set'), session: id, spec }),
  z.object({ type: z.literal('remove'), session: id }),
  z.object({ type: z.literal('digits'), session: id, id, digits: z.string().regex(/^[0-9*#A-D]{1,32}$/) }),
  z.object({ type: z.literal('record'), recording: recordingId, spec: recordingSpec }),
  z.object({ type: z.literal('seal'), recording: recordingId }),
  z.object({
    type: z.literal('claim'),
    sessions: z.array(id).max(CLAIM_MAX),
    recordings: z.array(recordingId).max(CLAIM_MAX),
  }),
  z.object({ type: z.literal('confirm'), event: z.number().int().min(0) }),
  z.object({ type: z.literal('statistics'), session: id.optional() }),
  z.object({
    type: z.literal('witness'),
    host: z.string().min(1).max(255),
    port: z.number().int().min(1).max(65_535),
    withinMs: z.number().min(1).max(5000),
  }),
])

/** Reads a request of a core; throws `media.request-invalid` with the path of what does not fit. */
export function parseMediaRequest(value: unknown): MediaRequest {
  const parsed = request.safeParse(value)
  if (parsed.success) return parsed.data as MediaRequest
  const issue = parsed.error.issues[0]
  throw MEDIA_ERRORS['media.request-invalid']({ path: issue?.path.join('.') ?? '', reason: issue?.message ?? '' })
}
