import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokens } from '#api/sessions'
import { systemClock } from '#base'

/** The user in whose name this machine's own command line asks. */
const LOCAL_USER = 'admin'

/** A token for the API of this machine's core, for whoever may read the data folder's keys; undefined for others. */
export function localToken(data: string): string | undefined {
  const file = join(data, 'run', 'token.secret')
  try {
    if (!existsSync(file)) return undefined
    return new Tokens(tokenKey(readFileSync(file, 'utf8').trim()), systemClock).issue(LOCAL_USER).token
  } catch {
    return undefined
  }
}

/** The key as the API wants it. */
export function tokenKey(secret: string): Uint8Array {
  return Buffer.from(secret, 'hex')
}
