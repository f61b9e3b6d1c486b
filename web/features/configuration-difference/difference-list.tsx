import type { ObjectDifference } from '#api/contract'
import { placeInWords, valueInWords } from '../../models/schema-form.ts'
import { useKindName, useSaid } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './difference-list.module.css'

/** What differs, an object at a time, each field as it was and as it is then. */
export function DifferenceList({ differences }: { differences: readonly ObjectDifference[] }) {
  const { t } = useWords()
  const nameOf = useKindName()
  if (differences.length === 0) return <p>{t('admin.nothingDiffers')}</p>
  return (
    <div className={styles['list']}>
      {differences.map((difference) => {
        const { kind, name, what } = difference
        return (
          <section key={`${kind}:${name}`} data-difference={`${kind}:${name}`}>
            <h3 className={styles['name']}>
              <span className={`${styles['what']} ${styles[what] ?? ''}`}>{t(`adminWhat.${what}`)}</span> {nameOf(kind)}{' '}
              {name}
            </h3>
            {what !== 'gone' && <FieldTable fields={fieldsOf(difference)} isNew={what === 'new'} />}
          </section>
        )
      })}
    </div>
  )
}

/** A field as it was and is; at a collision what others made of it, beside what the own draft says. */
type Field = ObjectDifference['fields'][number] & { readonly mine?: unknown }

/** Fields as they were and are. */
export function FieldTable({ fields, isNew = false }: { fields: readonly Field[]; isNew?: boolean }) {
  const { t, language } = useWords()
  const said = useSaid()
  const isContested = fields.some((field) => 'mine' in field)
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th>{t('adminColumn.field')}</th>
          {!isNew && <th>{t('adminColumn.before')}</th>}
          <th>{t(isContested ? 'adminColumn.theirs' : 'adminColumn.after')}</th>
          {isContested && <th>{t('adminColumn.mine')}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, before, after, mine }) => {
          const key = path.split('.').at(-1) ?? ''
          return (
            <tr key={path} data-difference-field={path}>
              <td>{path === '' ? t('admin.whole') : placeInWords(path, (one) => said('field', one))}</td>
              {!isNew && (
                <td>
                  <del>{valueInWords(key, before, language)}</del>
                </td>
              )}
              <td>
                <ins>{valueInWords(key, after, language)}</ins>
              </td>
              {isContested && (
                <td data-mine>
                  <ins>{valueInWords(key, mine ?? undefined, language)}</ins>
                </td>
              )}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Of a new object its fields one by one, without its name: the heading says it. */
function fieldsOf({ what, fields }: ObjectDifference): ObjectDifference['fields'] {
  const whole = fields[0]?.after
  if (what !== 'new' || typeof whole !== 'object' || whole === null) return fields
  return Object.entries(whole)
    .filter(([key]) => key !== 'name')
    .map(([path, after]) => ({ path, after }))
}
