import { z } from 'zod'
import { AttemptSchema } from './callback.ts'
import { AnyMomentSchema, MediumSchema, MomentSchema, NameSchema, PAGE_DEFAULT, PAGE_MAX } from './fields.ts'

/** Where an interaction stands; the states of the kernel. */
export const InteractionStateSchema = z.enum([
  'created',
  'in-flow',
  'queued',
  'offered',
  'connected',
  'held',
  'wrapping-up',
  'closed',
])

/** Where an interaction stands. */
export type InteractionState = z.infer<typeof InteractionStateSchema>

/** One party of an interaction. */
export const ParticipantSchema = z.object({
  id: z.string(),
  kind: z.enum(['customer', 'agent', 'external', 'supervisor']),
  user: z.string().nullable(),
  address: z.string(),
  displayName: z.string().nullable(),
  connection: z.enum(['initiated', 'alerting', 'connected', 'held', 'failed', 'cleared']),
  since: MomentSchema,
  muted: z.boolean().optional().describe('nobody hears it'),
  via: z.string().nullable().optional().describe('the participant of another interaction by whose phone it speaks'),
  ringUntil: MomentSchema.nullable().optional().describe('it is called into the conversation until then'),
  supervises: z
    .object({
      mode: z.enum(['listen', 'coach', 'take-over']),
      agent: z.string().describe('the participant whose work it is'),
      announced: z.boolean(),
    })
    .nullable()
    .optional()
    .describe('it is no party of the conversation itself; left out for those who are not told'),
})

/** Where a call waits until anybody takes it. */
export const ParkedSchema = z.object({
  slot: z.string().describe('the number that takes it, from any phone'),
  user: z.string().describe('who parked it, and is rung when nobody takes it'),
  until: MomentSchema,
})

/** An interaction as lists and the live board show it. */
export const InteractionSchema = z.object({
  id: z.string(),
  medium: MediumSchema,
  direction: z.enum(['inbound', 'outbound', 'internal']),
  from: z.string(),
  to: z.string(),
  state: InteractionStateSchema,
  since: MomentSchema.describe('when it came into this state'),
  createdAt: MomentSchema,
  closedAt: MomentSchema.nullable(),
  queue: z.string().nullable(),
  queuedAt: MomentSchema.nullable().describe('when it first began to wait in that queue'),
  agent: z.string().nullable().describe('the user it is offered to or talks to, or talked to last'),
  agentName: z
    .string()
    .optional()
    .describe(
      'how that user is called, told to colleagues who may take what rings there and see nothing else of the user',
    ),
  offerUntil: MomentSchema.nullable().describe('until when the agent may answer'),
  flow: z.string().nullable(),
  step: z.string().nullable(),
  outcome: z.string().nullable().describe('how it ended, once closed'),
  participants: z
    .array(ParticipantSchema)
    .optional()
    .describe(
      'who is there: connected or held, muted, called in, supervising; more than two connected is a conference',
    ),
  consults: z.string().nullable().optional().describe('the interaction whose agent asks for advice by this one'),
  parked: ParkedSchema.nullable().optional(),
  priority: z.number().int().nullable().optional().describe('while it waits in a queue'),
  prioritised: z
    .object({ by: z.string(), from: z.number().int().describe('the priority that it came with') })
    .nullable()
    .optional()
    .describe('who has changed its priority while it waits'),
  dueAt: MomentSchema.nullable().optional().describe('when a callback is meant for, or tried again'),
  attempts: z.array(AttemptSchema).optional().describe('the calls to the customer of a callback so far'),
})

/** An interaction as lists and the live board show it. */
export type InteractionView = z.infer<typeof InteractionSchema>

/** Which interactions to list: newest first. */
export const InteractionQuerySchema = z.strictObject({
  state: z.union([InteractionStateSchema, z.literal('open')]).optional(),
  queue: NameSchema.optional(),
  agent: NameSchema.optional(),
  number: z
    .string()
    .regex(/^\+?[0-9]{3,20}$/, 'at least three digits of a number')
    .optional()
    .describe('digits that the number of the caller or the called has in it'),
  from: AnyMomentSchema.optional().describe('that began then or later'),
  to: AnyMomentSchema.optional().describe('that began before'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  after: z.string().max(200).optional().describe('the `next` of the page before'),
})

/** One page of interactions. */
export const InteractionListSchema = z.object({
  items: z.array(InteractionSchema),
  next: z.string().nullable().describe('give it as `after` for the next page; null on the last'),
  complete: z.boolean().describe('false while history is away and closed interactions are missing'),
})
