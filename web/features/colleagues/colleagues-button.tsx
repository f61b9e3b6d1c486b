import { Button } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Session } from '#api/contract'
import type { LiveConnection } from '../../models/live-connection.ts'
import { randomId } from '../../models/random-id.ts'
import { RoomsModel } from '../../models/rooms.ts'
import { RoomsClient } from '../../models/rooms-client.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'

// Not needed before somebody asks for it.
const ColleaguesDialog = lazy(async () => ({ default: (await import('./colleagues-dialog.tsx')).ColleaguesDialog }))

/** Stands in the header: what colleagues wrote, and how much of it was not seen. */
export function ColleaguesButton({ session, connection }: { session: Session; connection: LiveConnection }) {
  const { t } = useWords()
  // The model lives as long as the page; its words may be of another language by then.
  const words = useRef(t)
  words.current = t
  const [model, setModel] = useState<RoomsModel | undefined>()
  useEffect(() => {
    const made = new RoomsModel({
      server: new RoomsClient(session.token, session.user),
      random: randomId,
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      told: (room, line) => {
        const name = room.members.find(({ user }) => user === line.from)?.name ?? line.from
        notify(words.current('colleagues.told', { name }), line.text)
      },
    })
    setModel(made)
    return () => made.close()
  }, [session.token, session.user])
  return model ? <Opened model={model} session={session} connection={connection} /> : null
}

function Opened(props: { model: RoomsModel; session: Session; connection: LiveConnection }) {
  const { model } = props
  const { t } = useWords()
  const { unread } = useStore(model)
  const [isOpen, setIsOpen] = useState(false)
  const close = (): void => {
    model.show(undefined)
    setIsOpen(false)
  }
  return (
    <>
      <Button variant="subtle" color="gray" data-colleagues data-unread={unread} onClick={() => setIsOpen(true)}>
        {t('colleagues.open')}
        {unread > 0 && ` · ${t('colleagues.unread', { count: unread })}`}
      </Button>
      {isOpen && (
        <Suspense>
          <ColleaguesDialog {...props} onClose={close} />
        </Suspense>
      )}
    </>
  )
}

/** On the desktop, for who has allowed it and looks elsewhere. */
function notify(title: string, body: string): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || !document.hidden) return
  new Notification(title, { body, tag: 'tandem-colleagues' })
}
