import { ActionIcon, Alert, Button, FileButton, Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { MessageView, Session } from '#api/contract'
import { ConversationModel, type ConversationPage } from '../../models/conversation.ts'
import { ConversationMemory } from '../../models/conversation-memory.ts'
import { agentConversation } from '../../models/conversation-server.ts'
import { saveFile } from '../../models/save-file.ts'
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
export function Conversation({ id, session, canWrite }: { id: string; session: Session; canWrite: boolean }) {
  const [model, setModel] = useState<ConversationModel | undefined>()
  useEffect(() => {
    const made = new ConversationModel({
      server: agentConversation(location.origin, id, session.token),
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
  return model ? <Panel key={id} id={id} model={model} canWrite={canWrite} token={session.token} /> : null
}

function Panel(props: { id: string; model: ConversationModel; canWrite: boolean; token: string }) {
  const { id, model, canWrite, token } = props
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
      <Lines model={model} page={page} />
      {page.otherTypes && <div className={styles['sign']}>{t('conversation.types')}</div>}
      {!page.online && page.state !== 'over' && page.state !== 'starting' && page.state !== 'refused' && (
        <div className={styles['sign']} role="status">
          {t('conversation.offline')}
        </div>
      )}
      {canWrite && page.state !== 'over' && page.state !== 'refused' && (
        <Composer id={id} model={model} token={token} />
      )}
    </section>
  )
}

function Lines({ model, page }: { model: ConversationModel; page: ConversationPage }) {
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
        <Line key={line.id} line={line} model={model} isSeen={line.id === page.seen} />
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

function Line({ line, model, isSeen }: { line: MessageView; model: ConversationModel; isSeen: boolean }) {
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
    </div>
  )
}

async function download(model: ConversationModel, hash: string, name: string): Promise<void> {
  const content = await model.file(hash).catch(() => undefined)
  if (content) saveFile(name, content.type, content)
}

function Composer({ id, model, token }: { id: string; model: ConversationModel; token: string }) {
  const { t } = useWords()
  const draft = `tandem.draft.${id}`
  const [text, setText] = useState(() => sessionStorage.getItem(draft) ?? '')
  const [problem, setProblem] = useState('')
  const change = (value: string): void => {
    setText(value)
    sessionStorage.setItem(draft, value)
    if (value !== '') model.typing()
  }
  const send = (): void => {
    model.write(text)
    setText('')
    sessionStorage.removeItem(draft)
  }
  const attach = (file: File | null): void => {
    setProblem('')
    if (file) model.attach(file).catch((reason: unknown) => setProblem(reason instanceof Error ? reason.message : ''))
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
        <FileButton onChange={attach}>
          {(props) => (
            <ActionIcon {...props} variant="default" size="lg" aria-label={t('conversation.attach')}>
              +
            </ActionIcon>
          )}
        </FileButton>
        <Button onClick={send} disabled={text.trim() === ''}>
          {t('conversation.send')}
        </Button>
      </div>
    </>
  )
}
