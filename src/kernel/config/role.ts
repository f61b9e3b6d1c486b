import type { SeatFeature } from './seat.ts'

/** What a person may be allowed to do. */
export const RIGHT_NAMES = [
  'view-own',
  'set-own-status',
  'create-interaction',
  /** Call telephone numbers outside, and work at one; which ones, the trunks say. */
  'call-outside',
  /** Write to telephone numbers outside first; who has taken a conversation answers it all the same. */
  'write-outside',
  'view-live',
  'view-history',
  'listen-recordings',
  'set-any-status',
  'end-interaction',
  /** Take what rings at anybody or waits in any queue; what rings at a colleague of one's own group may be taken by all. */
  'pick-up',
  'monitor',
  'coach',
  'barge',
  'take-over',
  /** Say of an alert that one takes care of it. */
  'acknowledge-alert',
  'view-cluster',
  'change-configuration',
  'try-configuration',
  'switchover',
  'drill',
] as const

/** One of them. */
export type Right = (typeof RIGHT_NAMES)[number]

/** What a person is: what it may do follows from it. One of the name of a built-in role holds in its place. */
export interface Role {
  readonly name: string
  readonly rights: readonly Right[]
  /** What a person of the role is counted as (`agent` when not said). Whoever may change the configuration needs no seat: who gives more seats must always come in. */
  readonly seat?: SeatFeature
}

const AGENT: readonly Right[] = ['view-own', 'set-own-status', 'create-interaction', 'call-outside', 'write-outside']

const SUPERVISOR: readonly Right[] = [
  ...AGENT,
  'view-live',
  'view-history',
  'listen-recordings',
  'set-any-status',
  'end-interaction',
  'pick-up',
  'monitor',
  'coach',
  'barge',
  'take-over',
  'acknowledge-alert',
  'view-cluster',
  'try-configuration',
]

/** The roles that there are without being configured. An agent sees its own work; an attendant must see who is free; a supervisor runs the shift; an administrator runs the system. */
export const BUILT_IN_ROLES: ReadonlyMap<string, Role> = new Map(
  [
    { name: 'agent', rights: AGENT, seat: 'agent' } as const,
    { name: 'attendant', rights: [...AGENT, 'view-live', 'pick-up'], seat: 'attendant' } as const,
    { name: 'supervisor', rights: SUPERVISOR, seat: 'supervisor' } as const,
    { name: 'administrator', rights: [...SUPERVISOR, 'change-configuration', 'switchover', 'drill'] } as const,
  ].map((role) => [role.name, role]),
)

/** The role of a name, as it is configured or else built in; undefined when nobody knows it. */
export function roleOf(roles: ReadonlyMap<string, Role>, name: string): Role | undefined {
  return roles.get(name) ?? BUILT_IN_ROLES.get(name)
}
