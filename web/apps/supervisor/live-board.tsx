import { useEffect, useMemo, useState } from 'react'
import type { Session } from '#api/contract'
import { AgentControl } from '../../features/agent-control/agent-control.tsx'
import { AgentList } from '../../features/agent-list/agent-list.tsx'
import { AlertList } from '../../features/alert-list/alert-list.tsx'
import { BoardFilter } from '../../features/board-filter/board-filter.tsx'
import { CallList } from '../../features/call-list/call-list.tsx'
import type { CountedFigure } from '../../features/counted-calls/counted-calls.tsx'
import { type OpenFigure, QueueBoard } from '../../features/queue-board/queue-board.tsx'
import { ApiClient, type ConfiguredQueue } from '../../models/api-client.ts'
import { type Board, totalsOf } from '../../models/board.ts'
import { agentsSeen, type BoardView, boardSeen, callsOf, callsSeen, WHOLE_BOARD } from '../../models/board-view.ts'
import { hasRight } from '../../models/rights.ts'
import { sipHost } from '../../models/session.ts'
import { Elapsed } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useAlerts } from '../../ui/use-alerts.ts'
import styles from './board-page.module.css'

/** Queues, calls and agents as they move. A number that counts calls opens them, here or in history. */
export function LiveBoard(props: {
  board: Board
  session: Session
  onOpen: (id: string) => void
  onFigure: ((figure: CountedFigure) => void) | undefined
}) {
  const { board, session, onOpen, onFigure } = props
  const [user, setUser] = useState<string | undefined>()
  const [view, setView] = useState<BoardView>(WHOLE_BOARD)
  const phoneHost = sipHost(session, location.hostname)
  const configured = useConfiguredQueues(session.token)
  const numbers = useMemo(() => new Map(configured.map((queue) => [queue.name, queue.numbers])), [configured])
  const seen = useMemo(() => boardSeen(board, view), [board, view])
  const calls = useMemo(() => callsSeen(seen, view), [seen, view])
  const dialable = configured.flatMap((queue) => queue.numbers.map((number) => `sip:${number}@${phoneHost}`))
  const openFigure: OpenFigure = (queue, name, figures) =>
    onFigure?.({ queue: queue.name, name, figures, since: queue.serviceLevelToday.since })
  const agent = user === undefined ? undefined : board.agents.get(user)
  const seesAll = hasRight(session, 'view-live')
  return (
    <>
      {seesAll && <Alerts board={board} session={session} />}
      {seesAll && <BoardFilter queues={[...board.queues.keys()].sort()} view={view} onChange={setView} />}
      <Totals
        board={seen}
        onCalls={seesAll ? (calls) => setView({ ...view, calls }) : undefined}
        onReady={seesAll ? () => setView({ ...view, agents: 'ready' }) : undefined}
      />
      <QueueBoard
        queues={[...seen.queues.values()]}
        numbers={numbers}
        onFigure={onFigure === undefined ? undefined : openFigure}
        onWaiting={seesAll ? (queue) => setView({ queues: [queue.name], calls: 'waiting' }) : undefined}
        onAgents={
          seesAll ? (queue, agents) => setView({ queues: [queue.name], calls: callsOf(agents), agents }) : undefined
        }
      />
      <div className={styles['columns']}>
        <CallList
          calls={calls}
          isFiltered={view.queues.length > 0 || view.calls !== 'all'}
          dialable={dialable}
          onOpen={onOpen}
        />
        <AgentList
          board={agentsSeen(seen, view)}
          isFiltered={view.agents !== undefined}
          onCall={seesAll ? onOpen : undefined}
          ownUser={session.user}
          sipHost={phoneHost}
          onOpen={hasRight(session, 'set-any-status') ? setUser : undefined}
        />
      </div>
      {agent && <AgentControl agent={agent} token={session.token} onClose={() => setUser(undefined)} />}
    </>
  )
}

function Alerts({ board, session }: { board: Board; session: Session }) {
  const { user, token } = session
  const { alerts, refresh } = useAlerts(board, token)
  return (
    <AlertList
      alerts={alerts}
      looker={{ user, token, refresh, mayAcknowledge: hasRight(session, 'acknowledge-alert') }}
    />
  )
}

function Totals(props: {
  board: Board
  onCalls: ((calls: BoardView['calls']) => void) | undefined
  onReady: (() => void) | undefined
}) {
  const { board, onCalls, onReady } = props
  const { t } = useWords()
  const totals = totalsOf(board)
  return (
    <div className={styles['totals']}>
      <Total name={t('totals.waiting')} onOpen={totals.waiting > 0 ? () => onCalls?.('waiting') : undefined}>
        {totals.waiting}
      </Total>
      <Total name={t('totals.longest')}>
        <Elapsed since={totals.longestWaitSince} fallback="–" />
      </Total>
      <Total name={t('totals.talking')} onOpen={totals.talking > 0 ? () => onCalls?.('talking') : undefined}>
        {totals.talking}
      </Total>
      <Total name={t('totals.ready')} onOpen={totals.ready > 0 ? onReady : undefined}>
        {totals.ready} <span className={styles['totalAside']}>{t('totals.onDuty', { count: totals.onDuty })}</span>
      </Total>
    </div>
  )
}

/** A number; one that counts calls shows them when it is pressed (promise 11). */
function Total(props: { name: string; onOpen?: (() => void) | undefined; children: React.ReactNode }) {
  const { name, onOpen, children } = props
  const { t } = useWords()
  return (
    <div className={styles['total']}>
      <div className={styles['totalName']}>{name}</div>
      <div className={styles['totalValue']}>
        {onOpen ? (
          <button type="button" className={styles['open']} title={t('filter.show', { name })} onClick={onOpen}>
            {children}
          </button>
        ) : (
          children
        )}
      </div>
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
