import { useTranslation } from 'react-i18next'
import type { Translate } from '../../models/why-text.ts'

/** The words of the page, and the language that they are in. */
export function useWords(): { t: Translate; language: string } {
  const { t, i18n } = useTranslation()
  return { t: (key, values) => t(key, { ...values }), language: i18n.language }
}
