import { Button, SegmentedControl } from '@mantine/core'
import { type BoardView, CALLS_SHOWN, isBoardView, WHOLE_BOARD } from '../../models/board-view.ts'
import { SavedViews } from '../../ui/saved-views.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './board-filter.module.css'

const PLACE = { key: 'tandem.board.views', isView: isBoardView }

/** Which queues and calls the board shows; what is chosen is kept under a name, and brought back. */
export function BoardFilter(props: {
  queues: readonly string[]
  view: BoardView
  onChange: (view: BoardView) => void
}) {
  const { queues, view, onChange } = props
  const { t } = useWords()
  const isWhole = view.queues.length === 0 && view.calls === 'all' && view.agents === undefined
  return (
    <section className={styles['bar']} aria-label={t('filter.title')} data-filtered={!isWhole}>
      <details className={styles['choice']}>
        <summary>
          {view.queues.length === 0 ? t('filter.allQueues') : t('filter.queues', { queues: view.queues.join(', ') })}
        </summary>
        <fieldset className={styles['names']}>
          <legend>{t('queues.title')}</legend>
          {queues.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={view.queues.includes(name)}
                onChange={({ currentTarget }) =>
                  onChange({
                    ...view,
                    queues: currentTarget.checked
                      ? [...view.queues, name]
                      : view.queues.filter((other) => other !== name),
                  })
                }
              />{' '}
              {name}
            </label>
          ))}
        </fieldset>
      </details>
      <SegmentedControl
        size="xs"
        aria-label={t('filter.calls')}
        value={view.calls}
        onChange={(calls) => onChange({ ...view, calls: calls as BoardView['calls'] })}
        data={CALLS_SHOWN.map((value) => ({ value, label: t(`filter.${value}`) }))}
      />
      {view.agents !== undefined && (
        <span className={styles['agents']} data-agents={view.agents}>
          {t('filter.agents', { status: t(`status.${view.agents}`) })}
        </span>
      )}
      {!isWhole && (
        <Button size="xs" variant="default" onClick={() => onChange(WHOLE_BOARD)}>
          {t('filter.reset')}
        </Button>
      )}
      <div className={styles['saved']}>
        <SavedViews place={PLACE} view={view} onChoose={onChange} />
      </div>
    </section>
  )
}
