import { useTranslation } from 'react-i18next'
import type { Translate } from '../../models/why-text.ts'
import { localeOf } from './locale.ts'

/** The words of the page, and the language in which dates and numbers are written. */
export function useWords(): { t: Translate; language: string } {
  const { t, i18n } = useTranslation()
  return { t: (key, values) => t(key, { ...values }), language: localeOf(i18n.language, navigator.languages) }
}
