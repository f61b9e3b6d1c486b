import { z } from 'zod'
import { type ConfigurationKind, SERVICE_LEVEL_NAMES } from '#kernel/config'
import { MediumSchema, NameSchema } from './fields.ts'
import { PasswordSchema, RoleSchema } from './session.ts'
import { ThresholdInputSchema } from './threshold.ts'

const SkillsSchema = z.record(z.string().min(1).max(64), z.number().int().min(0).max(100))

const MixSchema = z
  .partialRecord(MediumSchema, z.number().int().min(0).max(20))
  .describe('so many contacts of each medium at once')

/** What a user may have besides; each is the kernel's to explain. */
const UserMore = {
  groups: z.array(z.string().min(1).max(64)).max(50).optional().describe('workgroups that the user belongs to'),
  wishes: SkillsSchema.optional().describe('what the user likes to do, by skill'),
  mixes: z.array(MixSchema).min(1).max(10).optional().describe('all work together must fit into one of these'),
  interruptible: z.array(MediumSchema).max(6).optional().describe('media whose work is put aside for others'),
  disabled: z.boolean().optional().describe('kept, and shut out: no log-in, no phone, no work'),
}

/** A user as the configuration has it; never with a password. */
export const UserSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  extension: z.string(),
  role: RoleSchema,
  skills: SkillsSchema,
  initialStatus: z.enum(['ready', 'not-ready']),
  ...UserMore,
})

/** What may be said of a user. `password` sets it; without one it stays as it was. */
export const UserInputSchema = z.strictObject({
  displayName: z.string().min(1).max(100),
  extension: z.string().regex(/^[0-9]{1,20}$/, 'an extension has 1 to 20 digits'),
  role: RoleSchema.default('agent'),
  skills: SkillsSchema.default({}),
  initialStatus: z.enum(['ready', 'not-ready']).default('not-ready'),
  ...UserMore,
  password: PasswordSchema.optional(),
  basedOn: z.number().int().min(0).optional().describe('the configuration version you saw; If-Match says the same'),
})

/** Several hundred hashes take seconds; more would hold the connection for minutes. */
export const BULK_USERS_MAX = 1000

/** Many users at once; all or none. */
export const BulkUsersSchema = z.strictObject({
  users: z
    .array(UserInputSchema.omit({ basedOn: true }).extend({ name: NameSchema }))
    .min(1)
    .max(BULK_USERS_MAX),
  phoneOnly: z
    .boolean()
    .default(false)
    .describe('true: the passwords serve phones only, not this page; quicker to set'),
  basedOn: z.number().int().min(0).optional(),
})

/** The version that a change made. */
export const ChangedSchema = z.object({ version: z.number().int() })

/** A flow document; its steps are checked by the kernel, which names the path of what is wrong. */
export const FlowInputSchema = z.looseObject({
  start: z.string().min(1).max(64),
  steps: z.record(z.string().min(1).max(64), z.looseObject({ type: z.string() })),
})

/** A queue; its figures and references are checked by the kernel, which names the path of what is wrong. */
export const QueueInputSchema = z.looseObject({
  skills: z
    .record(z.string().min(1).max(64), z.number())
    .default({})
    .describe('least proficiency of an agent, by skill'),
  priority: z.number().default(50),
  ringTimeoutMs: z.number().default(15_000),
  ronaMs: z.number().default(10_000),
  wrapUpMs: z.number().default(30_000),
  welcomePrompts: z.array(z.string()).default(['ring', 'queue-announcement']),
  musicPrompt: z.string().default('music'),
  positionEveryMs: z.number().default(30_000),
  recorded: z.boolean().default(false),
  serviceLevel: z
    .looseObject({
      percent: z.number(),
      withinMs: z.number(),
      definition: z
        .enum(SERVICE_LEVEL_NAMES)
        .optional()
        .describe('what is counted (GET /figures, service-level-…); offered-without-short when not said'),
      shortAbandonMs: z.number().optional().describe('who hangs up sooner is a short abandon; 5,000 when not said'),
    })
    .default({ percent: 80, withinMs: 20_000 }),
})

/** When something is open; its times and dates are checked by the kernel, which names the path of what is wrong. */
export const ScheduleInputSchema = z.looseObject({
  timeZone: z.string().describe('the name of the IANA, such as Europe/Berlin'),
  weekly: z.array(z.looseObject({ days: z.array(z.number()), spans: z.array(z.looseObject({})) })).default([]),
})

/** Where a number leads: a flow, a queue or a user, by name. */
export const NumberInputSchema = z.looseObject({ type: z.enum(['flow', 'queue', 'user']) })

/** A role with its rights. */
export const RoleInputSchema = z.looseObject({
  rights: z.array(z.string()),
  seat: z.string().optional().describe('what its people are counted as: agent (when not said), attendant, supervisor'),
})

/** A prompt with a sound of its own. */
export const PromptInputSchema = z.looseObject({
  sound: z.string().describe('what POST /sounds gave'),
  durationMs: z.number(),
  says: z.string().optional().describe('what is said in it'),
})

