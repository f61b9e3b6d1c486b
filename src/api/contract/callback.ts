import { z } from 'zod'
import { AGENT_OUTCOMES, CALLBACK_OUTCOMES } from '#kernel/interaction'
import { IdSchema, MomentSchema, NameSchema } from './fields.ts'

/** Somebody on a website who wants to be called. `key` is made by the page at random and kept by it: the same key again is the same callback. */
export const NewCallbackSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/, 'the key has 32 hexadecimal digits'),
  queue: NameSchema,
  number: z.string().regex(/^\+?[0-9]{3,20}$/, 'a number has 3 to 20 digits, + in front allowed'),
  at: z
    .strictObject({
      local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must look like 2026-11-28T09:30'),
      timeZone: z.string().min(1).max(64).describe('the name of the IANA, such as Europe/Berlin'),
    })
    .optional()
    .describe('by the clock on the customer’s wall; as soon as somebody is free when not said'),
  about: z.string().trim().min(1).max(500).optional().describe('what it is about, for the agent'),
  consent: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .optional()
    .describe('the words that the customer agreed to be called by: they stand in the timeline'),
  chat: z
    .strictObject({ id: IdSchema, token: z.string().max(2_000) })
    .optional()
    .describe('the customer’s own chat, where one waits: whichever comes first withdraws the other'),
})

/** Whether a queue may be asked for a callback, and what a page need know to offer it at the right moment. */
export const CallbackOfferSchema = z.object({
  callbacks: z.boolean().describe('whether visitors may ask for one'),
  open: z.boolean().describe('whether the queue is open now by its own hours'),
  staffed: z.boolean().describe('whether anybody who serves it is on duty'),
  transcripts: z.boolean().optional().describe('whether the text of a chat can be sent by mail'),
})

/** Whether a queue may be asked for a callback. */
export type CallbackOffer = z.infer<typeof CallbackOfferSchema>

/** What a callback came to at one call. */
export const AttemptSchema = z.object({
  attempt: z.number().int().min(1),
  at: MomentSchema,
  outcome: z.enum(CALLBACK_OUTCOMES),
  agent: z.string().nullable(),
})

/** What the agent of a callback says of its call. */
export const AttemptOutcomeSchema = z.strictObject({
  outcome: z
    .enum(AGENT_OUTCOMES)
    .describe('`no-answer`: a machine answered; while the call lasts, all but `reached` end it'),
  user: NameSchema.optional(),
})

/** A callback that was asked for: send `token` as bearer token with everything about it. */
export const CallbackBegunSchema = z.object({ id: z.string(), token: z.string(), at: MomentSchema.nullable() })

/** How it stands with a callback. */
export const CallbackSchema = z.object({
  id: z.string(),
  state: z.enum(['scheduled', 'waiting', 'calling', 'talking', 'over']),
  at: MomentSchema.nullable().describe('when it is meant for, while that is to come'),
})
