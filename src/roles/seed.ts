import { createHash } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { SoftphoneSecrets } from '#api/sessions'
import { defineErrors } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { type Configuration, type ConfigurationChange, demoCentre, type User } from '#kernel/config'
import type { CredentialAnswer } from '#protocols/control'
import type { Credentials } from '#seams/store'

/** What a first start can lack. */
export const SEED_ERRORS = defineErrors({
  'seed.no-administrator': {
    sentence:
      'the data folder {data} is new: set TANDEM_ADMIN_PASSWORD (at least {lengthMin} characters) for its administrator `admin`, or fill it with the demo centre by --demo',
    status: 422,
  },
})

/** The realm of our digest authentication (RFC 7616); part of every phone secret, so it never changes. */
export const REALM = 'tandem'

/** The shortest password of an administrator: NIST SP 800-63B asks for 8, and this one opens everything. */
const PASSWORD_LENGTH_MIN = 12

/** Well-known demo passwords gain nothing from a costly hash, and 203 users shall be there within a second. */
const DEMO_HASH = { memoryCost: 1024, timeCost: 1, parallelism: 1 }

/** Each takes a connection of the process, of which there are eight, and waits two seconds for one at most: all at once, the last would fail. */
const AT_ONCE = 4

const ADMINISTRATOR: User = {
  name: 'admin',
  displayName: 'Administrator',
  extension: '3003',
  role: 'administrator',
  skills: {},
  initialStatus: 'not-ready',
}

/** What an empty log begins with. */
export function firstConfiguration(demo: boolean): CentreCommand {
  const changes: readonly ConfigurationChange[] = demo
    ? demoCentre()
    : [{ kind: 'user', name: ADMINISTRATOR.name, value: ADMINISTRATOR }]
  return { type: 'ChangeConfiguration', by: 'system', basedOn: 0, changes }
}

/** How a data folder begins. */
export interface SeedOptions {
  readonly demo: boolean
  readonly data: string
  /** For a centre that is no demo: its administrator's. */
  readonly password?: string | undefined
  readonly now: number
}

/** The password that a centre's first start was given; fails with `seed.no-administrator` when there is none that will do. */
export function administratorPassword(data: string, given: string | undefined): string {
  if (given && given.length >= PASSWORD_LENGTH_MIN) return given
  throw SEED_ERRORS['seed.no-administrator']({ data, lengthMin: PASSWORD_LENGTH_MIN })
}

/** Gives the first users their passwords, once: the demo's well-known ones, or the administrator's. */
export async function seedCredentials(
  credentials: Credentials,
  { demo, data, password, now }: SeedOptions,
): Promise<void> {
  const known = new Set((await credentials.list()).map(({ user }) => user))
  // In the demo the administrator is the last: a start that was interrupted before is gone on with.
  if (known.has(ADMINISTRATOR.name) || (!demo && known.size > 0)) return
  if (!demo) return credentials.set(await credentialOf(ADMINISTRATOR, administratorPassword(data, password), now))

  const users = demoCentre().flatMap((change) => (change.kind === 'user' && change.value ? [change.value] : []))
  const left = users.filter(({ name }) => name !== ADMINISTRATOR.name && !known.has(name))
  const seed = async (user: User) => credentials.set(await credentialOf(user, `demo-${user.name}`, now, DEMO_HASH))
  for (let from = 0; from < left.length; from += AT_ONCE) await Promise.all(left.slice(from, from + AT_ONCE).map(seed))
  await Promise.all(users.filter(({ name }) => name === ADMINISTRATOR.name).map(seed))
}

async function credentialOf(user: User, password: string, now: number, cost?: typeof DEMO_HASH) {
  const text = `${user.extension}:${REALM}:${password}`
  return {
    user: user.name,
    realm: REALM,
    passwordHash: await hash(password, cost),
    ha1Md5: createHash('md5').update(text).digest('hex'),
    ha1Sha256: createHash('sha256').update(text).digest('hex'),
    updatedAt: now,
  }
}

/** The digest secrets of an extension, which is a phone's user name; or of a page's softphone, whose name says which log-in it is of. */
export function phoneCredentialOf(
  credentials: Pick<Credentials, 'get'>,
  configuration: () => Configuration,
  softphones: Pick<SoftphoneSecrets, 'hashesOf'>,
): (extension: string) => Promise<CredentialAnswer> {
  return async (extension) => {
    const page = softphones.hashesOf(extension, REALM)
    const { extensions } = configuration()
    // A page's phone goes with its user: who is disabled or removed has no extension.
    if (page && extensions.has(extension.split('~', 1)[0]!)) return { realm: REALM, ...page }
    const user = extensions.get(extension)
    const found = user && (await credentials.get(user))
    if (!found) return {}
    return {
      realm: found.realm,
      ha1: {
        ...(found.ha1Md5 ? { MD5: found.ha1Md5 } : {}),
        ...(found.ha1Sha256 ? { 'SHA-256': found.ha1Sha256 } : {}),
      },
    }
  }
}
