import { SegmentedControl, TextInput } from '@mantine/core'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { AgentLive } from '#api/contract'
import { type Board, isOnDuty, sortedAgents } from '../../models/board.ts'
import { Dot, toneClass } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './agent-list.module.css'
import type { RowPlace } from './many-rows.tsx'

// Not needed before there are that many.
const ManyRows = lazy(async () => ({ default: (await import('./many-rows.tsx')).ManyRows }))

/** Up to so many rows all are drawn; of more only those that are to be seen, so that a thousand cost no more than these. */
const ROWS_DRAWN = 60
/** Fewer agents than this need no search. */
const SEARCH_FROM = 8

/** The agents: what each is, since when, and what they are on. */
export function AgentList(props: {
  board: Board
  /** Only those of one status were asked for: none of them is left out. */
  isFiltered: boolean
  /** Opens a call that an agent is on, for those who may. */
  onCall: ((id: string) => void) | undefined
  ownUser: string
  sipHost: string
  /** Opens what may be done for an agent, for those who may. */
  onOpen: ((user: string) => void) | undefined
}) {
  const { board, isFiltered, ownUser, sipHost, onOpen, onCall } = props
  const { t } = useWords()
  const [search, setSearch] = useState('')
  const [all, setAll] = useState(false)
  const isLarge = board.agents.size >= SEARCH_FROM
  const found = useMemo(() => sortedAgents(board, search), [board, search])
  const shown = all || isFiltered || !isLarge || search !== '' ? found : found.filter(isOnDuty)
  const hidden = found.length - shown.length
  const rowOf = (agent: AgentLive, place?: RowPlace) => (
    <AgentRow key={agent.user} isOwn={agent.user === ownUser} {...{ agent, onOpen, onCall, place }} />
  )
  return (
    <Panel
      title={t('agents.title')}
      tools={
        isLarge && (
          <>
            <TextInput
              size="xs"
              w={120}
              placeholder={t('agents.search')}
              aria-label={t('agents.search')}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <SegmentedControl
              size="xs"
              aria-label={t('agents.show')}
              value={all ? 'all' : 'onDuty'}
              onChange={(value) => setAll(value === 'all')}
              data={['onDuty', 'all'].map((value) => ({ value, label: t(`agents.${value}`) }))}
            />
          </>
        )
      }
    >
      {shown.length === 0 ? (
        <Empty title={search === '' ? t('agents.empty') : t('agents.none', { search })}>
          {search === '' && t('agents.emptyHint', { host: sipHost })}
        </Empty>
      ) : shown.length <= ROWS_DRAWN ? (
        <ul className={styles['list']}>{shown.map((agent) => rowOf(agent))}</ul>
      ) : (
        <Suspense>
          <ManyRows rows={shown} label={t('agents.title')} rowOf={rowOf} />
        </Suspense>
      )}
      {hidden > 0 && <div className={styles['off']}>{t('agents.off', { count: hidden })}</div>}
    </Panel>
  )
}

function AgentRow(props: {
  agent: AgentLive
  isOwn: boolean
  onOpen: ((user: string) => void) | undefined
  onCall: ((id: string) => void) | undefined
  /** Where it stands in a list of which only a part is drawn. */
  place: RowPlace | undefined
}) {
  const { agent, isOwn, onOpen, onCall, place } = props
  const { t } = useWords()
  const tone = STATUS_TONES[agent.status]
  const work = agent.work.at(0)
  const details = work ? [work.queue] : [agent.reason, agent.queues.join(', ')]
  const caller = work?.from && t('agents.with', { from: work.from })
  return (
    <li className={isOwn ? styles['own'] : ''} data-agent={agent.user} data-status={agent.status} {...place}>
      <span className={`${styles['avatar']} ${toneClass(tone)}`} aria-hidden="true">
        {initialsOf(agent.displayName)}
      </span>
      <div>
        {onOpen ? (
          <button
            type="button"
            className={`${styles['name']} ${styles['open']}`}
            title={t('agents.open', { name: agent.displayName })}
            onClick={() => onOpen(agent.user)}
          >
            {agent.displayName}
          </button>
        ) : (
          <div className={styles['name']}>{agent.displayName}</div>
        )}
        <div className={styles['soft']} title={t('agents.extension', { extension: agent.extension })}>
          {[agent.extension, ...details].filter(Boolean).join(' · ')}
          {caller && ' · '}
          {caller && onCall ? (
            <button
              type="button"
              className={styles['call']}
              title={t('agents.openCall')}
              onClick={() => onCall(work.interaction)}
            >
              {caller}
            </button>
          ) : (
            caller
          )}
        </div>
      </div>
      <div className={styles['right']}>
        <div className={styles['status']}>
          <Dot tone={tone} beats={agent.status === 'offered'} />
          {t(`status.${agent.status}`)}
        </div>
        <div className={styles['soft']}>
          <Elapsed since={agent.since} fallback="–" />
        </div>
      </div>
    </li>
  )
}

/** First letters of the first and the last word; a number stays whole. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : '']
  return `${first.charAt(0)}${/^\d/.test(last) ? last.slice(0, 3) : last.charAt(0)}`.toUpperCase()
}
