import type { Session } from '#api/contract'
import { BUILT_IN_ROLES, type Right } from '#kernel/permission'

/** The part of a session that says what its user may do; one that an older release began does not say it. */
export type Rightful = Pick<Session, 'role'> & Partial<Pick<Session, 'rights'>>

/** Whether the user of a session has a right, as the server said last. The server asks itself again at each request. */
export function hasRight({ role, rights }: Rightful, right: Right): boolean {
  return (rights ?? BUILT_IN_ROLES.get(role)?.rights ?? []).includes(right)
}