/** What a setting of the pool is set to, as text. */
export const ParameterInputSchema = z.looseObject({
  value: z.string().describe('its range stands in the list of parameters'),
})

/** A setting of the pool. */
export const ParameterSchema = z.object({
  name: z.string(),
  what: z.string(),
  value: z.string().nullable().describe('what holds now; null: it is off'),
  set: z.boolean().describe('whether somebody set it'),
  default: z.string().nullable(),
  takes: z.string().describe('its range, in words'),
})

/** All settings of the pool, set or not. */
export const ParametersSchema = z.object({ version: z.number().int(), parameters: z.array(ParameterSchema) })

/** How many people of a feature (agent, attendant, supervisor) may be logged on at once, and what happens to one more. */
export const SeatInputSchema = z.looseObject({
  seats: z.number(),
  overuse: z.enum(['allow', 'refuse']).default('allow').describe('allow: more get in, and the over-use is shown'),
})

/** Something that agents say again and again. */
export const ResponseInputSchema = z.looseObject({
  title: z.string(),
  text: z.string().describe('{{customer}}, {{agent}} and {{queue}} are filled in'),
})

/** Where another system is told what happens. */
export const WebhookInputSchema = z.looseObject({
  url: z.string().describe('https; http in networks that the installation allows (--webhook-networks)'),
  events: z.array(z.string()).describe('types such as tandem.interaction.queued, or tandem.interaction.*'),
  secret: z.string().describe('the file in secrets/ of the data folder whose text signs'),
})

const MailServerSchema = z.looseObject({
  host: z.string(),
  port: z.number(),
  security: z.enum(['tls', 'starttls', 'none']).describe('none: for a server on the same machine only'),
  user: z.string().optional(),
})

/** An address that the centre is written to. */
export const MailAccountInputSchema = z.looseObject({
  queue: z.string(),
  address: z.string(),
  imap: MailServerSchema,
  smtp: MailServerSchema,
  secret: z.string().optional().describe('the file in secrets/ of the data folder that holds the password'),
})

/** What agents fill in while they work on an item. */
export const FormInputSchema = z.looseObject({
  title: z.string(),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      title: z.string(),
      type: z.enum(['text', 'number', 'choice', 'date']),
      required: z.boolean().optional(),
      choices: z.array(z.string()).optional(),
      least: z.number().optional(),
      most: z.number().optional(),
    }),
  ),
})

/** A line to the outside. */
export const TrunkInputSchema = z.looseObject({
  host: z.string(),
  port: z.number().optional().describe('5060, or 5061 for tls, when not said'),
  transport: z.enum(['udp', 'tcp', 'tls']).optional(),
  numbers: z.array(z.string()).describe('what may be called: numbers, or how they begin with * behind'),
  callsMax: z.number().describe('calls over it at once'),
  user: z.string().optional().describe('whom the gateway knows us as, when it asks'),
  secret: z.string().optional().describe('the file in secrets/ of the data folder that holds the password'),
  callerNumber: z.string().optional().describe("what the called see; the caller's own number when not said"),
})

/** A number that the centre is written to by text message; `smpp` or `webhook`. */
export const SmsAccountInputSchema = z.looseObject({
  queue: z.string(),
  address: z.string().describe('what is shown as sender: a number, a short code, or 1-11 letters and digits'),
  smpp: z
    .looseObject({
      host: z.string(),
      port: z.number(),
      security: z.enum(['tls', 'none']).describe('none: in private networks only'),
      systemId: z.string(),
      systemType: z.string().optional(),
    })
    .optional(),
  webhook: z.looseObject({ url: z.string().describe('where texts that leave are posted') }).optional(),
  secret: z.string().describe('the file in secrets/ of the data folder: the password (smpp), or what signs (webhook)'),
})

/** A response that an agent may use. */
export const ResponseSchema = z.object({ name: z.string(), title: z.string(), text: z.string() })

/** A response that an agent may use. */
export type ResponseView = z.infer<typeof ResponseSchema>

/** What is sent of an object of each kind, with its defaults; the kernel checks the rest, place by place. Users have routes of their own. */
export const OBJECT_INPUTS: Readonly<Record<Exclude<ConfigurationKind, 'user'>, z.ZodType>> = {
  role: RoleInputSchema,
  number: NumberInputSchema,
  queue: QueueInputSchema,
  flow: FlowInputSchema,
  parameter: ParameterInputSchema,
  seat: SeatInputSchema,
  schedule: ScheduleInputSchema,
  prompt: PromptInputSchema,
  response: ResponseInputSchema,
  form: FormInputSchema,
  threshold: ThresholdInputSchema,
  'mail-account': MailAccountInputSchema,
  trunk: TrunkInputSchema,
  'sms-account': SmsAccountInputSchema,
  webhook: WebhookInputSchema,
}

/** The whole configuration: of each kind a list, under its plural. */
export const ConfigurationSchema = z.looseObject({
  version: z.number().int(),
  users: z.array(UserSchema),
  numbers: z.array(z.object({ number: z.string(), destination: z.looseObject({ type: z.string() }) })),
  parameters: z.array(ParameterSchema),
})
