import type { DeskItem } from '../../models/desk.ts'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import type { Tone } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './desk-item.module.css'

/** What an item is, in a word that fits its medium. */
export function stateWord({ id, state, isHeld, medium, consulting }: DeskItem): string {
  if (state !== 'connected') return `item.${state}`
  if (isHeld) return 'item.held'
  if (consulting?.consultation === id) return 'item.consulting'
  return medium === 'voice' || medium === 'callback' ? 'item.connected' : 'item.working'
}

/** The colour of what an item is. */
export function toneOf({ state, isHeld }: DeskItem): Tone {
  if (isHeld) return 'hold'
  return state === 'offered' ? 'offered' : state === 'connected' ? 'busy' : 'wrap'
}

/** Everything that the agent works on, side by side; a press shows one whole. */
export function ItemList(props: {
  items: readonly DeskItem[]
  shown: string | undefined
  onShow: (id: string) => void
}) {
  const { t } = useWords()
  return (
    <ul className={styles['list']}>
      {props.items.map((item) => {
        const who = item.who ?? t('item.unknown')
        return (
          <li key={item.id}>
            <button
              type="button"
              className={styles['entry']}
              data-item={item.id}
              data-state={item.state}
              aria-current={item.id === props.shown}
              onClick={() => props.onShow(item.id)}
            >
              <Dot tone={toneOf(item)} beats={item.state === 'offered'} />
              <span className={styles['entryText']}>
                <span className={styles['entryWho']}>{who}</span>
                <span className={styles['entryMore']}>
                  {t(`item.${item.medium}`)} · {t(stateWord(item))}
                </span>
              </span>
              <Elapsed since={item.since} />
            </button>
          </li>
        )
      })}
    </ul>
  )
}
