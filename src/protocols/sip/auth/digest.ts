import { createHash } from 'node:crypto'
import { isToken, quote, splitList, unquote, utf8Octets } from '../message/grammar.ts'

/** The hash algorithms of RFC 8760 that are in use with SIP; the stronger one is offered first. */
export type DigestAlgorithm = 'MD5' | 'SHA-256'

/** All algorithms, in the order in which they are offered. */
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'MD5']

/** The hash in lower-case hexadecimal. */
function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'latin1')
    .digest('hex')
}

/** H(user:realm:password) (RFC 7616 3.4.2): what a server keeps instead of the password, and guards as well as one. */
export function digestHa1(
  algorithm: DigestAlgorithm,
  secret: { readonly user: string; readonly realm: string; readonly password: string },
): string {
  return hash(algorithm, utf8Octets(`${secret.user}:${secret.realm}:${secret.password}`))
}

/** What the response is made of, apart from HA1. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm
  readonly method: string
  readonly uri: string
  readonly nonce: string
  /** Eight hexadecimal digits. */
  readonly nc: string
  readonly cnonce: string
}

/** The `response` for qop=auth (RFC 7616 3.4.1). */
export function digestResponse(ha1: string, input: DigestInput): string {
  const ha2 = hash(input.algorithm, `${input.method}:${input.uri}`)
  return hash(input.algorithm, `${ha1}:${input.nonce}:${input.nc}:${input.cnonce}:auth:${ha2}`)
}

/** A challenge's or credentials' parameters by their names in lower case, quotes removed. */
export type DigestFields = Readonly<Record<string, string>>

/** The most that any RFC defines is eleven; more is an attempt to keep us busy. */
const FIELDS_MAX = 32

/** Reads a value of Authorization, WWW-Authenticate or their like; nothing when it is no digest or malformed. */
export function parseDigest(text: string): DigestFields | undefined {
  const match = /^[ \t]*Digest[ \t]+/i.exec(text)
  if (!match) return undefined
  const fields: Record<string, string> = Object.create(null) as Record<string, string>
  const parts = splitList(text.slice(match[0].length))
  if (parts.length > FIELDS_MAX) return undefined
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals)).trim().toLowerCase()
    if (!isToken(name) || name in fields) return undefined
    const raw = part.slice(equals + 1).trim()
    if (raw.startsWith('"') && (raw.length < 2 || !raw.endsWith('"'))) return undefined
    fields[name] = unquote(raw)
  }
  return fields
}

/** The algorithm that a field names, MD5 when there is none; nothing for one that we do not know. */
export function algorithmOf(fields: DigestFields): DigestAlgorithm | undefined {
  const name = (fields.algorithm ?? 'MD5').toUpperCase()
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm === name)
}

/** Names whose values stand without quotes (RFC 7616 3.3, 3.4). */
const BARE: readonly string[] = ['algorithm', 'nc', 'stale']

/** A challenge or credentials as text; `qop` is in quotes in a challenge and bare in credentials. */
export function formatDigest(fields: Readonly<Record<string, string | undefined>>, bareQop: boolean): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const bare = BARE.includes(name) || (bareQop && name === 'qop')
    parts.push(`${name}=${bare ? value : quote(value)}`)
  }
  return `Digest ${parts.join(', ')}`
}
