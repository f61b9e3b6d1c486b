import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, LANGUAGES, type Language } from './translations/i18n.ts'

/** The languages, each in its own words. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation()
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('menu.language')}
      value={i18n.language}
      onChange={(value) => chooseLanguage(i18n, value as Language)}
      data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
    />
  )
}
