import type { Millis } from '#base'
import type { FlowDocument } from '#kernel/flow'
import type { Form } from './form.ts'
import type { MailAccount } from './mail-account.ts'
import type { Parameter } from './parameter.ts'
import type { Prompt } from './prompt.ts'
import type { Response } from './response.ts'
import type { Role } from './role.ts'
import type { Schedule } from './schedule.ts'
import type { SeatPool } from './seat.ts'
import type { ServiceLevel } from './service-level.ts'
import type { SmsAccount } from './sms-account.ts'
import type { Threshold } from './threshold.ts'
import type { Trunk } from './trunk.ts'
import type { Webhook } from './webhook.ts'

/** Names a user for ever: it stands in every event. 1-64 letters, digits, `.`, `_`, `-`. */
export type UserName = string
/** Names a queue; of the same letters as a user's name. */
export type QueueName = string
/** Something that an agent can and a queue asks for, such as `support` or `german`. */
export type Skill = string
/** Names what a person is; what it may do follows (`#kernel/permission`). */
export type RoleName = string

/** By what a contact comes. Open: a further medium is a further word here, with its place in the mixes. */
export type Medium = 'voice' | 'callback' | 'chat' | 'sms' | 'email' | 'fax' | 'work-item'
/** Least proficiency (1-100) by skill. */
export type Requirements = Readonly<Record<Skill, number>>
/** So many contacts of each medium at once; one that is not named is none (0-20). */
export type Mix = Readonly<Partial<Record<Medium, number>>>

/** When contacts that would wait here go elsewhere instead, and where. */
export interface Overflow {
  readonly when: /** They have waited so long: 1,000-86,400,000. */
    | { readonly type: 'waited'; readonly afterMs: Millis }
    /** So many wait already when they come: 0-100,000. */
    | { readonly type: 'size'; readonly waiting: number }
    /** The schedule says that it is closed. */
    | { readonly type: 'closed'; readonly schedule: string }
    /** Nobody who may serve them is logged on with a phone. */
    | { readonly type: 'nobody' }
  /** What is no call overflows to queues only. */
  readonly to:
    | { readonly type: 'queue'; readonly queue: QueueName }
    | { readonly type: 'flow'; readonly flow: string }
    /** A number of ours: of a queue, a flow or a person. */
    | { readonly type: 'number'; readonly number: string }
    /** A message for this user or queue. */
    | { readonly type: 'voicemail'; readonly mailbox: string }
}

/** A person of the centre. */
export interface User {
  readonly name: UserName
  readonly displayName: string
  /** The number that reaches the user; also the user's SIP user. */
  readonly extension: string
  readonly role: RoleName
  /** Proficiency by skill, 0-100; 0 is the same as none. */
  readonly skills: Readonly<Record<Skill, number>>
  /** What the user's status is until it is set for the first time: the demo's agents take calls as soon as their phone is there. */
  readonly initialStatus: 'ready' | 'not-ready'
  /** The workgroups that the user belongs to, by name; at most 50. */
  readonly groups?: readonly string[]
  /** What the user likes to do, by skill: 0-100; 50 where nothing is said. */
  readonly wishes?: Readonly<Record<Skill, number>>
  /**
   * What the user may do at once: all work together must fit into one of these (at most 10). Without any: one call, or one
   * callback, or two chats, two texts and one email, or one work item.
   */
  readonly mixes?: readonly Mix[]
  /** Media whose work is put aside for others: it does not count when something else is offered. */
  readonly interruptible?: readonly Medium[]
  /** Kept, and shut out: no log-in, no phone, no work, and the extension leads nowhere. */
  readonly disabled?: boolean
}

/** By what the agent is chosen among those who fit and are free. Preferred skills come before all of them. */
export type Strategy =
  /** Who has been free longest. */
  | 'longest-idle'
  /** Who has worked least in this shift, over all media. */
  | 'least-loaded'
  /** Who is best at what is asked for, then who likes it best. */
  | 'most-skilled'
  /** Who was offered something longest ago. */
  | 'round-robin'
  /** By the sum of the weighted parts. */
  | 'weighted'

