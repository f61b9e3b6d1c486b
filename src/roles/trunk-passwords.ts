import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base'

/** A password that was changed counts after this; a busy second with a hundred challenges reads the file once. */
const KEPT_MS = 2_000

/**
 * The passwords of trunks: each lies in a file that only Tandem's user reads, on each machine; the line's end is no part of it. It is read at
 * the moment when a gateway asks, which is a small file of this machine's own disk.
 */
export function trunkPasswords(data: string, clock: Clock): (secret: string) => string | undefined {
  const kept = new Map<string, { readonly password: string | undefined; readonly until: number }>()
  return (secret) => {
    const now = clock.monotonic()
    const known = kept.get(secret)
    if (known && known.until > now) return known.password
    const password = read(join(data, 'secrets', secret))
    kept.set(secret, { password, until: now + KEPT_MS })
    return password
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}
