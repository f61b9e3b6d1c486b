import { Drawer } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Counted } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { exactDuration } from '../../models/duration.ts'
import { Empty } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useFocusBack } from '../../ui/use-focus-back.ts'
import styles from './counted-calls.module.css'

/** A number on a page, as far as one must know it to find what it counts. */
export interface CountedFigure {
  /** What the number is about; a queue when not said. */
  readonly kind?: string
  /** Whose number it is. */
  readonly queue: string
  /** In words, as the page shows it. */
  readonly name: string
  /** Names and versions; more than one where the page adds them up. */
  readonly figures: readonly string[]
  readonly since: string
  /** Where the stretch of time ends that it is of; now when not said. */
  readonly until?: string
}

/** The calls that a number counts, beside the board; each opens what is known of it. */
export function CountedCalls(props: {
  figure: CountedFigure
  token: string
  onOpen: (id: string) => void
  onClose: () => void
}) {
  useFocusBack()
  const { t } = useWords()
  const { figure, token, onOpen, onClose } = props
  const counted = useCounted(figure, token)
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="md" transitionProps={{ duration: 120 }}>
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={styles['head']}>
          <Drawer.Title className={styles['title']}>
            {t(figure.until === undefined ? 'counted.title' : 'counted.past', {
              queue: figure.queue,
              figure: figure.name,
            })}
          </Drawer.Title>
          <Drawer.CloseButton aria-label={t('detail.close')} />
        </div>
        <Drawer.Body>
          {counted.type === 'there' && counted.items.length > 0 ? (
            <ul className={styles['list']} data-counted={counted.items.length}>
              {counted.items.map((item) => (
                <li key={`${item.interaction} ${item.to}`}>
                  <CountedRow item={item} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty title={t(`counted.${counted.type === 'there' ? 'none' : counted.type}`)} />
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function CountedRow({ item, onOpen }: { item: Counted; onOpen: (id: string) => void }) {
  const { t, language } = useWords()
  const at = new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(item.to))
  return (
    <button type="button" className={styles['row']} onClick={() => item.interaction && onOpen(item.interaction)}>
      <span>{at}</span>
      <span className={styles['wait']}>{t('counted.waited', { time: exactDuration(item.ms, language) })}</span>
      <span className={styles['agent']}>{item.agent ?? ''}</span>
    </button>
  )
}

type CountedState =
  | { readonly type: 'loading' | 'failed' }
  | { readonly type: 'there'; readonly items: readonly Counted[] }

/** What the figures count from their beginning until now, the newest first. */
function useCounted({ kind = 'queue', queue, figures, since, until }: CountedFigure, token: string): CountedState {
  const [state, setState] = useState<CountedState>({ type: 'loading' })
  const wanted = figures.join()
  useEffect(() => {
    let isCurrent = true
    const api = new ApiClient(token)
    Promise.all(
      wanted.split(',').map((figure) => api.counted({ kind, name: queue, from: since, to: until }, figure)),
    ).then(
      (lists) => {
        const items = lists.flat().sort((a, b) => (a.to < b.to ? 1 : -1))
        if (isCurrent) setState({ type: 'there', items })
      },
      () => isCurrent && setState({ type: 'failed' }),
    )
    return () => {
      isCurrent = false
    }
  }, [kind, queue, wanted, since, until, token])
  return state
}
