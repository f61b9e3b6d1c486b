import { describe, expect, it } from 'vitest'
import { admin as adminGerman } from './de/admin.ts'
import { de } from './de/de.ts'
import { admin as adminEnglish } from './en/admin.ts'
import { en } from './en/en.ts'
import { localeOf } from './locale.ts'
import { pseudo } from './pseudo.ts'

type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

function placesOf(words: string): readonly string[] {
  return [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).sort()
}

describe('the translations', () => {
  it('have the same keys and the same values to fill in, and none is empty', () => {
    const english: Words = { ...en, ...adminEnglish }
    const german: Words = { ...de, ...adminGerman }
    expect(Object.keys(german)).toEqual(Object.keys(english))
    for (const [section, words] of Object.entries(english)) {
      expect(Object.keys(german[section]!), section).toEqual(Object.keys(words))
      for (const [key, text] of Object.entries(words)) {
        const other = german[section]![key]!
        expect(other.trim(), `${section}.${key}`).not.toBe('')
        expect(placesOf(other), `${section}.${key}`).toEqual(placesOf(text))
      }
    }
  })
})

describe('dates and numbers', () => {
  it.for([
    ['en', ['en-GB', 'en'], 'en-GB'],
    ['en', ['de-DE', 'en-US'], 'en-US'],
    ['de', ['en-GB', 'de'], 'de'],
    ['de', ['en-GB'], 'de'],
    ['en', ['eng-X'], 'en'],
  ] as const)('of %s are written as the reader does: %j', ([language, readers, locale]) => {
    expect(localeOf(language, readers)).toBe(locale)
  })
})

describe('the language for tests', () => {
  it('marks every text, keeps what is to be filled in, and is longer', () => {
    const odd = pseudo({ any: { text: 'Extension {{extension}} of name' } }).any.text
    expect(odd).toMatch(/^⟦.*\{\{extension\}\} öf ñàmé~+⟧$/)
    expect(odd.length).toBeGreaterThan(1.3 * 'Extension {{extension}} of name'.length)
  })
})
