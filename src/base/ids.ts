import { randomBytes } from 'node:crypto'

/** Letters and digits without those that people mix up when reading an id aloud (Crockford's base 32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** 80 random bits: two ids of a pool that makes 1,000 a second for ten years collide with a chance of one in ten million. */
const RANDOM_CHARS = 16

/** A string that names one thing of one kind; the brand keeps a queue's id out of an agent's place. */
export type Id<Kind extends string> = string & { readonly kind?: Kind }

/** A new random id such as `ix-7h2k…`; the prefix tells people and logs what it names. */
export function newId<Kind extends string>(prefix: string): Id<Kind> {
  const bytes = randomBytes(RANDOM_CHARS)
  let text = `${prefix}-`
  for (const byte of bytes) text += ALPHABET[byte & 31]
  return text
}
