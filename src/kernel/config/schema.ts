import { z } from 'zod'
import { checkFlow } from '#kernel/flow'
import type { ConfigurationChange, Medium, Ring } from './configuration.ts'
import { CONFIG_ERRORS } from './errors.ts'
import { PARAMETERS } from './parameter.ts'
import { isTimeZone } from './schedule.ts'
import { SERVICE_LEVEL_NAMES } from './service-level.ts'

/** A flow that a person can still read on one canvas; the largest that we met have some 200 steps. */
const FLOW_STEPS_MAX = 500

/** More prompts in one step are a play of its own, and would be one command of many kilobytes to the media process. */
const PROMPTS_MAX = 20

/** Longer would be a conversation without an end rather than a message. */
const RECORD_MS_MAX = 4 * 60 * 60 * 1000

/** Twenty names of hosts, and more than any other value needs. */
const PARAMETER_CHARS_MAX = 6_000

/** More skills than anybody can keep up to date for one person. */
const SKILLS_MAX = 100

/** More groups than anybody can tell apart. */
const GROUPS_MAX = 50

/** Each allowed mix is looked at for every offer; nobody means more than a few. */
const MIXES_MAX = 10

/** Each ring is an event of every caller who waits so long. */
const RINGS_MAX = 10

/** A day with more openings is a mistake. */
const SPANS_MAX = 20

/** Ten years of holidays. */
const EXCEPTIONS_MAX = 200

/** Each phone that rings is a leg and an event. */
const RING_AT_ONCE_MAX = 20

/** A queue with more named people is meant for a group. */
const MEMBERS_MAX = 1_000

/** More would be a programme of its own rather than a word of comfort now and then. */
const COMFORTS_MAX = 10

