import { type Configuration, type Right, type RoleName, roleOf } from '#kernel/config'

const NONE: readonly Right[] = []

/** What people of a role may do, as it is configured now; a role that nobody knows may nothing. The same list as long as nobody changes the role. */
export function rightsOf({ roles }: Pick<Configuration, 'roles'>, role: RoleName): readonly Right[] {
  return roleOf(roles, role)?.rights ?? NONE
}

/** Whether people of the role have the right now. */
export function mayDo(configuration: Pick<Configuration, 'roles'>, role: RoleName, right: Right): boolean {
  return rightsOf(configuration, role).includes(right)
}
