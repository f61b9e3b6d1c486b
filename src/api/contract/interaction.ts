import { z } from 'zod'
import { AttemptSchema } from './callback.ts'
import {
  AnyMomentSchema,
  DialStringSchema,
  DurationMsSchema,
  IdSchema,
  MediumSchema,
  MomentSchema,
  NameSchema,
  OutsideNumberSchema,
  PAGE_DEFAULT,
  PAGE_MAX,
  WritableNumberSchema,
} from './fields.ts'

/** Where an interaction stands; the states of the kernel. */
export const InteractionStateSchema = z.enum([
  'created',
  'in-flow',
  'queued',
  'offered',
  'connected',
  'held',
  'wrapping-up',
  'closed',
])

/** Where an interaction stands. */
export type InteractionState = z.infer<typeof InteractionStateSchema>

/** One party of an interaction. */
export const ParticipantSchema = z.object({
  id: z.string(),
  kind: z.enum(['customer', 'agent', 'external', 'supervisor']),
  user: z.string().nullable(),
  address: z.string(),
  displayName: z.string().nullable(),
  connection: z.enum(['initiated', 'alerting', 'connected', 'held', 'failed', 'cleared']),
  since: MomentSchema,
  muted: z.boolean().optional().describe('nobody hears it'),
  via: z.string().nullable().optional().describe('the participant of another interaction by whose phone it speaks'),
  ringUntil: MomentSchema.nullable().optional().describe('it is called into the conversation until then'),
  supervises: z
    .object({
      mode: z.enum(['listen', 'coach', 'take-over']),
      agent: z.string().describe('the participant whose work it is'),
      announced: z.boolean(),
    })
    .nullable()
    .optional()
    .describe('it is no party of the conversation itself; left out for those who are not told'),
})

/** Where a call waits until anybody takes it. */
export const ParkedSchema = z.object({
  slot: z.string().describe('the number that takes it, from any phone'),
  user: z.string().describe('who parked it, and is rung when nobody takes it'),
  until: MomentSchema,
})

/** An interaction as lists and the live board show it. */
export const InteractionSchema = z.object({
  id: z.string(),
  medium: MediumSchema,
  direction: z.enum(['inbound', 'outbound', 'internal']),
  from: z.string(),
  to: z.string(),
  state: InteractionStateSchema,
  since: MomentSchema.describe('when it came into this state'),
  createdAt: MomentSchema,
  closedAt: MomentSchema.nullable(),
  queue: z.string().nullable(),
  queuedAt: MomentSchema.nullable().describe('when it first began to wait in that queue'),
  agent: z.string().nullable().describe('the user it is offered to or talks to, or talked to last'),
  agentName: z
    .string()
    .optional()
    .describe(
      'how that user is called, told to colleagues who may take what rings there and see nothing else of the user',
    ),
  offerUntil: MomentSchema.nullable().describe('until when the agent may answer'),
  flow: z.string().nullable(),
  step: z.string().nullable(),
  outcome: z.string().nullable().describe('how it ended, once closed'),
  participants: z
    .array(ParticipantSchema)
    .optional()
    .describe(
      'who is there: connected or held, muted, called in, supervising; more than two connected is a conference',
    ),
  consults: z.string().nullable().optional().describe('the interaction whose agent asks for advice by this one'),
  parked: ParkedSchema.nullable().optional(),
  priority: z.number().int().nullable().optional().describe('while it waits in a queue'),
  prioritised: z
    .object({ by: z.string(), from: z.number().int().describe('the priority that it came with') })
    .nullable()
    .optional()
    .describe('who has changed its priority while it waits'),
  dueAt: MomentSchema.nullable().optional().describe('when a callback is meant for, or tried again'),
  attempts: z.array(AttemptSchema).optional().describe('the calls to the customer of a callback so far'),
})

/** An interaction as lists and the live board show it. */
export type InteractionView = z.infer<typeof InteractionSchema>

/** Where the time of a closed interaction went; the parts add up to `totalMs`. */
export const DurationsSchema = z.object({
  totalMs: DurationMsSchema,
  flowMs: DurationMsSchema,
  waitMs: DurationMsSchema,
  ringMs: DurationMsSchema,
  talkMs: DurationMsSchema,
  holdMs: DurationMsSchema,
  wrapUpMs: DurationMsSchema,
})

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

/** One event of an interaction. */
export const TimelineEntrySchema = z.object({
  sequence: z.number().int().describe('the place of the event in the log'),
  at: MomentSchema,
  type: z.string().describe('the kernel name of the event, such as Queued'),
  details: z.record(z.string(), z.unknown()),
  why: WhySchema.nullable(),
})

/** One event of an interaction. */
export type TimelineEntry = z.infer<typeof TimelineEntrySchema>

/** A stretch of an interaction's life; they follow on each other without gap or overlap (DAT-02). */
export const SegmentSchema = z.object({
  kind: z.enum(['menu', 'queue', 'ring', 'talk', 'hold', 'wrap-up']),
  startedAt: MomentSchema,
  endedAt: MomentSchema.nullable(),
  queue: z.string().nullable(),
  agent: z.string().nullable(),
})

