import { Alert, Button } from '@mantine/core'
import { lazy, type RefObject, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { AgentLive, DeskSettings, Session } from '#api/contract'
import { CustomerPast } from '../../features/customer-past/customer-past.tsx'
import { ItemList } from '../../features/desk-item/item-list.tsx'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { OwnToday } from '../../features/own-today/own-today.tsx'
import { RingNotice } from '../../features/ring-notice/ring-notice.tsx'
import { ApiClient } from '../../models/api-client.ts'
import { controlsOf, type DeskControl, type DeskItem, deskItems, shownItem } from '../../models/desk.ts'
import { DeskClient } from '../../models/desk-client.ts'
import type { ShortcutAction } from '../../models/shortcuts.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './desk-page.module.css'
import { commandOf, EXTEND_MS, useActions } from './use-actions.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { Workplace, type WorkplaceHandle } from './workplace.tsx'

// Not needed before somebody asks for them.
const GiveCall = lazy(async () => ({ default: (await import('../../features/give-call/give-call.tsx')).GiveCall }))
const ShortcutHelp = lazy(async () => ({
  default: (await import('../../features/shortcut-help/shortcut-help.tsx')).ShortcutHelp,
}))

type Dialog = 'transfer' | 'call' | 'help' | undefined

/** The desk: where an agent works all day. */
export function DeskPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const settings = useSettings(session.token, board.sequence !== undefined)
  const client = useMemo(() => new DeskClient(session.token), [session.token])
  const actions = useActions()
  const [chosen, setChosen] = useState<string | undefined>()
  const [dialog, setDialog] = useState<Dialog>()
  const workplace = useRef<WorkplaceHandle>(null)
  const own = board.agents.get(session.user)
  const items = useMemo(() => deskItems(board, session.user), [board, session.user])
  const item = shownItem(items, chosen)

  const control = async (wanted: DeskControl, on: DeskItem): Promise<void> => {
    if (wanted === 'transfer') return setDialog('transfer')
    if (wanted === 'finish' && !(await workplace.current?.prepareToFinish())) return
    const command = commandOf(client, on, wanted)
    if (command) await actions.run(command, wanted)
  }
  const choose = (status: AgentLive['chosen']): void =>
    void actions.run(() => new ApiClient(session.token).chooseStatus(session.user, status))
  const take = async (number: string): Promise<void> => {
    const isTransfer = dialog === 'transfer'
    setDialog(undefined)
    await actions.run(() => (isTransfer && item ? client.transfer(item.id, number) : client.call(number)))
  }
  useShortcuts((action) =>
    obey(action, { items, item, control, choose, setChosen, setDialog, note: workplace.current?.focus }),
  )

  return (
    <PageFrame
      app="desk"
      session={session}
      connection={connection}
      onLogOut={onLogOut}
      aside={
        own && (
          <OwnStatus
            agent={own}
            token={session.token}
            reasons={settings?.notReadyReasons ?? []}
            onFailure={actions.fail}
          />
        )
      }
    >
      {actions.failure !== '' && (
        <Alert color="red" withCloseButton closeButtonLabel={t('give.close')} onClose={actions.forget} role="alert">
          {actions.failure}
        </Alert>
      )}
      {own && !own.reachable && own.chosen === 'ready' && (
        <Alert color="yellow">{t('desk.noPhone', { extension: own.extension })}</Alert>
      )}
      {own && (
        <Columns
          {...{ own, items, item, settings, client, workplace, session }}
          busy={actions.busy}
          onShow={setChosen}
          onDialog={setDialog}
          onControl={(wanted, on) => void control(wanted, on)}
          onReady={() => choose('ready')}
        />
      )}
      <Suspense>
        {(dialog === 'transfer' || dialog === 'call') && (
          <GiveCall
            kind={dialog}
            token={session.token}
            onTake={(number) => void take(number)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {dialog === 'help' && <ShortcutHelp onClose={() => setDialog(undefined)} />}
      </Suspense>
    </PageFrame>
  )
}

function Columns(props: {
  own: AgentLive
  items: readonly DeskItem[]
  item: DeskItem | undefined
  settings: DeskSettings | undefined
  client: DeskClient
  workplace: RefObject<WorkplaceHandle | null>
  session: Session
  busy: DeskControl | undefined
  onShow: (id: string) => void
  onDialog: (dialog: Dialog) => void
  onControl: (wanted: DeskControl, on: DeskItem) => void
  onReady: () => void
}) {
  const { items, item, session, settings } = props
  const today = <OwnToday user={session.user} token={session.token} version={String(items.length)} />
  return (
    <div className={styles['columns']}>
      <WorkPanel {...props} />
      <div className={styles['middle']}>
        {item ? (
          <Workplace
            key={item.id}
            ref={props.workplace}
            item={item}
            session={session}
            queue={settings?.queues.find(({ name }) => name === item.queue)}
            busy={props.busy}
            onControl={(wanted) => props.onControl(wanted, item)}
            onMoreTime={() => props.client.extendWrapUp(item.id, EXTEND_MS)}
          />
        ) : (
          today
        )}
      </div>
      {item && (
        <div className={styles['side']}>
          <CustomerPast interaction={item.id} token={session.token} />
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
  onShow: (id: string) => void
  onDialog: (dialog: Dialog) => void
  onReady: () => void
}) {
  const { t } = useWords()
  const { own, items, item } = props
  return (
    <Panel
      title={t('desk.work')}
      aside={items.length > 0 ? t('desk.capacity', { count: items.length }) : undefined}
      tools={<Tools onCall={() => props.onDialog('call')} onHelp={() => props.onDialog('help')} />}
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

function Tools({ onCall, onHelp }: { onCall: () => void; onHelp: () => void }) {
  const { t } = useWords()
  return (
    <>
      <Button size="xs" variant="default" onClick={onCall} aria-keyshortcuts="Alt+C" title="Alt+C">
        {t('control.call')}
      </Button>
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

interface Desk {
  readonly items: readonly DeskItem[]
  readonly item: DeskItem | undefined
  readonly control: (wanted: DeskControl, on: DeskItem) => Promise<void>
  readonly choose: (status: AgentLive['chosen']) => void
  readonly setChosen: (id: string) => void
  readonly setDialog: (dialog: Dialog) => void
  readonly note: (() => void) | undefined
}

/** Which controls a key means: the first of them that the item has. */
const CONTROLS: Partial<Record<ShortcutAction, readonly DeskControl[]>> = {
  accept: ['accept'],
  decline: ['decline'],
  hold: ['hold', 'retrieve'],
  transfer: ['transfer'],
  end: ['end'],
  finish: ['finish', 'complete'],
}

function obey(action: ShortcutAction, desk: Desk): void {
  const { items, item } = desk
  if (action === 'help' || action === 'call') return desk.setDialog(action)
  if (action === 'ready' || action === 'not-ready') return desk.choose(action)
  if (action === 'note') return desk.note?.()
  if (action === 'next') {
    const next = items[(items.findIndex(({ id }) => id === item?.id) + 1) % Math.max(1, items.length)]
    return next && desk.setChosen(next.id)
  }
  const wanted = CONTROLS[action]
  // What rings is meant by the keys for it, whatever is shown.
  const on = action === 'accept' || action === 'decline' ? items.find(({ state }) => state === 'offered') : item
  const control = on && controlsOf(on).find((one) => wanted?.includes(one))
  if (on && control) void desk.control(control, on)
}

/** Reasons, codes: read when the page opens and whenever the connection has been away, for they may have changed. */
function useSettings(token: string, isConnected: boolean): DeskSettings | undefined {
  const [settings, setSettings] = useState<DeskSettings | undefined>()
  useEffect(() => {
    if (isConnected) new DeskClient(token).settings().then(setSettings, () => {})
  }, [token, isConnected])
  return settings
}
