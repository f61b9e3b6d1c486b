import { z } from 'zod'
import { MomentSchema } from './fields.ts'

/** How a webhook goes. */
export const WebhookStatusSchema = z.object({
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  state: z
    .enum(['up to date', 'sending', 'failing', 'gone', 'paused', 'beginning'])
    .describe('gone: the receiver answered 410, and nothing is sent until the webhook is changed'),
  sequence: z.number().int().nullable().describe('the newest event that the receiver has, or does not ask for'),
  behind: z.number().int().describe('events in the log after that one, asked for or not'),
  deliveredAt: MomentSchema.nullable().describe('when the receiver took an event last'),
  failures: z.number().int().describe('how often the next event was tried in vain'),
  failingSince: MomentSchema.nullable(),
  problem: z.string().nullable().describe('what is wrong, in words'),
})

/** How a webhook goes. */
export type WebhookStatus = z.infer<typeof WebhookStatusSchema>

/** What came of an event that a receiver was tried with. */
export const WebhookTestSchema = z.object({
  taken: z.boolean(),
  problem: z.string().nullable().describe('why it was not taken'),
})
