import type { InteractionView } from '#api/contract'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { Empty } from '../../ui/panel.tsx'
import { STATE_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './own-work.module.css'

/** What one is offered and works on, one line each; the one that is shown large is marked. */
export function OwnWork(props: {
  work: readonly InteractionView[]
  openId: string | undefined
  onOpen: (id: string) => void
}) {
  const { t } = useWords()
  if (props.work.length === 0) return <Empty title={t('desk.none')} />
  return (
    <ul className={styles['list']}>
      {props.work.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className={styles['item']}
            aria-current={one.id === props.openId}
            data-work={one.id}
            data-state={one.state}
            onClick={() => props.onOpen(one.id)}
          >
            <span className={styles['from']}>{one.from || t('calls.unknown')}</span>
            <span className={styles['state']}>
              <Dot tone={STATE_TONES[one.state]} beats={one.state === 'offered'} /> {t(`medium.${one.medium}`)} ·{' '}
              {t(`state.${one.state}`)} <Elapsed since={one.since} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
