import { Button } from '@mantine/core'
import type { Takeable } from '../../models/talk-part.ts'
import { Remaining } from '../../ui/now.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './takeable-list.module.css'

/** What anybody may take: parked calls, and for those who see it what rings at colleagues. */
export function TakeableList(props: { takeables: readonly Takeable[]; onTake: (what: Takeable) => void }) {
  const { t } = useWords()
  return (
    <Panel title={t('elsewhere.title')}>
      <ul className={styles['list']}>
        {props.takeables.map((one) => (
          <li key={`${one.kind} ${one.id}`} className={styles['entry']} data-takeable={one.id}>
            <span className={styles['text']}>
              <span className={styles['who']}>{one.from || t('item.unknown')}</span>
              <span className={styles['more']}>
                {one.kind === 'parked' ? (
                  <>
                    {t('elsewhere.parked', { slot: one.slot })} · <Remaining until={one.until} />
                  </>
                ) : (
                  t('elsewhere.rings', { name: one.name })
                )}
              </span>
            </span>
            <Button size="xs" variant="default" onClick={() => props.onTake(one)}>
              {t(one.kind === 'parked' ? 'elsewhere.take' : 'elsewhere.pickUp')}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
