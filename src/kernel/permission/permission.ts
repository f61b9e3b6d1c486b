import type { Role } from '#kernel/config'

/** What a person may be allowed to do. */
export type Right =
  | 'view-own'
  | 'view-live'
  | 'view-history'
  | 'listen-recordings'
  | 'set-own-status'
  | 'set-any-status'
  | 'create-interaction'
  | 'end-interaction'
  /** Call telephone numbers outside, and work at one; which ones, the trunks say. */
  | 'call-outside'
  /** Take what rings at anybody or waits in any queue; what rings at a colleague of one's own group may be taken by all. */
  | 'pick-up'
  | 'monitor'
  | 'coach'
  | 'barge'
  | 'take-over'
  /** Say of an alert that one takes care of it. */
  | 'acknowledge-alert'
  | 'change-configuration'
  | 'try-configuration'
  | 'view-cluster'
  | 'switchover'
  | 'drill'

/** Who may do what: the only place where it is said. An agent sees its own work; an attendant must see who is free; a supervisor runs the shift; an administrator runs the system. */
export const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  agent: ['view-own', 'set-own-status', 'create-interaction', 'call-outside'],
  attendant: ['view-own', 'set-own-status', 'create-interaction', 'call-outside', 'view-live', 'pick-up'],
  supervisor: [
    'view-own',
    'set-own-status',
    'create-interaction',
    'call-outside',
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
  ],
  administrator: [
    'view-own',
    'set-own-status',
    'create-interaction',
    'call-outside',
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
    'change-configuration',
    'try-configuration',
    'switchover',
    'drill',
  ],
}

/** Whether the role has the right; a role that nobody knows has none. */
export function mayDo(role: Role, right: Right): boolean {
  return Object.hasOwn(RIGHTS, role) && RIGHTS[role].includes(right)
}
