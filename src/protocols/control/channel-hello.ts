import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 128 bits: no nonce comes twice in the life of a pool. */
const NONCE_BYTES = 16

/** Names of cores are short; a longer one is an attack. */
const NAME_CHARS_MAX = 200

/** The listener's first frame. */
export interface Challenge {
  readonly nonce: string
}

/** The core's answer to the challenge. */
export interface Hello {
  readonly core: string
  readonly term: number
  readonly nonce: string
  readonly proof: string
}

/** The listener's answer to a hello. */
export type Welcome =
  | { readonly greeting: unknown; readonly proof: string }
  | { readonly refused: string; readonly highest?: number }

export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64url')
}

/** The core's proof that it knows the secret; it covers name and term, so nobody can raise the term without the secret. */
export function proveHello(secret: string, challenge: string, hello: Omit<Hello, 'proof'>): string {
  return hmac(secret, ['core', challenge, hello.core, hello.term, hello.nonce])
}

/** The listener's proof that it knows the secret. */
export function proveWelcome(secret: string, nonce: string): string {
  return hmac(secret, ['listener', nonce])
}

export function sameProof(expected: string, given: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(given)
  return a.length === b.length && timingSafeEqual(a, b)
}

export function parseChallenge(value: unknown): Challenge | undefined {
  return isRecord(value) && typeof value['nonce'] === 'string' ? { nonce: value['nonce'] } : undefined
}

export function parseHello(value: unknown): Hello | undefined {
  if (!isRecord(value)) return undefined
  const { core, term, nonce, proof } = value
  if (typeof core !== 'string' || core.length > NAME_CHARS_MAX) return undefined
  if (typeof term !== 'number' || !Number.isSafeInteger(term) || term < 0) return undefined
  return typeof nonce === 'string' && typeof proof === 'string' ? { core, term, nonce, proof } : undefined
}

export function parseWelcome(value: unknown): Welcome | undefined {
  if (!isRecord(value)) return undefined
  if (typeof value['refused'] === 'string') {
    const { refused, highest } = value
    return typeof highest === 'number' ? { refused, highest } : { refused }
  }
  return typeof value['proof'] === 'string' ? { greeting: value['greeting'], proof: value['proof'] } : undefined
}

function hmac(secret: string, parts: readonly unknown[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
