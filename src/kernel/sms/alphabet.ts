/** The GSM 7 bit default alphabet (3GPP TS 23.038 6.2.1), each character at its code; 0x1b leads to the extension. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

/** Its extension (6.2.1.1): each takes two places. */
const EXTENDED: Readonly<Record<string, number>> = {
  ...{ '\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f },
  ...{ '[': 0x3c, '~': 0x3d, ']': 0x3e, '|': 0x40, '€': 0x65 },
}

const ESCAPE = 0x1b

const BASIC_CODES: ReadonlyMap<string, number> = new Map([...BASIC].map((character, code) => [character, code]))
const EXTENDED_CHARACTERS: ReadonlyMap<number, string> = new Map(
  Object.entries(EXTENDED).map(([character, code]) => [code, character]),
)

/** How the characters of a text message are written: seven bits each, or two bytes each when one of them is not among the 137. */
export type Alphabet = 'gsm' | 'ucs2'

/** What fits into one message, and into each part of a longer one, whose header takes the rest (3GPP TS 23.040 9.2.3.24.1). */
const PLACES: Readonly<Record<Alphabet, { readonly single: number; readonly part: number }>> = {
  gsm: { single: 160, part: 153 },
  ucs2: { single: 70, part: 67 },
}

/** A text as it is sent. */
export interface TextParts {
  readonly alphabet: Alphabet
  /** In order; one of its own when it fits. No character is cut in two. */
  readonly parts: readonly string[]
}

/** Divides a text into what one message each can hold. */
export function textParts(text: string): TextParts {
  const characters = [...text]
  const alphabet = characters.every((one) => placesOf(one) !== undefined) ? 'gsm' : 'ucs2'
  const places = (one: string): number => (alphabet === 'gsm' ? (placesOf(one) ?? 1) : one.length)
  const { single, part } = PLACES[alphabet]
  const all = characters.reduce((sum, one) => sum + places(one), 0)
  if (all <= single) return { alphabet, parts: [text] }
  const parts: string[] = []
  let current = ''
  let taken = 0
  for (const one of characters) {
    if (taken + places(one) > part) {
      parts.push(current)
      current = ''
      taken = 0
    }
    current += one
    taken += places(one)
  }
  return { alphabet, parts: [...parts, current] }
}

/** The codes of a text in the GSM alphabet, one a byte; what it does not have becomes a question mark. */
export function gsmBytes(text: string): Uint8Array {
  const codes = [...text].flatMap((one) => {
    const basic = one === '\u001b' ? undefined : BASIC_CODES.get(one)
    if (basic !== undefined) return [basic]
    const extended = EXTENDED[one]
    return extended === undefined ? [0x3f] : [ESCAPE, extended]
  })
  return Uint8Array.from(codes)
}

/** The text of codes in the GSM alphabet, one a byte. An extension that nobody knows is shown as its basic character (6.2.1.1). */
export function gsmText(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes[index]! & 0x7f
    if (code !== ESCAPE) {
      text += BASIC[code]
      continue
    }
    const next = bytes[++index]
    if (next === undefined) break
    text += EXTENDED_CHARACTERS.get(next & 0x7f) ?? BASIC[next & 0x7f]?.replace('\u001b', ' ')
  }
  return text
}

function placesOf(character: string): number | undefined {
  if (character !== '\u001b' && BASIC_CODES.has(character)) return 1
  return character in EXTENDED ? 2 : undefined
}
