import type { FastifyRequest } from 'fastify'
import { passwordPolicyOf, type User } from '#kernel/config'
import { changeBy } from './configuration-change.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'

/**
 * Fails with `session.passwords-away` while no password can be set: before anything else of the request is done. Fails with `api.invalid`, with the
 * place, when the policy of the configuration does not allow the password for this user.
 */
export async function demandPolicy(
  { centre, passwords }: Pick<HttpApiPorts, 'centre' | 'passwords'>,
  user: string,
  password: string,
  path: string,
): Promise<void> {
  await passwords.demandSettable()
  const { charsMin, historyCount } = passwordPolicyOf(centre.state().configuration.parameters)
  // Characters as people count them: an emoji is one.
  if ([...password].length < charsMin) {
    throw API_ERRORS['api.invalid']({ path, problem: `has fewer than ${charsMin} characters` })
  }
  if (await passwords.wasUsed(user, password, historyCount)) {
    throw API_ERRORS['api.invalid']({ path, problem: `is one of the last ${historyCount} of this user` })
  }
}

/** What the list of versions says where a password was set. */
const PASSWORD_NOTE = 'a new password'

/** A new password stands in the list of versions as a change that changed nothing else: who set it, when and for whom. */
export async function noteNewPassword(
  { centre }: Pick<HttpApiPorts, 'centre'>,
  request: FastifyRequest,
  user: User,
): Promise<void> {
  const { version } = centre.state().configuration
  const change = { kind: 'user', name: user.name, value: user } as const
  await centre.submit([{ ...changeBy(request, version, [change]), note: PASSWORD_NOTE }])
}

/** Whose password is set to what, and by whom. */
export interface NewPassword {
  readonly user: { readonly name: string; readonly extension: string }
  readonly password: string
  readonly by: string
  readonly phoneOnly?: boolean
}

/**
 * Gives a user a new password, unlocks the account, and ends all log-ins of before on every core: whoever knew the old one is out.
 * The password first: a log-in by the old one that is under way meanwhile began before the end, and is over with it.
 */
export async function setPassword(
  { passwords, locks, centre }: Pick<HttpApiPorts, 'passwords' | 'locks' | 'centre'>,
  { user, password, by, phoneOnly = false }: NewPassword,
): Promise<void> {
  await passwords.set(user, password, phoneOnly)
  locks.unlock(user.name)
  await centre.submit([{ type: 'EndSessions', user: user.name, by }])
}
