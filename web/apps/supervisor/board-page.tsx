import { Alert, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { InteractionDetail, Session } from '#api/contract'
import { AlertHistory } from '../../features/alert-history/alert-history.tsx'
import { CallDetail } from '../../features/call-detail/call-detail.tsx'
import { PriorityOfCall } from '../../features/change-priority/change-priority.tsx'
import { CountedCalls, type CountedFigure } from '../../features/counted-calls/counted-calls.tsx'
import { MoveCall } from '../../features/move-call/move-call.tsx'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { PastCalls } from '../../features/past-calls/past-calls.tsx'
import { RecordingPlayer } from '../../features/recording-player/recording-player.tsx'
import { type OpenRow, ReportTable } from '../../features/report-table/report-table.tsx'
import { PhoneBar } from '../../features/softphone/phone-panel.tsx'
import { StationChoice } from '../../features/softphone/station-choice.tsx'
import { type PagePhone, usePagePhone } from '../../features/softphone/use-page-phone.ts'
import { SuperviseCall, SupervisionBar } from '../../features/supervise-call/supervise-call.tsx'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import type { Board } from '../../models/board.ts'
import { type DeskItem, deskItems, isByPhone } from '../../models/desk.ts'
import { hasRight } from '../../models/rights.ts'
import { type OwnSupervision, ownSupervisions, supervisionModesOf } from '../../models/supervision.ts'
import type { Translate } from '../../models/why-text.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './board-page.module.css'
import { LiveBoard } from './live-board.tsx'

// Not needed before somebody asks for it.
const StationNumber = lazy(async () => ({
  default: (await import('../../features/softphone/station-number.tsx')).StationNumber,
}))

/** The board: what moves, in one look. */
export function BoardPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const [failure, setFailure] = useState('')
  const [asksNumber, setAsksNumber] = useState(false)
  const own = board.agents.get(session.user)
  const items = useMemo(() => deskItems(board, session.user), [board, session.user])
  const supervisions = useMemo(() => ownSupervisions(board, session.user), [board, session.user])
  const isSilent = supervisions.some(({ mode, rings }) => mode === 'listen' && !rings)
  const page = usePagePhone(session, connection, { items, isSilent })
  const chooseNumber = (number: string | null) => new ApiClient(session.token).chooseStation(session.user, number)
  const told = (problem: unknown): void =>
    setFailure(t('desk.failed', { detail: problem instanceof ApiProblem ? problem.message : '' }))
  return (
    <PageFrame
      app="supervisor"
      session={session}
      connection={connection}
      onLogOut={() => {
        page.phone?.stop()
        onLogOut()
      }}
      aside={
        own && (
          <>
            {supervisionModesOf(session).length > 0 && (
              <StationChoice
                {...{ station: page.station, phone: page.phone }}
                agent={own}
                onChoose={page.choose}
                onNoNumber={() => void chooseNumber(null).catch(told)}
                onAskNumber={() => setAsksNumber(true)}
              />
            )}
            {!hasRight(session, 'view-live') && <OwnStatus agent={own} token={session.token} onFailure={setFailure} />}
          </>
        )
      }
    >
      {failure !== '' && (
        <Alert color="red" withCloseButton onClose={() => setFailure('')} role="alert">
          {failure}
        </Alert>
      )}
      {own?.chosen === 'ready' && !own.reachable && !hasRight(session, 'view-live') && (
        <Alert color="yellow">{t('status.noPhone')}</Alert>
      )}
      {board.sequence !== undefined && (
        <Sections
          {...{ board, session, items, supervisions, page }}
          onOther={(where) => (where === 'phone' ? page.choose('phone') : setAsksNumber(true))}
        />
      )}
      <Suspense>
        {own && asksNumber && (
          <StationNumber number={own.station ?? ''} onNumber={chooseNumber} onClose={() => setAsksNumber(false)} />
        )}
      </Suspense>
    </PageFrame>
  )
}