/** An interaction with everything that is known of it. */
export const InteractionDetailSchema = InteractionSchema.extend({
  interactionIdKey: z.string().describe('identifies the interaction in the database (DAT-04)'),
  seqno: z.number().int().describe('how many takeovers it lived through (DAT-05)'),
  durations: DurationsSchema.nullable(),
  participants: z.array(ParticipantSchema),
  segments: z.array(SegmentSchema),
  recordings: z.array(z.string()),
  wrapUpCodes: z.array(z.string()),
  timeline: z.array(TimelineEntrySchema),
  timelineComplete: z.boolean().describe('false while history cannot be read: then the timeline is empty'),
})

/** An interaction with everything that is known of it. */
export type InteractionDetail = z.infer<typeof InteractionDetailSchema>

/** Which interactions to list: newest first. */
export const InteractionQuerySchema = z.strictObject({
  state: z.union([InteractionStateSchema, z.literal('open')]).optional(),
  queue: NameSchema.optional(),
  agent: NameSchema.optional(),
  number: z
    .string()
    .regex(/^\+?[0-9]{3,20}$/, 'at least three digits of a number')
    .optional()
    .describe('digits that the number of the caller or the called has in it'),
  from: AnyMomentSchema.optional().describe('that began then or later'),
  to: AnyMomentSchema.optional().describe('that began before'),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  after: z.string().max(200).optional().describe('the `next` of the page before'),
})

/** One page of interactions. */
export const InteractionListSchema = z.object({
  items: z.array(InteractionSchema),
  next: z.string().nullable().describe('give it as `after` for the next page; null on the last'),
  complete: z.boolean().describe('false while history is away and closed interactions are missing'),
})

const SUBJECT_CHARS_MAX = 500

const NeedsSchema = z.record(z.string().min(1).max(64), z.number().int().min(0).max(100))

/** What a contact asks for beyond what its queue does. */
const Wanted = {
  customer: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('who it is, as other contacts know the customer: contacts of one customer are one'),
  priority: z.number().int().min(0).max(100).optional().describe("the queue's own, when not said"),
  wants: z
    .strictObject({
      skills: NeedsSchema.optional().describe('required, by skill: least proficiency'),
      preferred: NeedsSchema.optional().describe('who has more of these is chosen first'),
      group: NameSchema.optional().describe('only members of this group'),
      user: NameSchema.optional().describe('this person alone'),
      userMs: DurationMsSchema.optional().describe('so long; then others are asked as well'),
    })
    .optional(),
}

/** Made by whoever creates the item, of their own names: it leads to the same interaction for ever. */
export const ItemIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,100}$/, 'an id has 1 to 100 letters, digits and . _ : -')

/** More belongs into the system that made the item. */
const DOCUMENTS_MAX = 20
const FIELDS_MAX = 50
const VALUE_CHARS_MAX = 4_000

const ValuesSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(VALUE_CHARS_MAX), z.number()]))
  .refine((values) => Object.keys(values).length <= FIELDS_MAX, `has more than ${FIELDS_MAX} fields`)

const DocumentsSchema = z
  .array(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(200) }))
  .max(DOCUMENTS_MAX)

const ItemContent = {
  values: ValuesSchema.optional().describe('of the form, as far as they are known'),
  dueAt: AnyMomentSchema.optional().describe('when it shall be done; after that it is overdue'),
  documents: DocumentsSchema.optional().describe('uploaded before to /documents'),
}

/** What shall be otherwise of a work item; what is not said stays as it is. */
export const ItemChangeSchema = z.strictObject({
  ...ItemContent,
  subject: z.string().min(1).max(SUBJECT_CHARS_MAX).optional(),
  dueAt: AnyMomentSchema.nullable().optional().describe('null: at no time any more'),
  priority: Wanted.priority.describe('while it waits (409 when it does not)'),
})

