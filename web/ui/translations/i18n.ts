import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { de } from './de/de.ts'
import { en } from './en/en.ts'
import { pseudo } from './pseudo.ts'

/** The languages of the page, as their speakers write them. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const

/** A language of the page. */
export type Language = keyof typeof LANGUAGES

/** A language that tests choose: see `pseudo`. */
const PSEUDO = 'pseudo'

const KEY = 'tandem.language'

/** Words that one page alone says, so that the others do not load them. */
export type MoreWords = Readonly<Record<Language, Readonly<Record<string, Readonly<Record<string, string>>>>>>

/** Chooses the language that was chosen last, or the browser's, or English. */
export async function startTranslations(more: MoreWords = { en: {}, de: {} }): Promise<i18n> {
  const wanted = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2)
  const isPseudo = wanted === PSEUDO
  const language: Language = Object.hasOwn(LANGUAGES, wanted) ? (wanted as Language) : 'en'
  document.documentElement.lang = language
  const english = { ...en, ...more.en }
  const instance = i18next.createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: isPseudo ? pseudo(english) : english },
      de: { translation: { ...de, ...more.de } },
    },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  })
  return instance
}

/** Changes the language, for this and the next visits. */
export function chooseLanguage(instance: i18n, language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = language
  void instance.changeLanguage(language)
}
