import { ActionIcon, Alert, Button, Textarea } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { DeliveryView, InteractionView, MessageView, Session } from '#api/contract'
import { PARTS_OUT_MAX, textParts } from '#kernel/sms'
import { ConversationModel, type ConversationPage } from '../../models/conversation.ts'
import { ConversationMemory } from '../../models/conversation-memory.ts'
import { agentConversation } from '../../models/conversation-server.ts'
import { saveFile } from '../../models/save-file.ts'
import { FileChoice } from '../../ui/file-choice.tsx'
import { ResponseMenu } from '../../ui/response-menu.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './conversation.module.css'

const ID_BYTES = 16

function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(ID_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

/** A conversation in writing, seen and written by an agent. What was typed and not sent is there again after a reload. */
export function Conversation(props: {
  id: string
  session: Session
  canWrite: boolean
  medium: InteractionView['medium']
}) {
  const { id, session, canWrite, medium } = props
  const [model, setModel] = useState<ConversationModel | undefined>()
  useEffect(() => {
    const made = new ConversationModel({
      server: agentConversation(id, session.token),
      memory: new ConversationMemory(sessionStorage, `agent.${id}`),
      side: 'agent',
      random,
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    })
    made.resume()
    setModel(made)
    return () => made.close()
  }, [id, session.token])
  if (!model) return null
  return <Panel key={id} {...{ id, model, canWrite, medium }} token={session.token} />
}

function Panel(props: {
  id: string
  model: ConversationModel
  canWrite: boolean
  token: string
  medium: InteractionView['medium']
}) {
  const { id, model, canWrite, token, medium } = props
  const isText = medium === 'sms'
  const { t } = useWords()
  const page = useStore(model)
  const unread = page.lines.findLast(({ by }) => by === 'customer')?.id
  useEffect(() => {
    if (canWrite && unread !== undefined) model.read()
  }, [model, canWrite, unread])
  return (
    <section
      className={styles['panel']}
      aria-label={t('conversation.title')}
      data-conversation={id}
      data-state={page.state}
    >
      {page.state === 'refused' && (
        <Alert color="red">{t('conversation.refused', { problem: page.problem ?? '' })}</Alert>
      )}
      <Lines
        model={model}
        page={page}
        leaves={isText || medium === 'fax'}
        onResend={isText ? (line) => model.resend(line) : undefined}
      />
      {page.otherTypes && <div className={styles['sign']}>{t('conversation.types')}</div>}
      {!page.online && page.state !== 'over' && page.state !== 'starting' && page.state !== 'refused' && (
        <div className={styles['sign']} role="status">
          {t('conversation.offline')}
        </div>
      )}
      {canWrite && page.state !== 'over' && page.state !== 'refused' && (
        <Composer id={id} model={model} token={token} isText={isText} />
      )}
    </section>
  )
}

function Lines(props: {
  model: ConversationModel
  page: ConversationPage
  /** Each line of an agent leaves as a message of its own, of which something becomes. */
  leaves: boolean
  onResend: ((line: string) => Promise<void>) | undefined
}) {
  const { model, page, leaves, onResend } = props
  const { t } = useWords()
  const end = useRef<HTMLDivElement>(null)
  const count = page.lines.length + page.unsent.length
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [count])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <div className={styles['lines']} role="log" aria-live="polite" aria-label={t('conversation.lines')} tabIndex={0}>
      {page.lines.map((line) => (
        <Line key={line.id} line={line} model={model} isSeen={line.id === page.seen}>
          {leaves && line.by === 'agent' && (
            <Delivery
              delivery={page.deliveries.find(({ message }) => message === line.id)}
              onResend={page.state === 'over' || !onResend ? undefined : () => onResend(line.id)}
            />
          )}
        </Line>
      ))}
      {page.unsent.map(({ id, text, files }) => (
        <div key={id} className={`${styles['line']} ${styles['own']}`} data-unsent>
          {text || files.map(({ name }) => name).join(', ')}
          <span className={styles['aside']}>
            {t(page.state === 'over' ? 'conversation.unsent' : 'conversation.sending')}
          </span>
        </div>
      ))}
      <div ref={end} />
    </div>
  )
}

