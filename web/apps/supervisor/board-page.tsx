import { Alert } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { Session } from '#api/contract'
import { mayDo } from '#kernel/permission'
import { AgentList } from '../../features/agent-list/agent-list.tsx'
import { CallDetail } from '../../features/call-detail/call-detail.tsx'
import { CallList } from '../../features/call-list/call-list.tsx'
import { CountedCalls, type CountedFigure } from '../../features/counted-calls/counted-calls.tsx'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { type OpenFigure, QueueBoard } from '../../features/queue-board/queue-board.tsx'
import { ApiClient, type ConfiguredQueue } from '../../models/api-client.ts'
import { type Board, sortedInteractions, totalsOf } from '../../models/board.ts'
import { sipHost } from '../../models/session.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './board-page.module.css'

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
      aside={own && session.role === 'agent' && <OwnStatus agent={own} token={session.token} onFailure={setFailure} />}
    >
      {failure !== '' && (
        <Alert color="red" withCloseButton onClose={() => setFailure('')} role="alert">
          {failure}
        </Alert>
      )}
      {own?.chosen === 'ready' && !own.reachable && session.role === 'agent' && (
        <Alert color="yellow">{t('status.noPhone')}</Alert>
      )}
      {board.sequence !== undefined && <Sections board={board} session={session} />}
    </PageFrame>
  )
}

function Sections({ board, session }: { board: Board; session: Session }) {
  const [openId, setOpenId] = useState<string | undefined>()
  const [counted, setCounted] = useState<CountedFigure | undefined>()
  const phoneHost = sipHost(session, location.hostname)
  const configured = useConfiguredQueues(session.token)
  const numbers = useMemo(() => new Map(configured.map((queue) => [queue.name, queue.numbers])), [configured])
  const calls = useMemo(() => sortedInteractions(board), [board])
  const dialable = configured.flatMap((queue) => queue.numbers.map((number) => `sip:${number}@${phoneHost}`))
  const openFigure: OpenFigure = (queue, name, figures) =>
    setCounted({ queue: queue.name, name, figures, since: queue.serviceLevelToday.since })
  return (
    <>
      <Totals board={board} />
      <QueueBoard
        queues={[...board.queues.values()]}
        numbers={numbers}
        onFigure={mayDo(session.role, 'view-history') ? openFigure : undefined}
      />
      <div className={styles['columns']}>
        <CallList calls={calls} dialable={dialable} onOpen={setOpenId} />
        <AgentList board={board} ownUser={session.user} sipHost={phoneHost} />
      </div>
      {counted !== undefined && openId === undefined && (
        <CountedCalls figure={counted} token={session.token} onOpen={setOpenId} onClose={() => setCounted(undefined)} />
      )}
      {openId !== undefined && (
        <CallDetail
          key={openId}
          id={openId}
          token={session.token}
          live={board.interactions.get(openId)}
          onClose={() => setOpenId(undefined)}
        />
      )}
    </>
  )
}

function Totals({ board }: { board: Board }) {
  const { t } = useWords()
  const totals = totalsOf(board)
  return (
    <div className={styles['totals']}>
      <Total name={t('totals.waiting')}>{totals.waiting}</Total>
      <Total name={t('totals.longest')}>
        <Elapsed since={totals.longestWaitSince} fallback="–" />
      </Total>
      <Total name={t('totals.talking')}>{totals.talking}</Total>
      <Total name={t('totals.ready')}>
        {totals.ready} <span className={styles['totalAside']}>{t('totals.onDuty', { count: totals.onDuty })}</span>
      </Total>
    </div>
  )
}

function Total({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles['total']}>
      <div className={styles['totalName']}>{name}</div>
      <div className={styles['totalValue']}>{children}</div>
    </div>
  )
}

/** How queues are reached changes so seldom that it is read once. */
function useConfiguredQueues(token: string): readonly ConfiguredQueue[] {
  const [queues, setQueues] = useState<readonly ConfiguredQueue[]>([])
  useEffect(() => {
    new ApiClient(token).queues().then(setQueues, () => {})
  }, [token])
  return queues
}
