import { z } from 'zod'
import type { Ring } from './configuration.ts'
import {
  DAY_MS,
  digit,
  GROUPS_MAX,
  milliseconds,
  name,
  nameOf,
  namesOf,
  numberOf,
  percent,
  prompt,
  prompts,
  skills,
  wrapUpCode,
} from './fields.ts'
import { SERVICE_LEVEL_NAMES } from './service-level.ts'

/** Each ring is an event of every caller who waits so long. */
const RINGS_MAX = 10

/** Each phone that rings is a leg and an event. */
const RING_AT_ONCE_MAX = 20

/** A queue with more named people is meant for a group. */
const MEMBERS_MAX = 1_000

/** More would be a programme of its own rather than a word of comfort now and then. */
const COMFORTS_MAX = 10

const YEAR_MS = 366 * DAY_MS

/** Whoever does not answer so many calls does not want one more. */
const CALLBACK_CALLS_MAX = 10

/** Nobody finds one in a longer list while a caller waits. */
const WRAP_UP_CODES_MAX = 100

const ring = z.strictObject({
  afterMs: milliseconds(1_000, DAY_MS),
  skills: skills.optional(),
  preferred: skills.optional(),
  groups: namesOf('group', GROUPS_MAX).optional(),
  queues: namesOf('queue', RINGS_MAX).optional(),
})

const comfort = z.strictObject({
  afterMs: milliseconds(1_000, DAY_MS),
  everyMs: milliseconds(10_000, DAY_MS).optional(),
  positionAtMost: z.number().int().min(1).max(1_000).optional(),
  prompts: prompts.min(1),
})

const weight = z.number().min(0).max(1_000)

const overflow = z.strictObject({
  when: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('waited'), afterMs: milliseconds(1_000, DAY_MS) }),
    z.strictObject({ type: z.literal('size'), waiting: z.number().int().min(0).max(100_000) }),
    z.strictObject({ type: z.literal('closed'), schedule: nameOf('schedule') }),
    z.strictObject({ type: z.literal('nobody') }),
  ]),
  to: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('queue'), queue: nameOf('queue') }),
    z.strictObject({ type: z.literal('flow'), flow: nameOf('flow') }),
    z.strictObject({ type: z.literal('number'), number: numberOf }),
    z.strictObject({ type: z.literal('voicemail'), mailbox: nameOf('mailbox') }),
  ]),
})

/** Where callers wait. */
export const queueSchema = z.strictObject({
  name,
  skills,
  priority: z.number().int().min(0).max(100),
  ringTimeoutMs: milliseconds(5_000, 120_000),
  ronaMs: milliseconds(0, 600_000),
  wrapUpMs: milliseconds(0, 3_600_000),
  welcomePrompts: prompts,
  musicPrompt: prompt,
  positionEveryMs: z.union([z.literal(0), milliseconds(10_000, 3_600_000)]),
  recorded: z.boolean(),
  visitors: z.boolean().optional(),
  serviceLevel: z.strictObject({
    percent,
    withinMs: milliseconds(1_000, DAY_MS),
    definition: z.enum(SERVICE_LEVEL_NAMES).optional(),
    shortAbandonMs: milliseconds(0, 600_000).optional(),
  }),
  strategy: z.enum(['longest-idle', 'least-loaded', 'most-skilled', 'round-robin', 'weighted']).optional(),
  weights: z.strictObject({ skill: weight, wish: weight, idle: weight, load: weight }).optional(),
  preferred: skills.optional(),
  groups: namesOf('group', GROUPS_MAX).optional(),
  users: namesOf('user', MEMBERS_MAX).optional(),
  overflow: z.array(overflow).max(RINGS_MAX).optional(),
  rings: z.array(ring).max(RINGS_MAX).refine(isRising, 'are not in the order of their time').optional(),
  priorityStepMs: milliseconds(0, DAY_MS).optional(),
  behindStepMs: milliseconds(0, 60_000).optional(),
  ringAtOnce: z.number().int().min(1).max(RING_AT_ONCE_MAX).optional(),
  afterRona: z.enum(['pause', 'not-ready', 'logged-off']).optional(),
  wrapUpMaxMs: milliseconds(0, 3_600_000).optional(),
  wrapUpCodes: z.array(wrapUpCode).max(WRAP_UP_CODES_MAX).optional(),
  wrapUpCodeRequired: z.boolean().optional(),
  lastAgent: z
    .strictObject({ withinMs: milliseconds(1_000, YEAR_MS), waitMs: milliseconds(1_000, 3_600_000) })
    .optional(),
  comfort: z.array(comfort).max(COMFORTS_MAX).optional(),
  keys: z.record(digit, z.strictObject({ flow: nameOf('flow'), callback: z.boolean().optional() })).optional(),
  duplicates: z.enum(['withdraw', 'keep']).optional(),
  callbacks: z
    .strictObject({
      attempts: z.number().int().min(1).max(CALLBACK_CALLS_MAX),
      busyMs: milliseconds(10_000, DAY_MS),
      noAnswerMs: milliseconds(10_000, DAY_MS),
    })
    .optional(),
})

function isRising(rings: readonly Pick<Ring, 'afterMs'>[]): boolean {
  return rings.every(({ afterMs }, index) => index === 0 || afterMs > rings[index - 1]!.afterMs)
}
