import { z } from 'zod'
import { DurationMsSchema, MomentSchema } from './fields.ts'

/** Names one figure in one version (promise 11): a changed definition is a new version and never rewrites the past. */
export const FigureDefinitionSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  unit: z.enum(['count', 'ms', 'percent']),
  definition: z.string(),
})

/** What a report is about; `interval` in seconds must be a multiple of the one that is kept (1,800 s). */
export const ReportQuerySchema = z.strictObject({
  from: MomentSchema.or(z.iso.datetime({ offset: true })),
  to: MomentSchema.or(z.iso.datetime({ offset: true })),
  interval: z.coerce.number().int().min(60).max(86_400).optional(),
})

const base = { from: MomentSchema, to: MomentSchema }

/** A report: the definitions of its figures, then one row an interval and queue or agent. */
export const QueueReportSchema = z.object({
  definitions: z.array(FigureDefinitionSchema),
  intervalMs: DurationMsSchema,
  rows: z.array(z.object({ ...base, queue: z.string(), figures: z.record(z.string(), z.number().nullable()) })),
})

/** The same for agents. */
export const AgentReportSchema = z.object({
  definitions: z.array(FigureDefinitionSchema),
  intervalMs: DurationMsSchema,
  rows: z.array(z.object({ ...base, agent: z.string(), figures: z.record(z.string(), z.number().nullable()) })),
})

/** One figure in one version. */
export type FigureDefinition = z.infer<typeof FigureDefinitionSchema>
