import { Alert } from '@mantine/core'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import type { AgentLive } from '#api/contract'
import { OwnStatus } from '../../features/own-status/own-status.tsx'
import { StationChoice } from '../../features/softphone/station-choice.tsx'
import { usePagePhone } from '../../features/softphone/use-page-phone.ts'
import { ApiClient } from '../../models/api-client.ts'
import { controlsOf, type DeskControl, type DeskItem, deskItems, isInFlow, shownItem } from '../../models/desk.ts'
import { DeskClient } from '../../models/desk-client.ts'
import { randomId } from '../../models/random-id.ts'
import { type Takeable, takeables } from '../../models/talk-part.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import { Columns } from './columns.tsx'
import { type DeskDialog, obey } from './obey.ts'
import { commandOf, useActions } from './use-actions.ts'
import { useSettings } from './use-settings.ts'
import { useShortcuts } from './use-shortcuts.ts'
import type { WorkplaceHandle } from './workplace.tsx'

// Not needed before somebody asks for them.
const BeginFax = lazy(async () => ({ default: (await import('../../features/begin-fax/begin-fax.tsx')).BeginFax }))
const BeginText = lazy(async () => ({ default: (await import('../../features/begin-text/begin-text.tsx')).BeginText }))
const GiveCall = lazy(async () => ({ default: (await import('../../features/give-call/give-call.tsx')).GiveCall }))
const KeypadDialog = lazy(async () => ({
  default: (await import('../../features/softphone/keypad-dialog.tsx')).KeypadDialog,
}))
const StationNumber = lazy(async () => ({
  default: (await import('../../features/softphone/station-number.tsx')).StationNumber,
}))
const ShortcutHelp = lazy(async () => ({
  default: (await import('../../features/shortcut-help/shortcut-help.tsx')).ShortcutHelp,
}))

