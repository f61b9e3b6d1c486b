/** The few rules of RFC 3261 25.1 that everything else is read with. Text here has one character for one octet. */

/** Sets of octets, one bit each, so that short texts are looked through without starting a regular expression. */
export const OCTETS = { token: 1, badInUri: 2, badInValue: 4, digit: 8 } as const

const SETS = new Uint8Array(256)
for (let code = 0; code < 256; code++) {
  const character = String.fromCharCode(code)
  if (/[A-Za-z0-9\-.!%*_+`'~]/.test(character)) SETS[code]! |= OCTETS.token
  if (/[\x00-\x20\x7f<>"\\]/.test(character)) SETS[code]! |= OCTETS.badInUri
  if (/[\x00-\x20\x7f",<>\\@]/.test(character)) SETS[code]! |= OCTETS.badInValue
  if (/[0-9]/.test(character)) SETS[code]! |= OCTETS.digit
}

/** Whether all octets of the text are of the set. */
export function allOf(text: string, set: number): boolean {
  for (let position = 0; position < text.length; position++) {
    if ((SETS[text.charCodeAt(position)]! & set) === 0) return false
  }
  return true
}

/** Whether no octet of the text is of the set. */
export function noneOf(text: string, set: number): boolean {
  for (let position = 0; position < text.length; position++) {
    if ((SETS[text.charCodeAt(position)]! & set) !== 0) return false
  }
  return true
}

/** Whether the text is a token. */
export function isToken(text: string): boolean {
  return text !== '' && allOf(text, OCTETS.token)
}

/** Whether the character is a space or a tab; folds are spaces by the time that values are read. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

/** The first position from `at` on that is neither space nor tab. */
export function skipSpace(text: string, at: number): number {
  let position = at
  while (isSpace(text.charCodeAt(position))) position++
  return position
}

const QUOTE = 34
const BACKSLASH = 92

/** The position after the quoted string that opens at `at`, or -1 when it does not close. */
export function quotedEnd(text: string, at: number): number {
  for (let position = at + 1; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === BACKSLASH) position++
    else if (code === QUOTE) return position + 1
  }
  return -1
}

/** The octets between the quotes with their escapes undone; text without quotes comes back as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== QUOTE) return text
  const inner = text.slice(1, -1)
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner
}

/** The text as a quoted string; control characters, which no peer needs, become spaces. */
export function quote(text: string): string {
  return `"${text.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/["\\]/g, '\\$&')}"`
}

/**
 * Splits a list at its commas, minding quoted strings and `<>`. An unbalanced value is not split further: the parser of
 * the value then refuses it with a better reason.
 */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return [text.trim()]
  const parts: string[] = []
  let start = 0
  let angle = false
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === QUOTE && !angle) {
      const end = quotedEnd(text, position)
      if (end < 0) break
      position = end - 1
    } else if (code === 60) angle = true
    else if (code === 62) angle = false
    else if (code === 44 && !angle) {
      parts.push(text.slice(start, position).trim())
      start = position + 1
    }
  }
  parts.push(text.slice(start).trim())
  return parts
}

const BEYOND_OCTET = /[^\x00-\xff]/
const BEYOND_ASCII = /[^\x00-\x7f]/

/** Text of people as octets in UTF-8, one character each. */
export function utf8Octets(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

/** Octets as text of people; what is not UTF-8 is kept as Latin-1. */
export function utf8Text(octets: string): string {
  if (!BEYOND_ASCII.test(octets)) return octets
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(octets, 'latin1'))
  } catch {
    return octets
  }
}

/** A body or value as octets: bytes as they are, text that is already octets as it is, any other text in UTF-8. */
export function octetsOf(content: string | Uint8Array): string {
  if (typeof content !== 'string') {
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
  }
  return BEYOND_OCTET.test(content) ? utf8Octets(content) : content
}

/** A number of digits only, or nothing; `max` and above it count as `max` plus one, so that no figure wraps. */
export function parseDigits(text: string, max: number): number | undefined {
  if (text === '' || !allOf(text, OCTETS.digit)) return undefined
  const value = Number(text)
  return value > max ? max + 1 : value
}
