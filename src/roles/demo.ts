import { createHash } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { Configuration } from '#kernel/config'
import type { Credentials } from '#seams/store'

/** The realm of our digest authentication (RFC 7616); part of every phone secret, so it never changes. */
export const REALM = 'tandem'

/** Well-known demo passwords gain nothing from a costly hash, and 203 users shall be there within a second. */
const DEMO_HASH = { memoryCost: 1024, timeCost: 1, parallelism: 1 }

/** H(user:realm:password) for phones: the SIP user is the extension. */
export function phoneSecrets(extension: string, password: string): { ha1Md5: string; ha1Sha256: string } {
  const text = `${extension}:${REALM}:${password}`
  return {
    ha1Md5: createHash('md5').update(text).digest('hex'),
    ha1Sha256: createHash('sha256').update(text).digest('hex'),
  }
}

/** Gives every user of the demo the password `demo-` + name. Doing it twice changes nothing. */
export async function seedDemoCredentials(
  credentials: Credentials,
  configuration: Configuration,
  now: number,
): Promise<void> {
  for (const user of configuration.users.values()) {
    const password = `demo-${user.name}`
    await credentials.set({
      user: user.name,
      realm: REALM,
      passwordHash: await hash(password, DEMO_HASH),
      ...phoneSecrets(user.extension, password),
      updatedAt: now,
    })
  }
}
