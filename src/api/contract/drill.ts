import { z } from 'zod'
import { DialStringSchema, DurationMsSchema, IdSchema, MomentSchema } from './fields.ts'

/** Test calls are real load. */
export const DRILL_CALLS_MAX = 50

/** What a drill may kill. */
export const DrillTargetSchema = z.enum(['core', 'edge', 'media', 'archive'])

/** Asks for a drill on the running installation. */
export const DrillRequestSchema = z.strictObject({
  kill: DrillTargetSchema,
  node: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .optional()
    .describe('on which machine; the one with the primary when it is not given'),
  calls: z.number().int().min(0).max(DRILL_CALLS_MAX).default(3).describe('test calls that stand meanwhile'),
  number: DialStringSchema.default('1009').describe('what the test calls dial: a number that sends back what it hears'),
  force: z.boolean().default(false).describe('also where nothing stands ready to take over'),
})

/** What a drill measured. */
export const DrillScoreSchema = z.object({
  standing: z.number().int().describe('contacts that were open at the blow'),
  waiting: z.number().int().describe('those of them that waited in a queue'),
  callsLost: z.number().int(),
  placesLost: z.number().int(),
  recordsLost: z.number().int(),
  testCalls: z.number().int(),
  testCallsLost: z.number().int(),
  answeredMs: DurationMsSchema.nullable().describe('until a new call was answered; null: none was, or none was tried'),
  secondsLost: z.number().nullable(),
  silenceMs: DurationMsSchema.describe('the longest time in which a test call heard nothing'),
  terms: z.array(z.number().int()).describe('the terms that wrote since the blow'),
  failed: z
    .array(z.string())
    .optional()
    .describe('what does not pass by the marks of the failure plan, in words; empty: passed'),
})

/** A drill and its score. */
export const DrillSchema = z.object({
  id: IdSchema,
  askedAt: MomentSchema,
  askedBy: z.string(),
  node: z.string(),
  kill: DrillTargetSchema,
  calls: z.number().int(),
  number: z.string(),
  state: z.enum(['asked', 'running', 'done', 'failed']),
  problem: z.string().nullable(),
  score: DrillScoreSchema.nullable(),
})

/** A drill and its score. */
export type DrillView = z.infer<typeof DrillSchema>
