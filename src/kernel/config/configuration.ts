import type { FlowDocument } from '#kernel/flow'
import type { Parameter } from './parameter.ts'
import type { ServiceLevel } from './service-level.ts'

/** Names a user for ever: it stands in every event. 1-64 letters, digits, `.`, `_`, `-`. */
export type UserName = string
/** Names a queue; of the same letters as a user's name. */
export type QueueName = string
/** Something that an agent can and a queue asks for, such as `support` or `german`. */
export type Skill = string
/** What a person is; what it may do follows (`#kernel/permission`). */
export type Role = 'agent' | 'attendant' | 'supervisor' | 'administrator'

/** A person of the centre. */
export interface User {
  readonly name: UserName
  readonly displayName: string
  /** The number that reaches the user; also the user's SIP user. */
  readonly extension: string
  readonly role: Role
  /** Proficiency by skill, 0-100; 0 is the same as none. */
  readonly skills: Readonly<Record<Skill, number>>
  /** What the user's status is until it is set for the first time: the demo's agents take calls as soon as their phone is there. */
  readonly initialStatus: 'ready' | 'not-ready'
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
  /** The aim, and what is counted: see `serviceLevelOf`. */
  readonly serviceLevel: ServiceLevel
}

/** Where a number leads. */
export type Destination =
  | { readonly type: 'flow'; readonly flow: string }
  | { readonly type: 'queue'; readonly queue: QueueName }
  | { readonly type: 'user'; readonly user: UserName }

/** What a seat lets a person use; one for each role that works in the centre. */
export type SeatFeature = 'agent' | 'attendant' | 'supervisor'

/**
 * How many people of a feature may be logged on at once, in the whole pool. `allow`: more may come, and the over-use is shown;
 * `refuse`: they are told to wait for a seat (LIC-03).
 */
export interface SeatPool {
  readonly name: SeatFeature
  /** 0-100,000. */
  readonly seats: number
  readonly overuse: 'allow' | 'refuse'
}

/** The whole configuration, as it is now. A user's extension is a number without being listed under `numbers`. */
export interface Configuration {
  readonly version: number
  readonly users: ReadonlyMap<UserName, User>
  readonly queues: ReadonlyMap<QueueName, Queue>
  readonly flows: ReadonlyMap<string, FlowDocument>
  readonly numbers: ReadonlyMap<string, Destination>
  /** Settings of the pool that somebody set, by name; the others have their defaults. */
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly seats: ReadonlyMap<string, SeatPool>
  /** The users by their extensions: follows from `users`, kept so that a number is resolved at once. */
  readonly extensions: ReadonlyMap<string, UserName>
}

/** One object set or removed (`value` absent). `basedOn` is the version that the author saw of the whole configuration. */
export type ConfigurationChange =
  | { readonly kind: 'user'; readonly name: string; readonly value?: User }
  | { readonly kind: 'queue'; readonly name: string; readonly value?: Queue }
  | { readonly kind: 'flow'; readonly name: string; readonly value?: FlowDocument }
  | { readonly kind: 'number'; readonly name: string; readonly value?: Destination }
  | { readonly kind: 'parameter'; readonly name: string; readonly value?: Parameter }
  | { readonly kind: 'seat'; readonly name: string; readonly value?: SeatPool }