/** The desk: where an agent works all day. */
export function DeskPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const settings = useSettings(session.token, board.sequence !== undefined)
  const client = useMemo(() => new DeskClient(session.token), [session.token])
  const actions = useActions()
  const [chosen, setChosen] = useState<string | undefined>()
  const [dialog, setDialog] = useState<DeskDialog>()
  const workplace = useRef<WorkplaceHandle>(null)
  const messages = useRef<HTMLDivElement>(null)
  const own = board.agents.get(session.user)
  const items = useMemo(() => deskItems(board, session.user), [board, session.user])
  const item = shownItem(items, chosen)
  // The desk rings by itself, and lets one switch that off.
  const pagePhone = usePagePhone(session, connection, { items, pageRings: true })
  const { station, choose: chooseStation, phone, phoneRings, expect } = pagePhone

  const control = async (wanted: DeskControl, on: DeskItem): Promise<void> => {
    if (isGiving(wanted) || wanted === 'keypad') return setDialog(wanted)
    if (wanted === 'answer') return phone?.answer()
    if (wanted === 'finish' && !(await workplace.current?.prepareToFinish())) return
    if (wanted === 'complete' && !(await workplace.current?.prepareToComplete())) return
    const command = commandOf(client, on, wanted)
    if (command) await actions.run(command, wanted)
  }
  const choose = (status: AgentLive['chosen']): void =>
    void actions.run(() => new ApiClient(session.token).chooseStatus(session.user, status))
  const call = async (number: string): Promise<void> => {
    const id = `ix-${randomId()}`
    expect(id)
    await client.call(number, id)
  }
  const give = async (number: string, mailbox: boolean): Promise<void> => {
    setDialog(undefined)
    await actions.run(async () => {
      if (dialog === 'call') await call(number)
      else if (item && dialog === 'transfer') await client.transfer(item.id, number, mailbox)
      else if (item && isGiving(dialog)) await client[dialog](item.id, number)
    })
  }
  const take = (what: Takeable): void =>
    void actions.run(async () => {
      expect(what.id)
      await (what.kind === 'parked' ? client.unpark(what.id) : client.pickUp(what.id))
    })
  const offered = takeables(board, session.user)
  const pickUp = (): void => {
    const rings = offered.find(({ kind }) => kind === 'rings')
    if (rings) take(rings)
  }
  useShortcuts((action) => {
    // Behind the log-in nobody sees what a key would do.
    if (connection.state.get() === 'over') return
    const note = workplace.current?.focus
    const toMessages = () => messages.current?.querySelector('button')?.focus()
    obey(action, {
      ...{ items, item, phoneRings, control, choose, setChosen, setDialog, note, pickUp },
      messages: toMessages,
    })
  })
  const leave = (): void => {
    phone?.stop()
    onLogOut()
  }

  return (
    <PageFrame
      app="desk"
      session={session}
      connection={connection}
      onLogOut={leave}
      aside={
        own && (
          <>
            <StationChoice
              {...{ station, phone }}
              agent={own}
              onChoose={chooseStation}
              onNoNumber={() => void actions.run(() => new ApiClient(session.token).chooseStation(session.user, null))}
              onAskNumber={() => setDialog('number')}
              onNoPhone={() => {
                chooseStation('phone')
                void actions.run(() => new ApiClient(session.token).chooseStation(session.user, null, true))
              }}
            />
            <OwnStatus
              agent={own}
              token={session.token}
              reasons={settings?.notReadyReasons ?? []}
              onFailure={actions.fail}
            />
          </>
        )
      }
    >
      {actions.failure !== '' && (
        <Alert color="red" withCloseButton closeButtonLabel={t('give.close')} onClose={actions.forget} role="alert">
          {actions.failure}
        </Alert>
      )}
      {own && !own.reachable && !own.phoneless && own.chosen === 'ready' && !phone && (
        <Alert color="yellow">{t('desk.noPhone', { extension: own.extension })}</Alert>
      )}
      {own && (
        <Columns
          {...{ own, items, item, settings, client, workplace, session, phone, phoneRings }}
          busy={actions.busy}
          onOther={(where) => (where === 'phone' ? chooseStation('phone') : setDialog('number'))}
          takesKeys={isInFlow(board, items)}
          takeables={offered}
          mailboxes={board.mailboxes}
          messages={messages}
          run={(work) => actions.run(work)}
          onCall={(number) => void actions.run(() => call(number))}
          onTake={take}
          onShow={setChosen}
          onDialog={setDialog}
          onControl={(wanted, on) => void control(wanted, on)}
          onReady={() => choose('ready')}
        />
      )}
      <Suspense>
        {(dialog === 'call' || (isGiving(dialog) && can(item, dialog))) && (
          <GiveCall
            kind={dialog}
            token={session.token}
            byPhone={item?.medium === 'voice'}
            onTake={(number, mailbox) => void give(number, mailbox)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {item && dialog === 'keypad' && can(item, dialog) && (
          <KeypadDialog
            onPress={(key, id) => client.keypad(item.id, key, id)}
            onFailure={actions.fail}
            onClose={() => setDialog(undefined)}
          />
        )}
        {own && dialog === 'number' && (
          <StationNumber
            number={own.station ?? ''}
            onNumber={(number) => new ApiClient(session.token).chooseStation(session.user, number)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {settings && dialog === 'text' && (
          <BeginText
            accounts={settings.textAccounts}
            onBegin={async (text) => setChosen((await client.beginText(text)).id)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {settings && dialog === 'fax' && (
          <BeginFax
            accounts={settings.faxAccounts}
            onBegin={async (fax) => setChosen((await client.beginFax(fax)).id)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {dialog === 'help' && <ShortcutHelp onClose={() => setDialog(undefined)} />}
      </Suspense>
    </PageFrame>
  )
}

/** Whether that can still be done: a call may end while a dialog about it is open. */
function can(item: DeskItem | undefined, control: DeskControl): boolean {
  return item !== undefined && controlsOf(item).includes(control)
}

/** What asks for somebody first: who shall have the call, be asked about it, or come into it. */
function isGiving(control: DeskControl | DeskDialog): control is 'transfer' | 'consult' | 'invite' {
  return control === 'transfer' || control === 'consult' || control === 'invite'
}