const VIEWS = ['live', 'past', 'reports', 'alerts'] as const

/** Which of the views the address names, so that a reload and a bookmark come back to it. */
function viewOf(hash: string): (typeof VIEWS)[number] {
  return VIEWS.find((view) => hash === `#${view}`) ?? 'live'
}

interface SectionsProps {
  readonly board: Board
  readonly session: Session
  readonly items: readonly DeskItem[]
  readonly supervisions: readonly OwnSupervision[]
  readonly page: PagePhone
  readonly onOther: (where: 'phone' | 'number') => void
}

function Sections({ board, session, items, supervisions, page, onOther }: SectionsProps) {
  const { t } = useWords()
  const [openId, setOpenId] = useState<string | undefined>()
  const [counted, setCounted] = useState<CountedFigure | undefined>()
  const [view, setView] = useState(() => viewOf(location.hash))
  const sees = hasRight(session, 'view-history')
  const choose = (wanted: string): void => {
    setView(viewOf(`#${wanted}`))
    history.replaceState(null, '', `#${wanted}`)
  }
  const openRow: OpenRow = (kind, row, figure) =>
    setCounted({ kind, queue: row.name, name: figure, figures: [figure], since: row.from, until: row.to })
  const phone = page.phone && (
    <PhoneBar
      phone={page.phone}
      canAnswer
      isTalking={items.some(({ state, medium }) => state === 'connected' && isByPhone(medium))}
      onOther={onOther}
    />
  )
  return (
    <>
      <SupervisionBar supervisions={supervisions} onOpen={setOpenId} />
      {/* An open call lies over the page, and has the phone with it. */}
      {openId === undefined && phone}
      {sees && (
        <SegmentedControl
          className={styles['views'] ?? ''}
          aria-label={t('view.label')}
          value={view}
          onChange={choose}
          data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
        />
      )}
      {sees && view === 'past' && (
        <PastCalls
          token={session.token}
          queues={[...board.queues.keys()].sort()}
          agents={[...board.agents.keys()].sort()}
          onOpen={setOpenId}
        />
      )}
      {sees && view === 'reports' && <ReportTable token={session.token} onFigure={openRow} />}
      {sees && view === 'alerts' && <AlertHistory token={session.token} />}
      {(!sees || view === 'live') && (
        <LiveBoard board={board} session={session} onOpen={setOpenId} onFigure={sees ? setCounted : undefined} />
      )}
      {counted !== undefined && openId === undefined && (
        <CountedCalls figure={counted} token={session.token} onOpen={setOpenId} onClose={() => setCounted(undefined)} />
      )}
      {openId !== undefined && (
        <CallDetail
          key={openId}
          id={openId}
          token={session.token}
          live={board.interactions.get(openId)}
          more={(detail) => (
            <>
              <SuperviseCall
                call={board.interactions.get(openId)}
                board={board}
                session={session}
                isHere={page.phone !== undefined && board.agents.get(session.user)?.station == null}
                onAsk={page.expect}
              />
              {phone && <div className={styles['phone']}>{phone}</div>}
              {hasRight(session, 'end-interaction') && (
                <div className={styles['deeds']}>
                  <MoveCall call={board.interactions.get(openId)} board={board} token={session.token} />
                  <PriorityOfCall call={board.interactions.get(openId)} token={session.token} />
                </div>
              )}
              {hasRight(session, 'listen-recordings') && recordingsOf(detail, session.token, t)}
            </>
          )}
          onClose={() => setOpenId(undefined)}
        />
      )}
    </>
  )
}

function recordingsOf({ recordings }: InteractionDetail, token: string, t: Translate) {
  if (recordings.length === 0) return null
  return (
    <section>
      <h3 className={styles['heading']}>{t('recording.title')}</h3>
      {recordings.map((id) => (
        <RecordingPlayer key={id} id={id} token={token} />
      ))}
    </section>
  )
}
