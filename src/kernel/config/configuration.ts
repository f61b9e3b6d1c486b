import type { FlowDocument } from '#kernel/flow'

export type UserName = string
export type QueueName = string
export type Skill = string
export type Role = 'agent' | 'attendant' | 'supervisor' | 'administrator'

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
  readonly wrapUpMs: number
  /** Prompts on entering, once. */
  readonly welcomePrompts: readonly string[]
  readonly musicPrompt: string
  /** How often position and expected wait are said; 0 means never. */
  readonly positionEveryMs: number
  readonly recorded: boolean
  readonly serviceLevel: { readonly percent: number; readonly withinMs: number }
}

/** Where a number leads. */
export type Destination =
  | { readonly type: 'flow'; readonly flow: string }
  | { readonly type: 'queue'; readonly queue: QueueName }
  | { readonly type: 'user'; readonly user: UserName }

/** The whole configuration, as it is now. A user's extension is a number without being listed under `numbers`. */
export interface Configuration {
  readonly version: number
  readonly users: ReadonlyMap<UserName, User>
  readonly queues: ReadonlyMap<QueueName, Queue>
  readonly flows: ReadonlyMap<string, FlowDocument>
  readonly numbers: ReadonlyMap<string, Destination>
  /** The users by their extensions: follows from `users`, kept so that a number is resolved at once. */
  readonly extensions: ReadonlyMap<string, UserName>
}

/** One object set or removed (`value` absent). `basedOn` is the version that the author saw of the whole configuration. */
export type ConfigurationChange =
  | { readonly kind: 'user'; readonly name: string; readonly value?: User }
  | { readonly kind: 'queue'; readonly name: string; readonly value?: Queue }
  | { readonly kind: 'flow'; readonly name: string; readonly value?: FlowDocument }
  | { readonly kind: 'number'; readonly name: string; readonly value?: Destination }