function Line(props: { line: MessageView; model: ConversationModel; isSeen: boolean; children?: ReactNode }) {
  const { line, model, isSeen } = props
  const { t, language } = useWords()
  const time = new Date(line.at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })
  if (line.note) {
    return (
      <div className={styles['note']} data-note={line.note}>
        {t(`conversation.${line.note}`, { name: line.name ?? t('conversation.customer') })} · {time}
      </div>
    )
  }
  const isOwn = line.by === 'agent'
  return (
    <div className={`${styles['line']} ${isOwn ? styles['own'] : ''}`} data-line={line.id}>
      <span className={styles['who']}>
        {isOwn ? line.name : t('conversation.customer')} · {time}
      </span>
      {line.text}
      {line.files.map(({ hash, name }) => (
        <Button key={hash} size="compact-sm" variant="default" onClick={() => void download(model, hash, name)}>
          {name}
        </Button>
      ))}
      {isSeen && <span className={styles['aside']}>{t('conversation.seen')}</span>}
      {props.children}
    </div>
  )
}

const DELIVERY_WORDS = {
  waiting: 'conversation.deliveryWaiting',
  sent: 'conversation.deliverySent',
  delivered: 'conversation.deliveryDelivered',
  failed: 'conversation.deliveryFailed',
  uncertain: 'conversation.deliveryUncertain',
} as const

/** What became of a line that left as a text message. Whether it is sent again is for people to say: it might arrive twice. */
function Delivery(props: { delivery: DeliveryView | undefined; onResend: (() => Promise<void>) | undefined }) {
  const { t } = useWords()
  const [isAsking, setAsking] = useState(false)
  const { state = 'waiting', reason = null } = props.delivery ?? {}
  const resend = (): void => {
    setAsking(true)
    props
      .onResend?.()
      .catch(() => {})
      .finally(() => setAsking(false))
  }
  return (
    <span className={styles['aside']} data-delivery={state}>
      {t(DELIVERY_WORDS[state], { reason: reason ?? '' })}
      {(state === 'uncertain' || state === 'failed') && props.onResend && (
        <Button size="compact-xs" variant="subtle" loading={isAsking} onClick={resend}>
          {t('conversation.resend')}
        </Button>
      )}
    </span>
  )
}

async function download(model: ConversationModel, hash: string, name: string): Promise<void> {
  const content = await model.file(hash).catch(() => undefined)
  if (content) saveFile(name, content.type, content)
}

function Composer(props: { id: string; model: ConversationModel; token: string; isText: boolean }) {
  const { id, model, token, isText } = props
  const { t } = useWords()
  const draft = `tandem.draft.${id}`
  const [text, setText] = useState(() => sessionStorage.getItem(draft) ?? '')
  const [problem, setProblem] = useState('')
  const [isAttaching, setAttaching] = useState(false)
  const change = (value: string): void => {
    setText(value)
    sessionStorage.setItem(draft, value)
    if (value !== '') model.typing()
  }
  const messages = isText ? textParts(text).parts.length : 1
  const isTooLong = messages > PARTS_OUT_MAX
  const send = (): void => {
    if (isTooLong) return
    model.write(text)
    setText('')
    sessionStorage.removeItem(draft)
  }
  const attach = (file: File): void => {
    setProblem('')
    setAttaching(true)
    model
      .attach(file)
      .catch((reason: unknown) => setProblem(reason instanceof Error ? reason.message : ''))
      .finally(() => setAttaching(false))
  }
  return (
    <>
      {problem !== '' && <Alert color="orange">{t('conversation.fileFailed', { problem })}</Alert>}
      <div className={styles['composer']}>
        <Textarea
          className={styles['text']}
          aria-label={t('conversation.write')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={4000}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <ResponseMenu
          label={t('conversation.responses')}
          id={id}
          token={token}
          onChoose={(response) => change(text === '' ? response : `${text} ${response}`)}
        />
        {!isText && (
          <FileChoice onChoose={attach}>
            {(file) => (
              <ActionIcon
                {...file}
                variant="default"
                size="lg"
                loading={isAttaching}
                aria-label={t('conversation.attach')}
                title={t('conversation.attach')}
              >
                +
              </ActionIcon>
            )}
          </FileChoice>
        )}
        <Button onClick={send} disabled={text.trim() === '' || isTooLong}>
          {t('conversation.send')}
        </Button>
      </div>
      {isText && text !== '' && (
        <span className={styles['sign']} role="status" data-messages={messages}>
          {t(isTooLong ? 'conversation.tooLong' : 'conversation.length', { count: messages, most: PARTS_OUT_MAX })}
        </span>
      )}
    </>
  )
}
