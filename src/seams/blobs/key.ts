import { BLOB_ERRORS } from './errors.ts'
import { KEY_PART_BYTES_MAX, KEY_PARTS_MAX } from './port.ts'

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

/** Fails with `blobs.key` unless the key keeps the port's rules; so no key ever names a file outside its folder. */
export function checkKey(key: string): void {
  const parts = key.split('/')
  const good = parts.length <= KEY_PARTS_MAX && parts.every((p) => p.length <= KEY_PART_BYTES_MAX && PART.test(p))
  if (!good) throw BLOB_ERRORS['blobs.key']({ key: key.slice(0, KEY_PART_BYTES_MAX) })
}
