import { z } from 'zod'
import { DurationMsSchema, MomentSchema, NameSchema } from './fields.ts'

/** More changes than a person makes before trying them; a whole configuration of a large centre fits. */
const CHANGES_MAX = 5_000

/** More people than are hired at once. */
const AGENTS_MAX = 500

const ChangeSchema = z.strictObject({
  kind: z.enum(['user', 'queue', 'flow', 'number']),
  name: z.string().min(1).max(64),
  value: z.looseObject({}).optional().describe('the whole object; without it and without merge the object is removed'),
  merge: z.looseObject({}).optional().describe('what differs from the object as it is'),
})

/** What shall be tried on recorded calls. */
export const WhatIfInputSchema = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  changes: z.array(ChangeSchema).max(CHANGES_MAX).default([]),
  addAgents: z
    .array(z.strictObject({ like: NameSchema, count: z.number().int().min(1).max(AGENTS_MAX) }))
    .max(100)
    .default([])
    .describe('people who are not there yet, each like somebody who is'),
  plays: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('what history leaves open is drawn anew in each; told is the mean'),
})

/** What shall be tried on recorded calls. */
export type WhatIfInput = z.infer<typeof WhatIfInputSchema>

const figure = z.number().nullable()

/** A queue in a replay. */
export const WhatIfQueueSchema = z.object({
  offered: z.number(),
  answered: z.number(),
  abandoned: z.number(),
  shortAbandoned: z.number(),
  left: z.number().describe('for another queue, a flow or a person'),
  serviceLevel: figure.describe('percent in time of the answered and abandoned, short ones not counted'),
  waitMeanMs: figure,
  waitP50Ms: figure,
  waitP95Ms: figure,
  waitMaxMs: z.number(),
})

/** An agent in a replay. */
export const WhatIfAgentSchema = z.object({
  answered: z.number(),
  busyMs: DurationMsSchema.or(z.number()),
  presentMs: DurationMsSchema.or(z.number()),
  occupancy: figure.describe('percent of the time present'),
})

/** A day as it was recorded, or as a replay made it. */
export const WhatIfDaySchema = z.object({
  queues: z.record(z.string(), WhatIfQueueSchema),
  agents: z.record(z.string(), WhatIfAgentSchema),
})

/** What came of it: `recorded` is history, `replayed` the same day replayed unchanged (how far the replay may be trusted), `changed` with the changes. */
export const WhatIfReportSchema = z.object({
  from: MomentSchema,
  to: MomentSchema,
  arrivals: z.number().int(),
  plays: z.number().int(),
  recorded: WhatIfDaySchema,
  replayed: WhatIfDaySchema,
  changed: WhatIfDaySchema,
  patience: z
    .record(z.string(), z.object({ from: z.enum(['own', 'all', 'none']), hangUps: z.number().int(), meanMs: figure }))
    .describe('how long callers would wait, estimated with the answered as censored (Kaplan and Meier)'),
})

/** What came of it. */
export type WhatIfReport = z.infer<typeof WhatIfReportSchema>