/** What a point of each part is worth in the strategy `weighted`: 0-1,000. */
export interface Weights {
  /** For each point of proficiency. */
  readonly skill: number
  /** For each point of the agent's wish. */
  readonly wish: number
  /** For each second that the agent has been free. */
  readonly idle: number
  /** Taken away for each minute that the agent has worked in this shift. */
  readonly load: number
}

/** What changes for who has waited so long: requirements fall away or are added, further people may serve. Each ring counts from there on. */
export interface Ring {
  /** Waited: 1,000-86,400,000; each ring later than the one before. */
  readonly afterMs: Millis
  /** Instead of the required skills so far. */
  readonly skills?: Requirements
  /** Instead of the preferred skills so far. */
  readonly preferred?: Requirements
  /** Members of these groups may serve as well. */
  readonly groups?: readonly string[]
  /** Whoever serves these queues may serve as well, whatever skills this one asks for. */
  readonly queues?: readonly QueueName[]
}

/** Something that is said to who waits so long, beside position and expected wait. */
export interface Comfort {
  /** Waited: 1,000-86,400,000. */
  readonly afterMs: Millis
  /** Again each time so much later: 10,000-86,400,000; once when not said. */
  readonly everyMs?: Millis
  /** Only to those who are at this position or nearer: 1-1,000. */
  readonly positionAtMost?: number
  /** 1-20. */
  readonly prompts: readonly string[]
}

/** Where a key leads that a caller presses while waiting. */
export interface QueueKey {
  /** The flow that the caller goes on in, out of the queue. */
  readonly flow: string
  /** The caller's place is kept: a callback waits on there. */
  readonly callback?: boolean
}

/** How often the customer of a callback is called who is not reached, and after how long again. */
export interface CallbackRetries {
  /** All calls, the first included: 1-10. */
  readonly attempts: number
  /** After a busy line: 10,000-86,400,000. */
  readonly busyMs: Millis
  /** After a phone that nobody answered, or that could not be reached: 10,000-86,400,000. */
  readonly noAnswerMs: Millis
}

/** Where callers wait for whoever has the skills. */
export interface Queue {
  readonly name: QueueName
  /** Least proficiency an agent needs, by skill; an agent serves the queue if all are met. */
  readonly skills: Readonly<Record<Skill, number>>
  /** Higher is answered first: 0-100. */
  readonly priority: number
  /** How long an agent's phone rings before the call goes back to the front (RONA): 5,000-120,000. */
  readonly ringTimeoutMs: number
  /** How long an agent who let it ring is not offered work: 0-600,000. */
  readonly ronaMs: number
  /** Work after a call, during which nothing is offered: 0-3,600,000; 0 means none. */
  readonly wrapUpMs: number
  /** Said on entering, before the music; 0-20. */
  readonly welcomePrompts: readonly string[]
  /** Played without end after what is said; at least 30 s long, so that its repetition is not heard. */
  readonly musicPrompt: string
  /** How often position and expected wait are said: 10,000-3,600,000; 0 means never. */
  readonly positionEveryMs: number
  /** Whether conversations are recorded. */
  readonly recorded: boolean
  /** Whether visitors of the website may write to it; nobody may, unless said. */
  readonly visitors?: boolean
  /** The aim, and what is counted: see `serviceLevelOf`. */
  readonly serviceLevel: ServiceLevel
  /** `longest-idle` when not said. */
  readonly strategy?: Strategy
  /** For the strategy `weighted`. */
  readonly weights?: Weights
  /** Who has more of these is chosen first, whatever the strategy. */
  readonly preferred?: Requirements
  /** Only members of one of these groups serve the queue, or those named in `users`; everybody with the skills when neither is said. */
  readonly groups?: readonly string[]
  /** Only these users serve the queue, or those of `groups`: one alone is a user's own queue. */
  readonly users?: readonly UserName[]
  /** Where contacts go instead of waiting (any longer): the first rule that holds; at most 10. */
  readonly overflow?: readonly Overflow[]
  /** What changes with time; at most 10, in the order of their time. */
  readonly rings?: readonly Ring[]
  /** A point of priority is worth so much waiting: 0-86,400,000; 30,000 when not said. So nobody is overtaken for ever. */
  readonly priorityStepMs?: Millis
  /** For each point that the queue is behind its service level its callers count as having waited so much longer, where an agent serves several queues: 0-60,000; 0 when not said. */
  readonly behindStepMs?: Millis
  /** How many agents are rung at once; the first to answer has it: 1-20; 1 when not said. */
  readonly ringAtOnce?: number
  /** What an agent who let it ring is then: out of it for `ronaMs` (when not said), or not ready, or logged off. */
  readonly afterRona?: 'pause' | 'not-ready' | 'logged-off'
  /** How long work after a call may last at most, when the agent asks for more: up to 3,600,000; `wrapUpMs` when not said. */
  readonly wrapUpMaxMs?: Millis
  /** What the agent may say that a contact was about, or came to: at most 100 of 1-64 characters; anything when not said. */
  readonly wrapUpCodes?: readonly string[]
  /** The agent cannot end its work after a call without one of the codes. When its time is over it ends all the same, so that nobody is stuck. */
  readonly wrapUpCodeRequired?: boolean
  /** Who served this customer last, not longer ago than `withinMs`, is waited for so long before others are asked. */
  readonly lastAgent?: { readonly withinMs: Millis; readonly waitMs: Millis }
  /** What is said by time and position; at most 10. */
  readonly comfort?: readonly Comfort[]
  /** What keys do while waiting, by digit of the telephone. */
  readonly keys?: Readonly<Record<string, QueueKey>>
  /**
   * What becomes of a customer's callback or chat in this queue once the customer has reached an agent by any way (promise 8): it is
   * withdrawn, when nothing is said.
   */
  readonly duplicates?: 'withdraw' | 'keep'
  /** When nothing is said: 3 calls, 5 minutes after a busy line and half an hour after no answer. */
  readonly callbacks?: CallbackRetries
}

