import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import type { InteractionDetail, InteractionView } from '#api/contract'
import { exactDuration } from '../../models/duration.ts'
import { Dot, toneClass } from '../../ui/dot.tsx'
import { Empty } from '../../ui/panel.tsx'
import { SEGMENT_TONES, STATE_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useFocusBack } from '../../ui/use-focus-back.ts'
import styles from './call-detail.module.css'
import { Timeline } from './timeline.tsx'
import { useDetail } from './use-detail.ts'

/** Everything that is known of one call, beside the board. `live` is its present view while the board has it. */
export function CallDetail(props: {
  id: string
  token: string
  live: InteractionView | undefined
  /** What else the page has to say or do about the call. */
  more?: ((detail: InteractionDetail) => ReactNode) | undefined
  onClose: () => void
}) {
  useFocusBack()
  const { t } = useWords()
  const { id, token, live, onClose } = props
  const state = useDetail(id, token, `${live?.state} ${live?.since} ${live?.agent} ${live?.priority}`)
  const from = (state.type === 'there' ? state.detail.from : live?.from) || t('calls.unknown')
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="lg" transitionProps={{ duration: 120 }}>
      <Drawer.Overlay />
      <Drawer.Content>
        {/* Not Drawer.Header: a second banner would mislead those who jump between landmarks. */}
        <div className={styles['head']}>
          <Drawer.Title className={styles['title']}>{t('detail.title', { from })}</Drawer.Title>
          <Drawer.CloseButton aria-label={t('detail.close')} />
        </div>
        <Drawer.Body>
          {state.type === 'there' ? (
            <Detail detail={state.detail} more={props.more?.(state.detail)} />
          ) : (
            <Empty title={t(`detail.${state.type}`)} />
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function Detail({ detail, more }: { detail: InteractionDetail; more: ReactNode }) {
  const { t } = useWords()
  const outcome = detail.outcome ? t(`outcome.${detail.outcome}`) : t(`state.${detail.state}`)
  return (
    <>
      <dl className={styles['facts']}>
        <div className={styles['fact']}>
          <dt>{t('calls.state')}</dt>
          <dd>
            <Dot tone={STATE_TONES[detail.state]} /> {outcome}
          </dd>
        </div>
        <Fact name={t('detail.to')} value={detail.to} />
        <Fact name={t('calls.queue')} value={detail.queue} />
        <Fact name={t('calls.agent')} value={detail.agent} />
        <Fact name={t('detail.id')} value={detail.id} />
      </dl>
      {detail.seqno > 0 && <p>{t('detail.takeovers', { count: detail.seqno })}</p>}
      {more}
      <TimeSpent detail={detail} />
      <h3 className={styles['heading']}>{t('detail.timeline')}</h3>
      {detail.timelineComplete ? <Timeline entries={detail.timeline} /> : <p>{t('detail.incomplete')}</p>}
    </>
  )
}

function Fact({ name, value }: { name: string; value: string | null }) {
  return value ? (
    <div className={styles['fact']}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null
}

/** Stretches in their order, as long as they lasted; the one that runs is not drawn, its end is not known. */
function TimeSpent({ detail }: { detail: InteractionDetail }) {
  const { t, language } = useWords()
  const parts = detail.segments.flatMap(({ kind, startedAt, endedAt }) =>
    endedAt === null ? [] : [{ kind, startedAt, ms: Date.parse(endedAt) - Date.parse(startedAt) }],
  )
  if (parts.length === 0) return null
  const sums = new Map<keyof typeof SEGMENT_TONES, number>()
  for (const { kind, ms } of parts) sums.set(kind, (sums.get(kind) ?? 0) + ms)
  return (
    <section>
      <h3 className={styles['heading']}>{t('detail.where')}</h3>
      <div className={styles['bar']} aria-hidden="true">
        {parts.map(({ kind, startedAt, ms }) => (
          <span
            key={startedAt}
            className={`${styles['part']} ${toneClass(SEGMENT_TONES[kind])}`}
            style={{ flexGrow: ms }}
          />
        ))}
      </div>
      <ul className={styles['legend']}>
        {[...sums].map(([kind, ms]) => (
          <li key={kind}>
            <Dot tone={SEGMENT_TONES[kind]} />
            <span>
              {t(`segment.${kind}`)} <b>{exactDuration(ms, language)}</b>
            </span>
          </li>
        ))}
        {detail.durations && (
          <li>
            <span>
              {t('detail.total')} <b>{exactDuration(detail.durations.totalMs, language)}</b>
            </span>
          </li>
        )}
      </ul>
    </section>
  )
}
