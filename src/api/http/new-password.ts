import { passwordPolicyOf } from '#kernel/config'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'

/** Fails with `api.invalid`, with the place, when the policy of the configuration does not allow the password for this user. */
export async function demandPolicy(
  { centre, passwords }: Pick<HttpApiPorts, 'centre' | 'passwords'>,
  user: string,
  password: string,
  path: string,
): Promise<void> {
  const { charsMin, historyCount } = passwordPolicyOf(centre.state().configuration.parameters)
  // Characters as people count them: an emoji is one.
  if ([...password].length < charsMin) {
    throw API_ERRORS['api.invalid']({ path, problem: `has fewer than ${charsMin} characters` })
  }
  if (await passwords.wasUsed(user, password, historyCount)) {
    throw API_ERRORS['api.invalid']({ path, problem: `is one of the last ${historyCount} of this user` })
  }
}

/** Gives a user a new password, and unlocks the account. */
export async function setPassword(
  { passwords, locks }: Pick<HttpApiPorts, 'passwords' | 'locks'>,
  user: { readonly name: string; readonly extension: string },
  password: string,
  phoneOnly = false,
): Promise<void> {
  await passwords.set(user, password, phoneOnly)
  locks.unlock(user.name)
}
