import { BLOB_ERRORS } from './errors.ts'
import { KEY_PART_BYTES_MAX, KEY_PARTS_MAX } from './port.ts'

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

/** Fails with `blobs.key` unless the key keeps the port's rules; so no key ever names a file outside its folder. */
export function checkKey(key: string): void {
  const parts = key.split('/')
  const good = parts.length <= KEY_PARTS_MAX && parts.every((p) => p.length <= KEY_PART_BYTES_MAX && PART.test(p))
  if (!good) throw BLOB_ERRORS['blobs.key']({ key: key.slice(0, KEY_PART_BYTES_MAX) })
}

/** Files of conversations begin so; they are named by what is in them, and never change. */
export const FILES_PREFIX = 'files/'

const NAMED_BY_CONTENT = /^files\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/

/** The SHA-256 that the key says its content has; undefined for a key that says none. */
export function contentHashOf(key: string): string | undefined {
  return NAMED_BY_CONTENT.exec(key)?.[2]
}
