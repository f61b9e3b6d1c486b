import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type ReactNode, type Ref, useRef } from 'react'
import type { AgentLive } from '#api/contract'
import styles from './agent-list.module.css'

/** What a row of a long list must say of its place: the others are not there to be counted. */
export interface RowPlace {
  readonly ref: Ref<HTMLLIElement>
  readonly style: CSSProperties
  readonly 'data-index': number
  readonly 'aria-posinset': number
  readonly 'aria-setsize': number
}

/** As a row is before it was measured: two lines of text and the space around them. */
const ROW_PX = 68

/** So many rows beyond what is seen are drawn, so that nobody scrolls into nothing. */
const ROWS_BEYOND = 8

/** A list that scrolls by itself, of which only what is to be seen is drawn. */
export function ManyRows(props: {
  rows: readonly AgentLive[]
  label: string
  rowOf: (row: AgentLive, place: RowPlace) => ReactNode
}) {
  const { rows, label, rowOf } = props
  // A landmark within the panel: it needs another name than that.
  const name = `${label} (${rows.length})`
  const place = useRef<HTMLDivElement>(null)
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    getItemKey: (index) => rows[index]!.user,
    estimateSize: () => ROW_PX,
    overscan: ROWS_BEYOND,
  })
  // The browser's own way there is a long slide, which ends where rows turn out to be higher than thought.
  const jump = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'End' && event.key !== 'Home')) return
    event.preventDefault()
    drawn.scrollToIndex(event.key === 'End' ? rows.length - 1 : 0)
  }
  return (
    <section
      ref={place}
      className={styles['many']}
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
      tabIndex={0}
      data-rows={rows.length}
      onKeyDown={jump}
    >
      <ul className={styles['list']} style={{ position: 'relative', height: drawn.getTotalSize(), padding: 0 }}>
        {drawn.getVirtualItems().map(({ index, start }) =>
          rowOf(rows[index]!, {
            ref: drawn.measureElement,
            style: { position: 'absolute', insetInline: 8, top: 0, transform: `translateY(${start}px)` },
            'data-index': index,
            'aria-posinset': index + 1,
            'aria-setsize': rows.length,
          }),
        )}
      </ul>
    </section>
  )
}
