import { z } from 'zod'
import { AnyMomentSchema, DurationMsSchema, MomentSchema, PAGE_DEFAULT, PAGE_MAX } from './fields.ts'
import { AgentStatusSchema } from './live.ts'

/** What figures are kept for. */
export const FigureKindSchema = z.enum(['queue', 'skill', 'line', 'agent'])

/** One figure in one version (promise 11): a changed definition is a new version and never rewrites the past. */
export const FigureDefinitionSchema = z.object({
  id: z.string().describe('name@version, as reports name it'),
  name: z.string(),
  version: z.number().int(),
  since: z.string().describe('the day from which on the version counts'),
  of: z.array(FigureKindSchema),
  unit: z.enum(['count', 'ms', 'percent']),
  meaning: z.string(),
  formula: z.string(),
  detailed: z.boolean().describe('whether reports tell its parts too, as name:part@version'),
  source: z.string().nullable().describe('who counts like this'),
})

/** What a report is about. Rows begin at borders of the interval in the time zone; the first and the last are whole. */
export const ReportQuerySchema = z.strictObject({
  from: AnyMomentSchema,
  to: AnyMomentSchema,
  interval: z
    .union([z.enum(['day', 'week', 'month']), z.coerce.number().int().min(900).max(43_200)])
    .default(1800)
    .describe('day, week, month, or seconds: a multiple of 900'),
  zone: z
    .string()
    .max(64)
    .optional()
    .describe('where days begin, such as Europe/Berlin; the centre’s own, when not said'),
  name: z.string().min(1).max(64).optional().describe('one object alone'),
})

/** One row of a report. */
export const ReportRowSchema = z.object({
  from: MomentSchema,
  to: MomentSchema,
  name: z.string(),
  figures: z.record(z.string(), z.number().nullable()),
  serviceLevel: z
    .object({
      definition: z.string().describe('the figure that the queue was held to when the row began'),
      percent: z.number().nullable(),
      targetPercent: z.number(),
      withinMs: DurationMsSchema,
    })
    .nullable()
    .describe('of queues alone'),
  contacts: z.string().describe('where the contacts of a figure are: put its name in the place of {figure}'),
})

/** A report: what it covers, the definitions of its figures, then one row an interval and object. */
export const ReportSchema = z.object({
  kind: FigureKindSchema,
  from: MomentSchema,
  to: MomentSchema,
  interval: z.union([z.string(), z.number()]),
  zone: z.string(),
  definitions: z.array(FigureDefinitionSchema),
  rows: z.array(ReportRowSchema),
})

/** One row of a report. */
export type ReportRow = z.infer<typeof ReportRowSchema>

/** Which contacts are asked for: those that a figure counts between two moments. */
export const ContactsQuerySchema = z.strictObject({
  figure: z.string().min(3).max(200).describe('name@version'),
  from: AnyMomentSchema,
  to: AnyMomentSchema,
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  after: z.string().max(100).optional().describe('the `next` of the page before'),
})

/** Something that a figure counts; a contact that came twice is there twice. */
export const CountedSchema = z.object({
  interaction: z.string().nullable().describe('null for an agent’s time without a contact'),
  measure: z.string(),
  detail: z.string().nullable(),
  from: MomentSchema.describe('when the wait, the work or the stretch began'),
  to: MomentSchema,
  ms: DurationMsSchema.describe('how long it was; of a stretch, the part between the two moments'),
  medium: z.string().nullable(),
  queue: z.string().nullable(),
  skills: z.array(z.string()),
  line: z.string().nullable(),
  agent: z.string().nullable(),
})

/** What a figure counts, a page of it. */
export const CountedListSchema = z.object({
  figure: FigureDefinitionSchema,
  items: z.array(CountedSchema),
  next: z.string().nullable().describe('give it as `after` for the next page; null on the last'),
})

/** Of which time an extract is. */
export const ExtractQuerySchema = z.strictObject({ from: AnyMomentSchema, to: AnyMomentSchema })

/** A stretch of an agent in one status. */
export const StatusStretchSchema = z.object({
  from: MomentSchema.describe('when the agent came to be so'),
  to: MomentSchema.nullable().describe('null: it is so now'),
  ms: DurationMsSchema,
  status: AgentStatusSchema,
  reason: z.string().nullable(),
})

/** Every change of an agent's status, oldest first (AGS-01). */
export const StatusHistorySchema = z.object({ agent: z.string(), items: z.array(StatusStretchSchema) })

/** A stretch of an agent in one status. */
export type StatusStretch = z.infer<typeof StatusStretchSchema>

/** One figure in one version. */
export type FigureDefinition = z.infer<typeof FigureDefinitionSchema>

/** Something that a figure counts. */
export type Counted = z.infer<typeof CountedSchema>
