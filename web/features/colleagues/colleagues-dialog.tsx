import { Button, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { DirectoryEntry, Presence, RoomView, Session } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { browserClock } from '../../models/clock.ts'
import type { LiveConnection } from '../../models/live-connection.ts'
import type { RoomsModel } from '../../models/rooms.ts'
import { RoomsClient } from '../../models/rooms-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { NoteField } from '../../ui/note-field.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './colleagues.module.css'
import { PresenceLine } from './presence-line.tsx'
import { RoomPanel, titleOf } from './room-panel.tsx'

/** Nobody and no group has a longer name; a longer one the server refuses. */
const SEARCH_CHARS_MAX = 100

/** Typing is faster than this. */
const SEARCH_AFTER_MS = 150

/** What colleagues wrote: the rooms, or one of them. */
export function ColleaguesDialog(props: {
  model: RoomsModel
  session: Session
  connection: LiveConnection
  onClose: () => void
}) {
  const { model, session, connection } = props
  const { t } = useWords()
  const page = useStore(model)
  const room = page.rooms.find(({ id }) => id === page.shown)
  return (
    <Dialog
      title={room ? titleOf(room, session.user) : t('colleagues.title')}
      closeLabel={t('colleagues.close')}
      onClose={props.onClose}
    >
      {!page.online && (
        <p className={styles['sign']} role="status">
          {t('colleagues.offline')}
        </p>
      )}
      {room ? (
        <RoomPanel model={model} room={room} unsent={page.unsent[room.id] ?? []} user={session.user} />
      ) : (
        <Rooms model={model} rooms={page.rooms} session={session} connection={connection} />
      )}
    </Dialog>
  )
}

function Rooms(props: { model: RoomsModel; rooms: readonly RoomView[]; session: Session; connection: LiveConnection }) {
  const { model, rooms, session, connection } = props
  const { t } = useWords()
  const [search, setSearch] = useState('')
  const [failed, setFailed] = useState(false)
  const found = useColleagues(search, session)
  const followed = useFollowed(found, connection)
  const open = (user: string): void => {
    setFailed(false)
    void model.open([user]).catch(() => setFailed(true))
  }
  return (
    <>
      <OwnNote session={session} connection={connection} onFailure={() => setFailed(true)} />
      <TextInput
        label={t('colleagues.search')}
        placeholder={t('colleagues.searchHint')}
        maxLength={SEARCH_CHARS_MAX}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {failed && <p role="alert">{t('colleagues.failed')}</p>}
      {search.trim() !== '' && (
        <ul className={styles['list']} aria-label={t('colleagues.search')}>
          {found.map(({ name, displayName, presence }) => (
            <li key={name} className={styles['colleague']}>
              <Button variant="subtle" fullWidth justify="start" data-colleague={name} onClick={() => open(name)}>
                {displayName}
              </Button>
              {presence && <PresenceLine presence={followed.get(name) ?? presence} />}
            </li>
          ))}
          {found.length === 0 && <li className={styles['sign']}>{t('colleagues.none')}</li>}
        </ul>
      )}
      <ul className={styles['list']} aria-label={t('colleagues.rooms')}>
        {rooms.map((room) => (
          <li key={room.id}>
            <Button
              variant="subtle"
              color="gray"
              fullWidth
              justify="start"
              data-room={room.id}
              onClick={() => model.show(room.id)}
            >
              <span className={styles['room']}>
                {titleOf(room, session.user)}
                {room.unread > 0 && ` · ${t('colleagues.unread', { count: room.unread })}`}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {rooms.length === 0 && search.trim() === '' && <p className={styles['sign']}>{t('colleagues.empty')}</p>}
      <NewGroup model={model} found={found} />
    </>
  )
}

/** What colleagues read beside one's own status. */
function OwnNote(props: { session: Session; connection: LiveConnection; onFailure: () => void }) {
  const { token, user } = props.session
  const { t } = useWords()
  const { agents } = useStore(props.connection.board)
  const own = agents.get(user)
  if (!own) return null
  const save = (note: string | null): void =>
    void new ApiClient(token).send('PUT', `/agents/${encodeURIComponent(user)}/note`, { note }).catch(props.onFailure)
  return (
    <NoteField
      label={t('colleagues.note')}
      hint={t('colleagues.noteHint')}
      save={t('colleagues.noteSave')}
      note={own.note ?? null}
      onSave={save}
    />
  )
}

/** A group of those who were just found. */
function NewGroup({ model, found }: { model: RoomsModel; found: readonly DirectoryEntry[] }) {
  const { t } = useWords()
  const [name, setName] = useState('')
  if (found.length < 2) return null
  const create = (): void =>
    void model
      .open(
        found.map((one) => one.name),
        name.trim(),
      )
      .catch(() => {})
  return (
    <fieldset className={styles['group']}>
      <legend>{t('colleagues.group')}</legend>
      <p className={styles['sign']}>{found.map(({ displayName }) => displayName).join(', ')}</p>
      <TextInput
        label={t('colleagues.groupName')}
        maxLength={SEARCH_CHARS_MAX}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button disabled={name.trim() === ''} onClick={create}>
        {t('colleagues.create')}
      </Button>
    </fieldset>
  )
}

/** The presence of those who were found, as it changes. */
function useFollowed(found: readonly DirectoryEntry[], connection: LiveConnection): ReadonlyMap<string, Presence> {
  const names = found.map(({ name }) => name).join(' ')
  useEffect(() => {
    connection.follow(names === '' ? [] : names.split(' '))
    return () => connection.follow([])
  }, [names, connection])
  return useStore(connection.board).colleagues
}

function useColleagues(search: string, { token, user }: Session): readonly DirectoryEntry[] {
  const [found, setFound] = useState<readonly DirectoryEntry[]>([])
  useEffect(() => {
    if (search.trim() === '') return setFound([])
    let isCurrent = true
    const stop = browserClock.after(SEARCH_AFTER_MS, () => {
      new RoomsClient(token, user).colleagues(search).then(
        (entries) => isCurrent && setFound(entries),
        () => isCurrent && setFound([]),
      )
    })
    return () => {
      isCurrent = false
      stop()
    }
  }, [search, token, user])
  return found
}
