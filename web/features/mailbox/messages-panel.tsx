import { Button } from '@mantine/core'
import { type ReactNode, useRef, useState } from 'react'
import type { AgentLive, MailboxView, VoiceMessageView } from '#api/contract'
import { clockDuration } from '../../models/duration.ts'
import { isCallable, MailboxClient, unheardOf, type VoiceMark } from '../../models/mailbox.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { usePoller } from '../../ui/use-poller.ts'
import styles from './messages-panel.module.css'

/** What somebody looks through at once; more is asked for. */
const PAGE = 10
/** The most that the server lists at once. */
const SHOWN_MAX = 200
/** What changes is told at once; this is for an answer that was lost. */
const READ_EVERY_MS = 30_000

interface MessagesProps {
  readonly own: Pick<AgentLive, 'user' | 'queues'>
  readonly mailboxes: ReadonlyMap<string, MailboxView>
  readonly token: string
  /** Plays a recording, and tells when it is heard. */
  readonly player: (id: string, onPlay: () => void) => ReactNode
  readonly onCall: (number: string) => void
  /** Does something; a failure is told in words. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>
}

/** What callers said for this agent and for its queues: who, when, how long; heard, answered by a call, removed. */
export function MessagesPanel(props: MessagesProps) {
  const { t } = useWords()
  const { own, mailboxes, token, run } = props
  const [limit, setLimit] = useState(PAGE)
  const [opened, setOpened] = useState<string | undefined>()
  const [removed, setRemoved] = useState<VoiceMessageView | undefined>()
  const client = new MailboxClient(token)
  const { value, failed, refresh } = usePoller(
    () => client.messages(limit),
    READ_EVERY_MS,
    `${token} ${limit} ${useChanges(mailboxes)}`,
  )
  const mark = async (message: VoiceMessageView, as: VoiceMark): Promise<void> => {
    if (!(await run(() => client.mark(message.id, as)))) return
    if (as === 'removed') setRemoved(message)
    if (as === 'restored') setRemoved(undefined)
    refresh()
  }
  const unheard = unheardOf(mailboxes, own)
  return (
    <div data-messages data-unheard={unheard}>
      <Panel
        title={t('messages.title')}
        aside={
          unheard > 0 ? <span className={styles['badge']}>{t('messages.unheard', { count: unheard })}</span> : undefined
        }
      >
        {removed && (
          <p className={styles['removed']} role="status">
            {t('messages.removed', { who: removed.name ?? (removed.from || t('item.unknown')) })}
            <Button size="compact-xs" variant="default" onClick={() => void mark(removed, 'restored')} data-undo>
              {t('messages.undo')}
            </Button>
          </p>
        )}
        {value?.items.length === 0 && <Empty title={t('messages.none')} />}
        {!value && <Empty title={t(failed ? 'messages.failed' : 'messages.loading')} />}
        {value && value.items.length > 0 && (
          <ul className={styles['list']}>
            {value.items.map((message) => (
              <Message
                key={message.id}
                {...props}
                message={message}
                isOpen={opened === message.id}
                onOpen={(isOpen) => setOpened(isOpen ? message.id : undefined)}
                onMark={(as) => void mark(message, as)}
              />
            ))}
          </ul>
        )}
        {value?.next != null && limit < SHOWN_MAX && (
          <div className={styles['more']}>
            <Button size="xs" variant="default" onClick={() => setLimit(Math.min(SHOWN_MAX, 2 * limit))}>
              {t('messages.more')}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

function Message(
  props: MessagesProps & {
    readonly message: VoiceMessageView
    readonly isOpen: boolean
    readonly onOpen: (isOpen: boolean) => void
    readonly onMark: (as: VoiceMark) => void
  },
) {
  const { t } = useWords()
  const { message, own, isOpen, onMark } = props
  const who = message.name ?? (message.from || t('item.unknown'))
  return (
    <li className={styles['entry']} data-message={message.id} data-heard={message.heard !== null}>
      <div className={styles['text']}>
        <span className={styles['who']}>{who}</span>
        <About message={message} own={own.user} />
      </div>
      <div className={styles['tools']}>
        {message.sound === 'kept' && (
          <Button
            size="xs"
            variant={message.heard ? 'default' : 'filled'}
            aria-expanded={isOpen}
            aria-label={`${t(isOpen ? 'messages.close' : 'messages.listen')}: ${who}`}
            onClick={() => props.onOpen(!isOpen)}
            data-listen
          >
            {t(isOpen ? 'messages.close' : 'messages.listen')}
          </Button>
        )}
        {isCallable(message.from) && (
          <Button
            size="xs"
            variant="default"
            aria-label={`${t('messages.call')}: ${who}`}
            onClick={() => props.onCall(message.from)}
          >
            {t('messages.call')}
          </Button>
        )}
        {message.heard && (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`${t('messages.renew')}: ${who}`}
            onClick={() => onMark('unheard')}
          >
            {t('messages.renew')}
          </Button>
        )}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          aria-label={`${t('messages.remove')}: ${who}`}
          onClick={() => onMark('removed')}
          data-remove
        >
          {t('messages.remove')}
        </Button>
      </div>
      {isOpen && (
        <div className={styles['player']}>
          {props.player(message.id, () => {
            if (!message.heard) onMark('heard')
          })}
        </div>
      )}
    </li>
  )
}

/** When it was left, how long it is, for whom, and who has heard it. */
function About({ message, own }: { message: VoiceMessageView; own: string }) {
  const { t, language } = useWords()
  const { at, durationMs, mailbox, sound, heard } = message
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' })
  return (
    <span className={styles['about']}>
      <time dateTime={at}>{moment.format(new Date(at))}</time>
      {` · ${clockDuration(durationMs)} · `}
      {mailbox === own ? t('messages.forYou') : t('messages.forQueue', { queue: mailbox })}
      {sound !== 'kept' && ` · ${t(`messages.${sound}`)}`}
      {heard && ` · ${t('messages.heardBy', { user: heard.by })}`}
    </span>
  )
}

/** How often it has become another. */
function useChanges(of: unknown): number {
  const seen = useRef({ of, count: 0 })
  if (seen.current.of !== of) seen.current = { of, count: seen.current.count + 1 }
  return seen.current.count
}
