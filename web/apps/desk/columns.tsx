import { Button } from '@mantine/core'
import { lazy, type RefObject, Suspense } from 'react'
import type { AgentLive, DeskSettings, MailboxView, Session } from '#api/contract'
import { CustomerThread } from '../../features/customer-thread/customer-thread.tsx'
import { ItemList } from '../../features/desk-item/item-list.tsx'
import { MessagesPanel } from '../../features/mailbox/messages-panel.tsx'
import { OwnToday } from '../../features/own-today/own-today.tsx'
import { RingNotice } from '../../features/ring-notice/ring-notice.tsx'
import { PhonePanel } from '../../features/softphone/phone-panel.tsx'
import { TakeableList } from '../../features/takeable-list/takeable-list.tsx'
import { type DeskControl, type DeskItem, isByPhone } from '../../models/desk.ts'
import type { DeskClient } from '../../models/desk-client.ts'
import type { Softphone } from '../../models/softphone.ts'
import type { Takeable } from '../../models/talk-part.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './desk-page.module.css'
import type { DeskDialog } from './obey.ts'
import { EXTEND_MS } from './use-actions.ts'
import { Workplace, type WorkplaceHandle } from './workplace.tsx'

// Not needed before somebody hears a message.
const RecordingSound = lazy(async () => ({
  default: (await import('../../features/recording-player/recording-player.tsx')).RecordingSound,
}))

/** Work on the left, what is shown in the middle, the customer on the right. */
export function Columns(props: {
  own: AgentLive
  items: readonly DeskItem[]
  item: DeskItem | undefined
  settings: DeskSettings | undefined
  client: DeskClient
  workplace: RefObject<WorkplaceHandle | null>
  session: Session
  busy: DeskControl | undefined
  phone: Softphone | undefined
  phoneRings: boolean
  takesKeys: boolean
  onOther: (where: 'phone' | 'number') => void
  takeables: readonly Takeable[]
  mailboxes: ReadonlyMap<string, MailboxView>
  messages: RefObject<HTMLDivElement | null>
  run: (work: () => Promise<unknown>) => Promise<boolean>
  onCall: (number: string) => void
  onTake: (what: Takeable) => void
  onShow: (id: string) => void
  onDialog: (dialog: DeskDialog) => void
  onControl: (wanted: DeskControl, on: DeskItem) => void
  onReady: () => void
}) {
  const { items, item, session, settings } = props
  const today = <OwnToday user={session.user} token={session.token} version={String(items.length)} />
  return (
    <div className={styles['columns']}>
      <div className={styles['work']}>
        <WorkPanel {...props} />
        {props.phone && (
          <PhonePanel
            phone={props.phone}
            canAnswer={!items.some(({ state }) => state === 'offered')}
            isTalking={items.some(({ state, medium }) => state === 'connected' && isByPhone(medium))}
            takesKeys={props.takesKeys}
            onOther={props.onOther}
          />
        )}
        {props.takeables.length > 0 && <TakeableList takeables={props.takeables} onTake={props.onTake} />}
      </div>
      <div className={styles['place']}>
        {item ? (
          <Workplace
            key={item.id}
            ref={props.workplace}
            item={item}
            session={session}
            queue={settings?.queues.find(({ name }) => name === item.queue)}
            busy={props.busy}
            phoneRings={props.phoneRings}
            onControl={(wanted) => props.onControl(wanted, item)}
            onMoreTime={() => props.client.extendWrapUp(item.id, EXTEND_MS)}
          />
        ) : (
          today
        )}
      </div>
      <div ref={props.messages} className={styles['messages']}>
        <MessagesPanel
          own={props.own}
          mailboxes={props.mailboxes}
          token={session.token}
          player={(id, onPlay) => (
            <Suspense>
              <RecordingSound id={id} token={session.token} onPlay={onPlay} />
            </Suspense>
          )}
          onCall={props.onCall}
          run={props.run}
        />
      </div>
      {item && (
        <div className={styles['side']}>
          <CustomerThread key={item.id} interaction={item.id} token={session.token} />
          {today}
        </div>
      )}
    </div>
  )
}

function WorkPanel(props: {
  own: AgentLive
  items: readonly DeskItem[]
  item: DeskItem | undefined
  settings: DeskSettings | undefined
  onShow: (id: string) => void
  onDialog: (dialog: DeskDialog) => void
  onReady: () => void
}) {
  const { t } = useWords()
  const { own, items, item } = props
  return (
    <Panel
      title={t('desk.work')}
      aside={items.length > 0 ? t('desk.capacity', { count: items.length }) : undefined}
      tools={
        <Tools
          onCall={() => props.onDialog('call')}
          onText={props.settings?.textAccounts.length ? () => props.onDialog('text') : undefined}
          onFax={props.settings?.faxAccounts.length ? () => props.onDialog('fax') : undefined}
          onHelp={() => props.onDialog('help')}
        />
      }
    >
      <ItemList items={items} shown={item?.id} onShow={props.onShow} />
      {items.length === 0 && <NoWork own={own} onReady={props.onReady} />}
      <div className={styles['foot']}>
        {items.length > 0 && own.chosen !== 'ready' && (
          <span>{t('desk.next', { status: own.reason ?? t(`status.${own.chosen}`) })}</span>
        )}
        <RingNotice items={items} />
      </div>
    </Panel>
  )
}

function Tools(props: {
  onCall: () => void
  onText: (() => void) | undefined
  onFax: (() => void) | undefined
  onHelp: () => void
}) {
  const { onCall, onText, onFax, onHelp } = props
  const { t } = useWords()
  return (
    <>
      <Button size="xs" variant="default" onClick={onCall} aria-keyshortcuts="Alt+C" title="Alt+C">
        {t('control.call')}
      </Button>
      {onText && (
        <Button size="xs" variant="default" onClick={onText}>
          {t('control.text')}
        </Button>
      )}
      {onFax && (
        <Button size="xs" variant="default" onClick={onFax}>
          {t('control.fax')}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={onHelp} aria-keyshortcuts="?" title="?">
        {t('control.help')}
      </Button>
    </>
  )
}

function NoWork({ own, onReady }: { own: AgentLive; onReady: () => void }) {
  const { t } = useWords()
  const isReady = own.chosen === 'ready'
  return (
    <Empty title={t('desk.none')}>
      <span>{t(isReady ? 'desk.noneReady' : 'desk.noneNotReady')}</span>
      {!isReady && <Button onClick={onReady}>{t('desk.becomeReady')}</Button>}
    </Empty>
  )
}