/** Where a number leads. */
export type Destination =
  | { readonly type: 'flow'; readonly flow: string }
  | { readonly type: 'queue'; readonly queue: QueueName }
  | { readonly type: 'user'; readonly user: UserName }

/**
 * What can be configured: each kind with what an object of it is. A further kind is a line here and one in `KINDS`; its plural is its name
 * with an s.
 */
export interface ConfigurationKinds {
  readonly user: User
  /** What people may do; four are there without being listed. */
  readonly role: Role
  readonly queue: Queue
  readonly flow: FlowDocument
  /** By what is dialled. A user's extension is a number without being listed. */
  readonly number: Destination
  /** Settings of the pool that somebody set, by name; the others have their defaults. */
  readonly parameter: Parameter
  readonly seat: SeatPool
  readonly schedule: Schedule
  /** Sounds of the pool's own. */
  readonly prompt: Prompt
  /** What agents say again and again. */
  readonly response: Response
  /** What agents fill in while they work on an item. */
  readonly form: Form
  /** When figures of queues are worth attention. */
  readonly threshold: Threshold
  /** Addresses that the centre is written to by email. */
  readonly 'mail-account': MailAccount
  /** Lines to the outside. */
  readonly trunk: Trunk
  /** Numbers that the centre is written to by text message. */
  readonly 'sms-account': SmsAccount
  /** Who else is told what happens. */
  readonly webhook: Webhook
}

/** A kind of configured object. */
export type ConfigurationKind = keyof ConfigurationKinds

/** The objects of each kind, by their names. */
export type ConfiguredObjects = {
  readonly [K in ConfigurationKind as `${K}s`]: ReadonlyMap<string, ConfigurationKinds[K]>
}

/** The whole configuration, as it is now. */
export interface Configuration extends ConfiguredObjects {
  readonly version: number
  /** The users that are not disabled by their extensions: follows from `users`, kept so that a number is resolved at once. */
  readonly extensions: ReadonlyMap<string, UserName>
}

/** One object set or removed (`value` absent). */
export type ConfigurationChange = {
  [K in ConfigurationKind]: { readonly kind: K; readonly name: string; readonly value?: ConfigurationKinds[K] }
}[ConfigurationKind]
