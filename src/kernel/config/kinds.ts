/** The one table of what can be configured: state, copies, dumps, checks, routes, export and the page's forms all follow from it. */

import { z } from 'zod'
import { checkFlow } from '#kernel/flow'
import type { Configuration, ConfigurationKind, ConfigurationKinds, ConfiguredObjects } from './configuration.ts'
import { name, nameOf, namesOf, number, promptName } from './fields.ts'
import { formDefects } from './form.ts'
import { PARAMETERS } from './parameter.ts'
import { unknownPlaces } from './response.ts'
import { flowSchema } from './schema-flow.ts'
import { formSchema } from './schema-form.ts'
import { mailAccountFaults, mailAccountSchema } from './schema-mail-account.ts'
import { promptSchema } from './schema-prompt.ts'
import { queueSchema } from './schema-queue.ts'
import { roleSchema } from './schema-role.ts'
import { scheduleSchema } from './schema-schedule.ts'
import { smsAccountSchema } from './schema-sms-account.ts'
import { thresholdSchema } from './schema-threshold.ts'
import { trunkSchema } from './schema-trunk.ts'
import { userSchema } from './schema-user.ts'
import { webhookSchema } from './schema-webhook.ts'
import { smsAccountFaults } from './sms-account.ts'
import { WATCHED_FIGURES } from './threshold.ts'
import { trunkFaults } from './trunk.ts'
import { webhookFaults } from './webhook.ts'

/** Twenty names of hosts, and more than any other value needs. */
const PARAMETER_CHARS_MAX = 6_000

/** More people than any centre of this design has. */
const SEATS_MAX = 100_000

/** Something that is wrong inside an object: where, by keys with dots between them, and in which words. */
export interface InnerFault {
  readonly path: string
  readonly problem: string
}

/** All that is particular to a kind of configured object. */
export interface Kind<V> {
  /** In a sentence: `a queue`. */
  readonly words: string
  /** What an object may be called. */
  readonly name: z.ZodType<string>
  /** Its shape and ranges; what refers to what is said in it with `nameOf`. */
  readonly shape: z.ZodType
  /** Whether an object carries its own name, as `name`. */
  readonly isNamed: boolean
  /** What the shape cannot say of one object alone. */
  readonly faults?: (value: V) => readonly InnerFault[]
}

/** What fits into one message. */
const RESPONSE_CHARS_MAX = 4_000

/** More queues are all of them. */
const RESPONSE_QUEUES_MAX = 100

const response = z.strictObject({
  name,
  title: z.string().min(1).max(100),
  text: z.string().min(1).max(RESPONSE_CHARS_MAX),
  queues: namesOf('queue', RESPONSE_QUEUES_MAX).optional(),
})

const destination = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('flow'), flow: nameOf('flow') }),
  z.strictObject({ type: z.literal('queue'), queue: nameOf('queue') }),
  z.strictObject({ type: z.literal('user'), user: nameOf('user') }),
])

const seat = z.strictObject({
  name: z.enum(['agent', 'attendant', 'supervisor']),
  seats: z.number().int().min(0).max(SEATS_MAX),
  overuse: z.enum(['allow', 'refuse']),
})

/** Every kind there is, in the order in which they are listed, exported and imported. */
export const KINDS: { readonly [K in ConfigurationKind]: Kind<ConfigurationKinds[K]> } = {
  user: { words: 'a user', name, shape: userSchema, isNamed: true },
  role: { words: 'a role', name, shape: roleSchema, isNamed: true },
  number: { words: 'a number', name: number, shape: destination, isNamed: false },
  queue: {
    words: 'a queue',
    name,
    shape: queueSchema,
    isNamed: true,
    faults: ({ name: own, rings, overflow }) => {
      const itself = [
        ...(rings ?? []).flatMap(({ queues }, ring) =>
          (queues ?? []).map((queue, index) => ({ queue, path: `rings.${ring}.queues.${index}` })),
        ),
        ...(overflow ?? []).map(({ to }, index) => ({
          queue: to.type === 'queue' ? to.queue : undefined,
          path: `overflow.${index}.to.queue`,
        })),
      ].filter(({ queue }) => queue === own)
      return itself.map(({ path }) => ({ path, problem: 'is the queue itself' }))
    },
  },
  flow: {
    words: 'a flow',
    name,
    shape: flowSchema,
    isNamed: true,
    faults: (flow) => checkFlow(flow).filter(({ severity }) => severity === 'error'),
  },
  parameter: {
    words: 'a setting',
    name: z.enum(PARAMETERS.map((kind) => kind.name)),
    shape: z.strictObject({ value: z.string().max(PARAMETER_CHARS_MAX) }),
    isNamed: false,
  },
  seat: { words: 'the seats of a feature', name, shape: seat, isNamed: true },
  schedule: { words: 'a schedule', name, shape: scheduleSchema, isNamed: true },
  prompt: { words: 'a prompt', name: promptName, shape: promptSchema, isNamed: true },
  response: {
    words: 'a response',
    name,
    shape: response,
    isNamed: true,
    faults: ({ text }) =>
      unknownPlaces(text).map((place) => ({
        path: 'text',
        problem: `has {{${place}}}, and nothing can be put there: customer, agent and queue can`,
      })),
  },
  form: { words: 'a form', name, shape: formSchema, isNamed: true, faults: formDefects },
  threshold: {
    words: 'a threshold',
    name,
    shape: thresholdSchema,
    isNamed: true,
    faults: ({ figure, value }) => {
      const most = WATCHED_FIGURES[figure]
      return value > most ? [{ path: 'value', problem: `is more than "${figure}" can be: ${most}` }] : []
    },
  },
  'mail-account': {
    words: 'a mail account',
    name,
    shape: mailAccountSchema,
    isNamed: true,
    faults: mailAccountFaults,
  },
  trunk: { words: 'a trunk', name, shape: trunkSchema, isNamed: true, faults: trunkFaults },
  'sms-account': {
    words: 'an account for text messages',
    name,
    shape: smsAccountSchema,
    isNamed: true,
    faults: smsAccountFaults,
  },
  webhook: { words: 'a webhook', name, shape: webhookSchema, isNamed: true, faults: webhookFaults },
}

/** The names of all kinds, in the table's order. */
export const KIND_NAMES = Object.keys(KINDS) as readonly ConfigurationKind[]

/** Where the objects of a kind stand in the configuration. */
export function pluralOf<K extends ConfigurationKind>(kind: K): `${K}s` {
  return `${kind}s`
}

/** The objects of a kind, by name, whatever they are. */
export function objectsOf(
  configuration: Pick<Configuration, keyof ConfiguredObjects>,
  kind: ConfigurationKind,
): ReadonlyMap<string, object> {
  return configuration[pluralOf(kind)]
}

/** The kind whose objects stand under this key; undefined when there is none. */
export function kindOfPlural(plural: string): ConfigurationKind | undefined {
  return KIND_NAMES.find((kind) => pluralOf(kind) === plural)
}

/** The shape of every kind as JSON Schema, with `refersTo` and `unit` where a field has them; forms are drawn from it. */
export function kindSchemas(): Readonly<Record<ConfigurationKind, object>> {
  const entries = KIND_NAMES.map((kind) => [kind, z.toJSONSchema(KINDS[kind].shape, { io: 'input' })])
  return Object.fromEntries(entries) as Record<ConfigurationKind, object>
}
