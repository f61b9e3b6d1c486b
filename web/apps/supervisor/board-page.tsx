import { Alert, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { InteractionDetail, Session } from '#api/contract'
import { AlertHistory } from '../../features/alert-history/alert-history.tsx'
import { CallDetail } from '../../features/call-detail/call-detail.tsx'
import { CountedCalls, type CountedFigure } from '../../features/counted-calls/counted-calls.tsx'
import { MoveCall } from '../../features/move-call/move-call.tsx'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { PastCalls } from '../../features/past-calls/past-calls.tsx'
import { RecordingPlayer } from '../../features/recording-player/recording-player.tsx'
import { type OpenRow, ReportTable } from '../../features/report-table/report-table.tsx'
import { SuperviseCall, SupervisionBar } from '../../features/supervise-call/supervise-call.tsx'
import type { Board } from '../../models/board.ts'
import { hasRight } from '../../models/rights.ts'
import { ownSupervisions } from '../../models/supervision.ts'
import type { Translate } from '../../models/why-text.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './board-page.module.css'
import { LiveBoard } from './live-board.tsx'

/** The board: what moves, in one look. */
export function BoardPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const [failure, setFailure] = useState('')
  const own = board.agents.get(session.user)
  return (
    <PageFrame
      app="supervisor"
      session={session}
      connection={connection}
      onLogOut={onLogOut}
      aside={
        own && !hasRight(session, 'view-live') && <OwnStatus agent={own} token={session.token} onFailure={setFailure} />
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
      {board.sequence !== undefined && <Sections board={board} session={session} />}
    </PageFrame>
  )
}

const VIEWS = ['live', 'past', 'reports', 'alerts'] as const

/** Which of the views the address names, so that a reload and a bookmark come back to it. */
function viewOf(hash: string): (typeof VIEWS)[number] {
  return VIEWS.find((view) => hash === `#${view}`) ?? 'live'
}

function Sections({ board, session }: { board: Board; session: Session }) {
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
  return (
    <>
      <SupervisionBar supervisions={ownSupervisions(board, session.user)} onOpen={setOpenId} />
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
              <SuperviseCall call={board.interactions.get(openId)} board={board} session={session} />
              {hasRight(session, 'end-interaction') && (
                <MoveCall call={board.interactions.get(openId)} board={board} token={session.token} />
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
