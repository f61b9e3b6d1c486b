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
const FIRST: ReadonlySet<DeskControl> = new Set(['accept', 'answer', 'retrieve', 'complete', 'finish'])
const AWAY: ReadonlySet<DeskControl> = new Set(['decline', 'end', 'leave'])

/** One contact whole: who it is, why it is here, and what can be done with it. */
export function ItemCard(props: {
  item: DeskItem
  token: string
  /** What is being done at this moment: its button waits. */
  busy: DeskControl | undefined
  /** The phone in this browser rings, so it is answered here. */
  phoneRings: boolean
  onControl: (control: DeskControl) => void
  children?: ReactNode
}) {
  const { t } = useWords()
  const { item, busy, phoneRings } = props
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
      <Facts item={item} />
      {item.talk && <Talk talk={item.talk} />}
      <div className={styles['controls']}>
        {controlsOf(item, phoneRings).map((control) => (
          <Control key={control} control={control} isBusy={busy === control} onPress={props.onControl} />
        ))}
      </div>
      {item.state === 'offered' && isByPhone(item.medium) && (
        <p className={styles['hint']}>{t(phoneRings ? 'item.byBrowser' : 'item.byPhone')}</p>
      )}
      {item.queue !== null && <WhyMe key={item.id} id={item.id} token={props.token} />}
      {props.children}
    </section>
  )
}

function Facts({ item }: { item: DeskItem }) {
  const { t } = useWords()
  return (
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
      {item.attempts.length > 0 && (
        <div data-attempts={item.attempts.length}>
          <dt>{t('item.attempts')}</dt>
          <dd>{item.attempts.map(({ outcome }) => t(`attempt.${outcome}`)).join(', ')}</dd>
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
  )
}

/** What is unusual about the conversation: that there are several, that one is not heard. */
function Talk({ talk: { isMuted, others } }: { talk: NonNullable<DeskItem['talk']> }) {
  const { t } = useWords()
  if (!isMuted && others < 2) return null
  return (
    <p className={styles['talk']} role="status" data-others={others} data-muted={isMuted}>
      {others > 1 && <span>{t('item.conference', { count: others })}</span>}
      {isMuted && <span>{t('item.muted')}</span>}
    </p>
  )
}

/** Which shortcut stands for a control; taking back is the same key as hold. */
const KEY_OF: Partial<Record<DeskControl, string>> = {
  answer: 'accept',
  retrieve: 'hold',
  unmute: 'mute',
  leave: 'end',
  complete: 'finish',
}

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
