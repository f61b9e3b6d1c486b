type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Letters that everybody can read and no catalogue has. */
const LETTERS: Readonly<Record<string, string>> = {
  a: 'à',
  e: 'é',
  i: 'î',
  o: 'ö',
  u: 'ü',
  n: 'ñ',
  c: 'ç',
  A: 'Å',
  E: 'É',
  O: 'Ö',
  U: 'Ü',
}

/** German needs about a third more room than English, single words more. */
const LONGER = 0.4

/**
 * A language for tests: `⟦Réàdy~~⟧`. What stands on a page without brackets was never given to the catalogue, and what does not fit
 * will not fit in German either.
 */
export function pseudo<W extends Words>(words: W): W {
  const of = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudoText(text)]))
  return Object.fromEntries(Object.entries(words).map(([section, texts]) => [section, of(texts)])) as W
}

function pseudoText(text: string): string {
  const parts = text
    .split(/(\{\{\w+\}\})/)
    .map((part) => (part.startsWith('{{') ? part : part.replace(/[a-zA-Z]/g, (one) => LETTERS[one] ?? one)))
  return `⟦${parts.join('')}${'~'.repeat(Math.ceil(text.length * LONGER))}⟧`
}
