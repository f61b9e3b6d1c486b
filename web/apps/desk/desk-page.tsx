import { Alert } from '@mantine/core'
import { useState } from 'react'
import { Conversation } from '../../features/conversation/conversation.tsx'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { OwnWork } from '../../features/own-work/own-work.tsx'
import { WorkPanel } from '../../features/work-panel/work-panel.tsx'
import { isWritten, ownWork } from '../../models/own-work.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './desk-page.module.css'

/** Where an agent works: what is offered, what goes on, and one of it large. */
export function DeskPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const [failure, setFailure] = useState('')
  const [chosen, setChosen] = useState<string | undefined>()
  const own = board.agents.get(session.user)
  const work = ownWork(board, session.user)
  // What is offered comes to the front by itself when nothing else is open.
  const open = work.find(({ id }) => id === chosen) ?? work[0]
  return (
    <PageFrame
      app="desk"
      session={session}
      connection={connection}
      onLogOut={onLogOut}
      aside={own && <OwnStatus agent={own} token={session.token} onFailure={setFailure} />}
    >
      {failure !== '' && (
        <Alert color="red" withCloseButton onClose={() => setFailure('')} role="alert">
          {failure}
        </Alert>
      )}
      {own?.chosen === 'ready' && !own.reachable && <Alert color="yellow">{t('status.noPhone')}</Alert>}
      <div className={styles['columns']}>
        <Panel title={t('desk.work')}>
          <OwnWork work={work} openId={open?.id} onOpen={setChosen} />
        </Panel>
        <Panel title={open ? t(`desk.${open.medium}`, { from: open.from || t('calls.unknown') }) : t('desk.nothing')}>
          {open ? (
            <WorkPanel key={open.id} work={open} session={session} onFailure={setFailure}>
              {isWritten(open) && <Conversation id={open.id} session={session} canWrite={open.state === 'connected'} />}
            </WorkPanel>
          ) : (
            <Empty title={t('desk.empty')}>{t('desk.emptyHint')}</Empty>
          )}
        </Panel>
      </div>
    </PageFrame>
  )
}
