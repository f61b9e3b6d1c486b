import { z } from 'zod'
import { DurationMsSchema, MediumSchema, MomentSchema, OutsideNumberSchema, PresenceNoteSchema } from './fields.ts'
import { RoleSchema } from './session.ts'

/** What an agent is; derived from facts, never set. */
export const AgentStatusSchema = z.enum([
  'logged-off',
  'unreachable',
  'not-ready',
  'ready',
  'ring-no-answer',
  'offered',
  'busy',
  'wrapping-up',
])

/** How many agents are in each status. */
export const AgentCountsSchema = z.record(AgentStatusSchema, z.number().int())

/** Service level since midnight where the centre is, by the definition that the queue is held to; `null` while nothing was counted. */
export const ServiceLevelTodaySchema = z.object({
  definition: z.string().describe('name and version of the figure (GET /figures), such as service-level-offered@1'),
  targetPercent: z.number(),
  withinMs: DurationMsSchema,
  percent: z.number().nullable(),
  offered: z.number().int(),
  answered: z.number().int(),
  answeredInTime: z.number().int(),
  abandoned: z.number().int(),
  shortAbandoned: z.number().int(),
  since: MomentSchema,
  asOf: MomentSchema,
})

/** A range that the truth lies in about two times of three. */
const WaitRangeSchema = z.object({ leastMs: DurationMsSchema, mostMs: DurationMsSchema })

/** How announced waits have come out lately (promise 13): every range that a caller was told first, and what happened. */
export const AnnouncedWaitsSchema = z.object({
  definition: z.string().describe('announced-waits@1: of the last 100 to 200 whose truth is known'),
  judged: z.number().int(),
  within: z.number().int(),
  sooner: z.number().int(),
  later: z.number().int().describe('callers who hung up after the end of their range included'),
  percentWithin: z.number().nullable(),
})

/** A queue as it stands now. */
export const QueueLiveSchema = z.object({
  name: z.string(),
  waiting: z.number().int().describe('interactions that wait, those that ring at an agent included'),
  offered: z.number().int().describe('how many of them ring at an agent'),
  connected: z.number().int(),
  longestWaitMs: DurationMsSchema,
  longestWaitSince: MomentSchema.nullable().describe('since when the one that waits longest has waited'),
  expectedWait: WaitRangeSchema.nullable().describe(
    'of somebody who comes now; null while there is too little to go by, or an agent is free',
  ),
  announcedWaits: AnnouncedWaitsSchema,
  agents: AgentCountsSchema,
  serviceLevelToday: ServiceLevelTodaySchema,
})

/** A queue as it stands now. */
export type QueueLive = z.infer<typeof QueueLiveSchema>

/** A queue as it is configured. */
export const QueueSchema = z.object({
  name: z.string(),
  skills: z.record(z.string(), z.number()),
  priority: z.number(),
  ringTimeoutMs: DurationMsSchema,
  wrapUpMs: DurationMsSchema,
  recorded: z.boolean(),
  serviceLevel: z.object({
    percent: z.number(),
    withinMs: DurationMsSchema,
    definition: z.string(),
    shortAbandonMs: DurationMsSchema,
  }),
  numbers: z.array(z.string()),
})

/** An agent as they stand now. */
export const AgentLiveSchema = z.object({
  user: z.string(),
  displayName: z.string(),
  extension: z.string(),
  role: RoleSchema,
  status: AgentStatusSchema,
  since: MomentSchema.nullable(),
  chosen: z.enum(['ready', 'not-ready', 'logged-off']),
  reason: z.string().nullable(),
  note: z.string().nullable().optional().describe('what colleagues read beside the status'),
  reachable: z.boolean(),
  station: z.string().nullable().optional().describe('the telephone number outside at which the agent is rung'),
  queues: z.array(z.string()),
  inactive: z.array(z.string()).describe('queues whose work the agent does not take, though it could'),
  work: z.array(
    z.object({
      interaction: z.string(),
      state: z.enum(['offered', 'connected', 'wrapping-up']),
      medium: MediumSchema,
      queue: z.string().nullable(),
      from: z.string().nullable(),
      since: MomentSchema,
      until: MomentSchema.nullable(),
    }),
  ),
})

/** An agent as they stand now. */
export type AgentLive = z.infer<typeof AgentLiveSchema>

/** What an agent may choose to be. */
export const ChooseStatusSchema = z.strictObject({
  status: z.enum(['ready', 'not-ready', 'logged-off']),
  reason: z.string().min(1).max(64).optional(),
  note: PresenceNoteSchema.nullable().optional().describe('what colleagues read beside it; as it is when not said'),
})

/** Where an agent is rung until it logs off. */
export const ChooseStationSchema = z.strictObject({
  number: OutsideNumberSchema.nullable().describe('a telephone number outside; null: the own phone'),
})

/** Whether an agent takes work of a queue. */
export const ActivateQueueSchema = z.strictObject({ active: z.boolean() })