/** A work item as an agent sees it. */
export const ItemSchema = z.object({
  id: z.string(),
  subject: z.string().nullable(),
  form: z
    .object({
      name: z.string(),
      title: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          type: z.enum(['text', 'number', 'choice', 'date']),
          required: z.boolean(),
          choices: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  dueAt: MomentSchema.nullable(),
  overdue: z.boolean(),
  documents: z.array(z.object({ hash: z.string(), name: z.string(), type: z.string(), bytes: z.number().int() })),
  outcome: z.string().nullable(),
  priority: z.number().int().nullable().describe('while it waits in a queue'),
})

/** A work item as an agent sees it. */
export type ItemView = z.infer<typeof ItemSchema>

/** The work is done; of a work item, what came of it. */
export const CompleteSchema = z.strictObject({
  user: NameSchema.optional().describe('the agent who did it; you, when not said'),
  outcome: z.string().min(1).max(200).optional(),
})

/** More than ten text messages hold. */
const TEXT_CHARS_MAX = 4_000

/** A new interaction: a work item or a callback into a queue, a call that first rings you, then dials, a text message or a fax that you write first, or a fax that came. */
export const NewInteractionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('work-item'),
    subject: z.string().min(1).max(SUBJECT_CHARS_MAX),
    queue: NameSchema,
    id: ItemIdSchema.optional().describe('of the item, made by you: the same id makes no second one'),
    form: NameSchema.optional().describe('what agents fill in'),
    ...ItemContent,
    ...Wanted,
  }),
  z.strictObject({ type: z.literal('callback'), number: DialStringSchema, queue: NameSchema, ...Wanted }),
  z.strictObject({
    type: z.literal('call'),
    to: DialStringSchema,
    user: NameSchema.optional().describe('whose phone rings first; you, when not said'),
    id: IdSchema.optional().describe('of the call, made by you: the same id calls nobody twice'),
  }),
  z.strictObject({
    type: z.literal('text'),
    account: NameSchema.describe('of the number of ours that it leaves from'),
    to: WritableNumberSchema,
    text: z.string().trim().min(1).max(TEXT_CHARS_MAX),
    id: IdSchema.optional().describe('of the conversation, made by you: the same id sends nothing twice'),
  }),
  z.strictObject({
    type: z.literal('fax'),
    account: NameSchema.describe('of the mail account of the gateway that it leaves by'),
    to: WritableNumberSchema,
    documents: DocumentsSchema.min(1).describe('PDF or TIFF, uploaded before to /documents'),
    text: z.string().trim().max(TEXT_CHARS_MAX).default('').describe('many gateways make a cover page of it'),
    id: IdSchema.optional().describe('of the contact, made by you: the same id sends nothing twice'),
  }),
  z.strictObject({
    type: z.literal('received-fax'),
    from: z.union([OutsideNumberSchema, z.literal('')]).describe('empty: it is not known'),
    queue: NameSchema,
    documents: DocumentsSchema.min(1).describe('PDF or TIFF, uploaded before to /documents'),
    subject: z.string().min(1).max(SUBJECT_CHARS_MAX).optional(),
    id: ItemIdSchema.optional().describe('of the fax, made by you: the same id makes no second one'),
    priority: Wanted.priority,
    customer: Wanted.customer,
  }),
])

/** The id of what was created. */
export const CreatedSchema = z.object({ id: z.string() })

/** Whom an action concerns: your own part in the interaction, when not said. */
export const PartySchema = z.strictObject({ participant: IdSchema.optional() })

/** A blind transfer. */
export const TransferSchema = z.strictObject({
  to: DialStringSchema,
  mailbox: z.boolean().default(false).describe('nobody is rung: the mailbox of that person or queue takes a message'),
  participant: IdSchema.optional(),
})

/** Mutes your own part, or that of another. */
export const MuteSchema = z.strictObject({ muted: z.boolean().default(true), participant: IdSchema.optional() })

/** Digits for the others in the conversation. */
export const KeypadSchema = z.strictObject({
  digits: z
    .string()
    .regex(/^[0-9*#A-D]{1,32}$/, 'digits are 1 to 32 of 0-9, "*", "#" and A-D')
    .describe('they are in no log, timeline or recording'),
  id: IdSchema.optional().describe('made by you: the same id sends nothing twice'),
  participant: IdSchema.optional(),
})

/** Calls somebody while the others are on hold. */
export const ConsultSchema = z.strictObject({
  to: DialStringSchema,
  id: IdSchema.optional().describe('of the consultation, made by you: the same id calls nobody twice'),
  participant: IdSchema.optional(),
})

/** Makes one conversation of two: the call and its consultation, when not said which. */
export const JoinSchema = z.strictObject({
  consulted: IdSchema.optional().describe('the interaction of the consultation'),
  participant: IdSchema.optional(),
})

/** Calls one more into the conversation. */
export const InviteSchema = z.strictObject({ to: DialStringSchema, participant: IdSchema.optional() })

/** Parks a call: at a free place, when not said where. */
export const ParkSchema = z.strictObject({
  slot: z
    .string()
    .regex(/^[0-9]{1,8}$/, 'a place is a number')
    .optional(),
  participant: IdSchema.optional(),
})

/** How to be with a conversation of others. */
export const SuperviseSchema = z.strictObject({
  mode: z.enum(['listen', 'coach', 'join', 'take-over']),
})

/** Takes what rings at a colleague. */
export const PickUpSchema = z.strictObject({ user: NameSchema.describe('at whose phone it rings') })

/** Whose offer or work it is: yours, when not said. */
export const ActorSchema = z.strictObject({ user: NameSchema.optional() })

/** Asks for more time for the work after a call. */
export const ExtendWrapUpSchema = z.strictObject({
  byMs: DurationMsSchema.min(1_000).max(3_600_000),
  user: NameSchema.optional(),
})

/** Ends your work after the call, with an optional code. */
export const WrapUpSchema = z.strictObject({ code: z.string().min(1).max(64).optional(), user: NameSchema.optional() })