const DAY_MS = 86_400_000
const YEAR_MS = 366 * DAY_MS

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is not a name (1-64 letters, digits, . _ -)')
const prompt = z.string().regex(/^[a-z0-9][a-z0-9/-]{0,99}$/, 'is not the name of a prompt')
const prompts = z.array(prompt).max(PROMPTS_MAX)
const extension = z.string().regex(/^[0-9]{1,15}$/, 'is not an extension (1-15 digits)')
const number = z.string().regex(/^\+?[0-9]{1,20}$/, 'is not a number (1-20 digits, + in front allowed)')
const digit = z.string().regex(/^[0-9*#A-D]$/, 'is not a digit of a telephone')
const skills = z
  .record(name, z.number().int().min(0).max(100))
  .refine((all) => Object.keys(all).length <= SKILLS_MAX, `has more than ${SKILLS_MAX} skills`)

const milliseconds = (least: number, most: number) => z.number().int().min(least).max(most)

const names = (most: number) => z.array(name).min(1).max(most)
const MEDIA = ['voice', 'callback', 'chat', 'sms', 'email', 'work-item'] as const satisfies readonly Medium[]
const medium = z.enum(MEDIA)
/** More at once nobody can attend to. */
const mix = z.partialRecord(medium, z.number().int().min(0).max(20))

const user = z.strictObject({
  name,
  displayName: z.string().min(1).max(200),
  extension,
  role: z.enum(['agent', 'attendant', 'supervisor', 'administrator']),
  skills,
  initialStatus: z.enum(['ready', 'not-ready']),
  groups: z.array(name).max(GROUPS_MAX).optional(),
  wishes: skills.optional(),
  mixes: z.array(mix).min(1).max(MIXES_MAX).optional(),
  interruptible: z.array(medium).max(MEDIA.length).optional(),
})

const ring = z.strictObject({
  afterMs: milliseconds(1_000, DAY_MS),
  skills: skills.optional(),
  preferred: skills.optional(),
  groups: names(GROUPS_MAX).optional(),
  queues: names(RINGS_MAX).optional(),
})

const comfort = z.strictObject({
  afterMs: milliseconds(1_000, DAY_MS),
  everyMs: milliseconds(10_000, DAY_MS).optional(),
  positionAtMost: z.number().int().min(1).max(1_000).optional(),
  prompts: prompts.min(1),
})

const weight = z.number().min(0).max(1_000)

const queue = z.strictObject({
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
    percent: z.number().min(0).max(100),
    withinMs: milliseconds(1_000, DAY_MS),
    definition: z.enum(SERVICE_LEVEL_NAMES).optional(),
    shortAbandonMs: milliseconds(0, 600_000).optional(),
  }),
  strategy: z.enum(['longest-idle', 'least-loaded', 'most-skilled', 'round-robin', 'weighted']).optional(),
  weights: z.strictObject({ skill: weight, wish: weight, idle: weight, load: weight }).optional(),
  preferred: skills.optional(),
  groups: names(GROUPS_MAX).optional(),
  users: names(MEMBERS_MAX).optional(),
  overflow: z
    .array(z.lazy(() => overflow))
    .max(RINGS_MAX)
    .optional(),
  rings: z.array(ring).max(RINGS_MAX).refine(isRising, 'are not in the order of their time').optional(),
  priorityStepMs: milliseconds(0, DAY_MS).optional(),
  behindStepMs: milliseconds(0, 60_000).optional(),
  ringAtOnce: z.number().int().min(1).max(RING_AT_ONCE_MAX).optional(),
  afterRona: z.enum(['pause', 'not-ready', 'logged-off']).optional(),
  wrapUpMaxMs: milliseconds(0, 3_600_000).optional(),
  lastAgent: z
    .strictObject({ withinMs: milliseconds(1_000, YEAR_MS), waitMs: milliseconds(1_000, 3_600_000) })
    .optional(),
  comfort: z.array(comfort).max(COMFORTS_MAX).optional(),
  keys: z.record(digit, z.strictObject({ flow: name, callback: z.boolean().optional() })).optional(),
  duplicates: z.enum(['withdraw', 'keep']).optional(),
})

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'is not a time of day (HH:MM)')
const spans = z
  .array(
    z
      .strictObject({ from: clock, to: clock })
      .refine(({ from, to }) => from < to, 'does not end after it begins: what goes past midnight is two'),
  )
  .max(SPANS_MAX)

const schedule = z.strictObject({
  name,
  timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone'),
  weekly: z.array(z.strictObject({ days: z.array(z.number().int().min(1).max(7)).max(7), spans })).max(SPANS_MAX),
  exceptions: z
    .array(
      z.strictObject({
        date: z.string().regex(/^[0-9]{4}-[01][0-9]-[0-3][0-9]$/, 'is not a date (YYYY-MM-DD)'),
        spans,
      }),
    )
    .max(EXCEPTIONS_MAX)
    .optional(),
})

const overflow = z.strictObject({
  when: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('waited'), afterMs: milliseconds(1_000, DAY_MS) }),
    z.strictObject({ type: z.literal('size'), waiting: z.number().int().min(0).max(100_000) }),
    z.strictObject({ type: z.literal('closed'), schedule: name }),
    z.strictObject({ type: z.literal('nobody') }),
  ]),
  to: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('queue'), queue: name }),
    z.strictObject({ type: z.literal('flow'), flow: name }),
    z.strictObject({ type: z.literal('number'), number }),
    z.strictObject({ type: z.literal('voicemail'), mailbox: name }),
  ]),
})

