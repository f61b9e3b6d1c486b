import { type Ref, useImperativeHandle, useRef, useState } from 'react'
import type { DeskSettings, Session } from '#api/contract'
import { Conversation } from '../../features/conversation/conversation.tsx'
import { ItemCard } from '../../features/desk-item/item-card.tsx'
import { ItemForm, type ItemFormHandle } from '../../features/item-form/item-form.tsx'
import { Mail } from '../../features/mail/mail.tsx'
import { NoteForm } from '../../features/note-form/note-form.tsx'
import { useNote } from '../../features/note-form/use-note.ts'
import { type DeskControl, type DeskItem, isWritten } from '../../models/desk.ts'
import styles from './desk-page.module.css'

/** What the page asks of the shown item. */
export interface WorkplaceHandle {
  /** Puts the cursor into the note. */
  focus(): void
  /** Saves what was typed; false when the queue asks for a code that is not there, or the server is away. */
  prepareToFinish(): Promise<boolean>
  /** Saves the form of a work item; false when it is not whole, or the server is away. */
  prepareToComplete(): Promise<boolean>
}

/** Time is asked for when less than this is left and somebody types. */
const SHORT_MS = 15_000

/** One contact, with what is written down of it. */
export function Workplace(props: {
  ref: Ref<WorkplaceHandle>
  item: DeskItem
  session: Session
  queue: DeskSettings['queues'][number] | undefined
  busy: DeskControl | undefined
  phoneRings: boolean
  onControl: (control: DeskControl) => void
  onMoreTime: () => Promise<unknown>
}) {
  const { item, queue, session } = props
  const keeper = useNote(item.id, session.token)
  const form = useRef<ItemFormHandle>(null)
  const [lacksCode, setLacksCode] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const asked = useRef<string | null>(null)
  const isAnswered = item.state !== 'offered'
  useImperativeHandle(props.ref, () => ({
    focus: () => place.current?.querySelector('textarea')?.focus(),
    prepareToFinish: async () => {
      const lacks = queue?.wrapUpCodeRequired === true && keeper?.get().draft.code === undefined
      setLacksCode(lacks)
      if (lacks) place.current?.querySelector('select')?.focus()
      return !lacks && (await keeper?.save()) !== false
    },
    prepareToComplete: async () => (await form.current?.prepare()) !== false,
  }))
  // Nobody loses the time while writing; the queue's limit is the end of it.
  const keepTime = (): void => {
    setLacksCode(false)
    const { state, until } = item
    if (state !== 'wrapping-up' || until === null || asked.current === until) return
    if (Date.parse(until) - Date.now() > SHORT_MS) return
    asked.current = until
    void props.onMoreTime().catch(() => {})
  }
  return (
    <ItemCard
      item={item}
      token={session.token}
      busy={props.busy}
      phoneRings={props.phoneRings}
      onControl={props.onControl}
    >
      {isWritten(item.medium) && (
        <div className={styles['conversation']}>
          {item.medium === 'email' ? (
            <Mail id={item.id} session={session} canWrite={item.state === 'connected'} />
          ) : (
            <Conversation id={item.id} session={session} canWrite={item.state === 'connected'} medium={item.medium} />
          )}
        </div>
      )}
      {item.medium === 'work-item' && (
        <ItemForm
          key={item.id}
          ref={form}
          interaction={item.id}
          token={session.token}
          canWrite={item.state === 'connected'}
        />
      )}
      <div ref={place}>
        {isAnswered && keeper && <NoteForm keeper={keeper} queue={queue} lacksCode={lacksCode} onTyping={keepTime} />}
      </div>
    </ItemCard>
  )
}
