import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { controlsOf, type DeskControl, type DeskItem, isByPhone } from '../../models/desk.ts'
import { SHORTCUTS } from '../../models/shortcuts.ts'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed, Remaining } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './desk-item.module.css'
import { stateWord, toneOf } from './item-list.tsx'
import { WhyMe } from './why-me.tsx'

/** What shall stand out: what one does next, as a rule. */
const FIRST: ReadonlySet<DeskControl> = new Set(['accept', 'retrieve', 'complete', 'finish'])
const AWAY: ReadonlySet<DeskControl> = new Set(['decline', 'end'])

/** One contact whole: who it is, why it is here, and what can be done with it. */
export function ItemCard(props: {
  item: DeskItem
  token: string
  /** What is being done at this moment: its button waits. */
  busy: DeskControl | undefined
  onControl: (control: DeskControl) => void
  children?: ReactNode
}) {
  const { t } = useWords()
  const { item, busy } = props
  return (
    <section className={styles['card']} data-tone={toneOf(item)} aria-labelledby="item-who" data-shown={item.id}>
      <header className={styles['head']}>
        <div className={styles['state']} role="status">
          <Dot tone={toneOf(item)} beats={item.state === 'offered'} />
          {t(stateWord(item))}
        </div>
        <span className={styles['timer']}>
          <Elapsed since={item.since} />
        </span>
      </header>
      <h2 id="item-who" className={styles['who']}>
        {item.who ?? t('item.unknown')}
      </h2>
      <dl className={styles['facts']}>
        <div>
          <dt>{t(`item.${item.medium}`)}</dt>
          <dd>{item.queue === null ? t('item.direct') : t('item.queue', { queue: item.queue })}</dd>
        </div>
        {item.waitingSince !== null && item.state === 'offered' && (
          <div>
            <dt>{t('item.waited')}</dt>
            <dd>
              <Elapsed since={item.waitingSince} />
            </dd>
          </div>
        )}
        {item.until !== null && (
          <div>
            <dt>{t('item.left')}</dt>
            <dd>
              <Remaining until={item.until} />
            </dd>
          </div>
        )}
      </dl>
      <div className={styles['controls']}>
        {controlsOf(item).map((control) => (
          <Control key={control} control={control} isBusy={busy === control} onPress={props.onControl} />
        ))}
      </div>
      {item.state === 'offered' && isByPhone(item.medium) && <p className={styles['hint']}>{t('item.byPhone')}</p>}
      {item.queue !== null && <WhyMe key={item.id} id={item.id} token={props.token} />}
      {props.children}
    </section>
  )
}

/** Which shortcut stands for a control; taking back is the same key as hold. */
const KEY_OF: Partial<Record<DeskControl, string>> = { retrieve: 'hold', complete: 'finish' }

function Control(props: { control: DeskControl; isBusy: boolean; onPress: (control: DeskControl) => void }) {
  const { t } = useWords()
  const { control } = props
  const key = SHORTCUTS.find(({ action }) => action === (KEY_OF[control] ?? control))?.label
  return (
    <Button
      variant={FIRST.has(control) ? 'filled' : 'default'}
      c={AWAY.has(control) ? 'var(--late)' : undefined}
      size="sm"
      loading={props.isBusy}
      data-control={control}
      aria-keyshortcuts={key}
      title={key}
      onClick={() => props.onPress(control)}
    >
      {t(`control.${control}`)}
    </Button>
  )
}
