import { z } from 'zod'
import { DurationMsSchema } from './fields.ts'

const ClaimShape = {
  waitedMs: z.number(),
  priorityMs: z.number().describe('what its priority is worth in waiting'),
  behindMs: z.number().describe("what its queue's lag behind its service level is worth"),
}

/** Why an agent was chosen (promise 4): the stored inputs of the decision and a text for people. */
export const WhySchema = z.object({
  text: z.string(),
  strategy: z.string(),
  queue: z.string().nullable(),
  skills: z.record(z.string(), z.number()),
  waitedMs: DurationMsSchema,
  chosen: z.string(),
  preferred: z.record(z.string(), z.number()),
  ring: z.number().int().describe('how many rings it had come to'),
  only: z.enum(['last-agent', 'wanted']).nullable().describe('nobody else was asked, and why'),
  prioritised: z
    .object({ by: z.string(), from: z.number(), to: z.number() })
    .nullable()
    .describe('who had changed its priority while it waited'),
  besides: z.array(z.string()).describe('who was rung at the same time'),
  candidates: z.array(
    z.object({
      user: z.string(),
      idleMs: DurationMsSchema,
      proficiency: z.number(),
      missing: z.number().optional().describe('preferred skills that it lacks'),
      wish: z.number().optional(),
      loadMs: z.number().optional().describe('worked in this shift'),
      offeredMs: z.number().optional().describe('since it was last offered something'),
    }),
  ),
  candidatesCount: z.number().int(),
  passedOver: z.array(z.object({ user: z.string(), reason: z.string() })),
  passedOverCount: z.number().int(),
  claim: z.object(ClaimShape).nullable().describe('an agent became free and could have been given one of several'),
  rivals: z.array(z.object({ interaction: z.string(), queue: z.string(), ...ClaimShape })),
  rivalsCount: z.number().int(),
})

/** Why an agent was chosen. */
export type Why = z.infer<typeof WhySchema>
