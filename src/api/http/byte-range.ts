import { API_ERRORS } from './errors.ts'

/** The bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** The one range that a `Range` header asks for (RFC 9110 section 14.1.2); undefined for the whole file. Fails with a 416 when the file has no such bytes. */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined {
  // Several ranges may be answered with the whole file, and what cannot be read must be.
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [first, last] = [match[1] ?? '', match[2] ?? '']
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (start > end || start >= bytes) throw API_ERRORS['api.range']({ bytes })
  return { start, end }
}
