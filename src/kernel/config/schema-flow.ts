import { z } from 'zod'
import { DAY_MS, digit, milliseconds, name, nameOf, numberOf, prompt, prompts, skills } from './fields.ts'

/** A flow that a person can still read on one canvas; the largest that we met have some 200 steps. */
const FLOW_STEPS_MAX = 500

/** Longer would be a conversation without an end rather than a message. */
const RECORD_MS_MAX = 4 * 60 * 60 * 1000

const step = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('play'), prompts: prompts.min(1), next: nameOf('step') }),
  z.strictObject({
    type: z.literal('menu'),
    prompts: prompts.min(1),
    choices: z.record(digit, nameOf('step')),
    timeoutMs: milliseconds(1_000, 60_000),
    attempts: z.number().int().min(1).max(10),
    invalidPrompts: prompts,
    otherwise: nameOf('step'),
  }),
  z.strictObject({
    type: z.literal('queue'),
    queue: nameOf('queue'),
    priority: z.number().int().min(0).max(100).optional(),
    wants: z
      .strictObject({
        skills: skills.optional(),
        preferred: skills.optional(),
        group: nameOf('group').optional(),
        user: nameOf('user').optional(),
        userMs: milliseconds(1_000, DAY_MS).optional(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('transfer'),
    to: numberOf,
    ringTimeoutMs: milliseconds(5_000, 120_000),
    otherwise: nameOf('step'),
  }),
  z.strictObject({ type: z.literal('callback'), queue: nameOf('queue'), next: nameOf('step') }),
  z.strictObject({
    type: z.literal('record'),
    prompts,
    until: digit,
    durationMsMax: milliseconds(1_000, RECORD_MS_MAX),
    mailbox: nameOf('mailbox').optional(),
    next: nameOf('step'),
  }),
  z.strictObject({ type: z.literal('replay'), next: nameOf('step') }),
  z.strictObject({ type: z.literal('echo') }),
  z.strictObject({ type: z.literal('music'), prompt }),
  z.strictObject({ type: z.literal('hang-up') }),
])

/** A call flow; where its steps lead is `checkFlow`'s to say. */
export const flowSchema = z.strictObject({
  name,
  start: nameOf('step'),
  steps: z
    .record(name, step)
    .refine((steps) => Object.keys(steps).length <= FLOW_STEPS_MAX, `has more than ${FLOW_STEPS_MAX} steps`),
})
