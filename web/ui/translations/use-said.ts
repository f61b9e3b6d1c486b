import { wordsOf } from '../../models/schema-form.ts'
import { useWords } from './use-words.ts'

/** Words for what the server names (kinds, fields, choices), by section and key; undefined where the page has none. */
export function useSaid(): (section: string, key: string) => string | undefined {
  const { t } = useWords()
  return (section, key) => {
    const words = t(`${section}.${key}`)
    return words === `${section}.${key}` ? undefined : words
  }
}

/** The name of a field of a configured object; one without words of its own is said by its key. */
export function useFieldName(): (key: string) => string {
  const said = useSaid()
  return (key) => said('field', key) ?? wordsOf(key)
}

/** The name of a kind of configured object, or of its plural; one that the page knows no words for is said as the API says it. */
export function useKindName(): (kind: string) => string {
  const said = useSaid()
  return (kind) => said('kind', kind) ?? kind
}