const step = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('play'), prompts: prompts.min(1), next: name }),
  z.strictObject({
    type: z.literal('menu'),
    prompts: prompts.min(1),
    choices: z.record(digit, name),
    timeoutMs: milliseconds(1_000, 60_000),
    attempts: z.number().int().min(1).max(10),
    invalidPrompts: prompts,
    otherwise: name,
  }),
  z.strictObject({
    type: z.literal('queue'),
    queue: name,
    priority: z.number().int().min(0).max(100).optional(),
    wants: z
      .strictObject({
        skills: skills.optional(),
        preferred: skills.optional(),
        group: name.optional(),
        user: name.optional(),
        userMs: milliseconds(1_000, DAY_MS).optional(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('transfer'),
    to: number,
    ringTimeoutMs: milliseconds(5_000, 120_000),
    otherwise: name,
  }),
  z.strictObject({ type: z.literal('callback'), queue: name, next: name }),
  z.strictObject({
    type: z.literal('record'),
    prompts,
    until: digit,
    durationMsMax: milliseconds(1_000, RECORD_MS_MAX),
    mailbox: name.optional(),
    next: name,
  }),
  z.strictObject({ type: z.literal('replay'), next: name }),
  z.strictObject({ type: z.literal('echo') }),
  z.strictObject({ type: z.literal('music'), prompt }),
  z.strictObject({ type: z.literal('hang-up') }),
])

const flow = z.strictObject({
  name,
  start: name,
  steps: z
    .record(name, step)
    .refine((steps) => Object.keys(steps).length <= FLOW_STEPS_MAX, `has more than ${FLOW_STEPS_MAX} steps`),
})

const destination = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('flow'), flow: name }),
  z.strictObject({ type: z.literal('queue'), queue: name }),
  z.strictObject({ type: z.literal('user'), user: name }),
])

function isRising(rings: readonly Pick<Ring, 'afterMs'>[]): boolean {
  return rings.every(({ afterMs }, index) => index === 0 || afterMs > rings[index - 1]!.afterMs)
}

const parameter = z.strictObject({ value: z.string().max(PARAMETER_CHARS_MAX) })

/** More people than any centre of this design has. */
const SEATS_MAX = 100_000

const seat = z.strictObject({
  name: z.enum(['agent', 'attendant', 'supervisor']),
  seats: z.number().int().min(0).max(SEATS_MAX),
  overuse: z.enum(['allow', 'refuse']),
})

const SCHEMAS = { user, queue, flow, number: destination, parameter, seat, schedule }

/** What each kind of object may be called; a parameter has one of the names that there are. */
const NAMES = {
  user: name,
  queue: name,
  flow: name,
  number,
  seat: name,
  schedule: name,
  parameter: z.enum(PARAMETERS.map((kind) => kind.name)),
}

/** Where an object stands in the configuration, as the beginning of a path. */
export function pathOf(change: Pick<ConfigurationChange, 'kind' | 'name'>): string {
  return `${change.kind}s.${change.name}`
}

/**
 * Refuses a change whose object has a wrong shape, a value out of its range, a key that nobody knows or another name than it is
 * filed under: `config.invalid` with the path of the first fault. A flow's inner faults are found too.
 */
export function checkShape(change: ConfigurationChange): void {
  const path = pathOf(change)
  if (!Object.hasOwn(SCHEMAS, change.kind))
    throw CONFIG_ERRORS['config.invalid']({ path, problem: 'is of no known kind' })
  const named = NAMES[change.kind].safeParse(change.name)
  if (!named.success) throw CONFIG_ERRORS['config.invalid']({ path, problem: named.error.issues[0]!.message })
  if (change.value === undefined) return
  const parsed = SCHEMAS[change.kind].safeParse(change.value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const inner = [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]] : [])]
    throw CONFIG_ERRORS['config.invalid']({ path: [path, ...inner].join('.'), problem: issue.message })
  }
  if ('name' in change.value && change.value.name !== change.name) {
    throw CONFIG_ERRORS['config.invalid']({ path: `${path}.name`, problem: `is not "${change.name}"` })
  }
  if (change.kind !== 'flow') return
  const fault = checkFlow(change.value).find((finding) => finding.severity === 'error')
  if (fault) throw CONFIG_ERRORS['config.invalid']({ path: `${path}.${fault.path}`, problem: fault.problem })
}
