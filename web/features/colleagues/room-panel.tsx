import { Button, Textarea } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { RoomLineView, RoomView } from '#api/contract'
import type { RoomsModel, UnsentRoomLine } from '../../models/rooms.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './colleagues.module.css'

/** What a room is called for this user: its name, or everybody else. */
export function titleOf({ name, members }: RoomView, user: string): string {
  const others = members.filter((one) => one.user !== user).map((one) => one.name)
  return name ?? (others.join(', ') || members.map((one) => one.name).join(', '))
}

/** One room: what was written, and what is being written. */
export function RoomPanel(props: {
  model: RoomsModel
  room: RoomView
  unsent: readonly UnsentRoomLine[]
  user: string
}) {
  const { model, room, unsent, user } = props
  const { t } = useWords()
  const end = useRef<HTMLDivElement>(null)
  const count = room.lines.length + unsent.length
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [count])
  const seen = room.members.filter((one) => one.user !== user && one.read >= room.written).map(({ name }) => name)
  return (
    <>
      <div className={styles['bar']}>
        <Button size="compact-sm" variant="default" onClick={() => model.show(undefined)}>
          {t('colleagues.back')}
        </Button>
        {!room.direct && (
          <Button size="compact-sm" variant="default" onClick={() => void model.leave(room.id).catch(() => {})}>
            {t('colleagues.leave')}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <div className={styles['lines']} role="log" aria-live="polite" aria-label={t('colleagues.lines')} tabIndex={0}>
        {count === 0 && <p className={styles['sign']}>{t('colleagues.nothing')}</p>}
        {room.lines.map((line) => (
          <Line key={line.id} line={line} room={room} isOwn={line.from === user} />
        ))}
        {unsent.map(({ id, text, problem }) => (
          <div key={id} className={`${styles['line']} ${styles['own']}`} data-unsent>
            {text}
            <span className={styles['who']}>
              {problem === undefined ? t('colleagues.sending') : t('colleagues.refused', { problem })}
            </span>
          </div>
        ))}
        {room.written > 0 && seen.length > 0 && (
          <p className={styles['sign']}>{t('colleagues.seen', { names: seen.join(', ') })}</p>
        )}
        {room.typing && (
          <p className={styles['sign']} data-typing>
            {t('colleagues.typing', { names: room.typing.join(', ') })}
          </p>
        )}
        <div ref={end} />
      </div>
      <Composer model={model} />
    </>
  )
}

function Line({ line, room, isOwn }: { line: RoomLineView; room: RoomView; isOwn: boolean }) {
  const { t, language } = useWords()
  const time = new Date(line.at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })
  const name = room.members.find(({ user }) => user === line.from)?.name ?? line.from
  return (
    <div className={`${styles['line']} ${isOwn ? styles['own'] : ''}`} data-line={line.id}>
      <span className={styles['who']}>
        {isOwn ? t('colleagues.you') : name} · {time}
      </span>
      {line.text}
    </div>
  )
}

/** Enter sends, with Shift it begins a new line. */
function Composer({ model }: { model: RoomsModel }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const send = (): void => {
    model.write(text)
    setText('')
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <div className={styles['composer']}>
      <Textarea
        label={t('colleagues.write')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={4_000}
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          model.typing()
        }}
        onKeyDown={press}
      />
      <Button onClick={send} disabled={text.trim() === ''}>
        {t('colleagues.send')}
      </Button>
    </div>
  )
}
