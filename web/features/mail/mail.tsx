import { Alert, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { MessageView, Session } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { browserClock } from '../../models/clock.ts'
import { ConversationModel } from '../../models/conversation.ts'
import { ConversationMemory } from '../../models/conversation-memory.ts'
import { agentConversation } from '../../models/conversation-server.ts'
import { MailWriter, type PassedOn } from '../../models/mail-writer.ts'
import { randomId } from '../../models/random-id.ts'
import { saveFile } from '../../models/save-file.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './mail.module.css'
import { MailComposer } from './mail-composer.tsx'
import { MailFrame } from './mail-frame.tsx'

/** How often it is looked how far a sent mail is. */
const LOOK_MS = 3_000

/** A thread of mails, read and answered by an agent. */
export function Mail({ id, session, canWrite }: { id: string; session: Session; canWrite: boolean }) {
  const model = useModel(id, session.token)
  return model ? <Thread key={id} id={id} model={model} canWrite={canWrite} token={session.token} /> : null
}

function useModel(id: string, token: string): ConversationModel | undefined {
  const [model, setModel] = useState<ConversationModel | undefined>()
  useEffect(() => {
    const made = new ConversationModel({
      server: agentConversation(id, token),
      memory: new ConversationMemory(sessionStorage, `agent.${id}`),
      side: 'agent',
      random: randomId,
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    })
    made.resume()
    setModel(made)
    return () => made.close()
  }, [id, token])
  return model
}

function writerOf(id: string, token: string, passesOn?: PassedOn): MailWriter {
  const api = new ApiClient(token)
  const path = `/interactions/${encodeURIComponent(id)}/mail`
  const [draft, sent] = passesOn ? [`${path}/forward`, `${path}/forwards`] : [`${path}/draft`, `${path}/answers`]
  const files = agentConversation(id, token)
  return new MailWriter({
    interaction: id,
    ...(passesOn && { passesOn }),
    server: {
      read: () => api.read(path),
      save: (typed) => api.send('PUT', draft, typed),
      send: (mail) => api.send('POST', sent, mail),
      upload: (file) => files.upload(id, token, file),
      drop: () => api.send('DELETE', draft),
    },
    storage: sessionStorage,
    clock: browserClock,
    random: randomId,
    passes: (problem) =>
      problem instanceof ApiProblem && (problem.status === 0 || problem.status === 429 || problem.status >= 500),
  })
}

function useWriter(id: string, token: string, canWrite: boolean): MailWriter | undefined {
  const [writer, setWriter] = useState<MailWriter | undefined>()
  useEffect(() => {
    if (!canWrite) return
    const made = writerOf(id, token)
    const timer = setInterval(() => void made.look(), LOOK_MS)
    setWriter(made)
    return () => {
      clearInterval(timer)
      made.close()
      setWriter(undefined)
    }
  }, [id, token, canWrite])
  return writer
}

function Thread(props: { id: string; model: ConversationModel; canWrite: boolean; token: string }) {
  const { id, model, canWrite, token } = props
  const { t } = useWords()
  const page = useStore(model)
  const writer = useWriter(id, token, canWrite && page.state !== 'over')
  const forwarding = useForwarding(writer, page.lines)
  return (
    <section className={styles['panel']} aria-label={t('mail.title')} data-mails={id} data-state={page.state}>
      {page.state === 'refused' && (
        <Alert color="red">{t('conversation.refused', { problem: page.problem ?? '' })}</Alert>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <div className={styles['lines']} role="log" aria-label={t('conversation.lines')} tabIndex={0}>
        {page.lines.map((line) => (
          <Line key={line.id} {...{ id, line, model, token, writer }} forwarding={forwarding} />
        ))}
      </div>
      {!page.online && page.state !== 'over' && page.state !== 'starting' && page.state !== 'refused' && (
        <div className={styles['sign']} role="status">
          {t('conversation.offline')}
        </div>
      )}
      {writer && forwarding.line && (
        <Forward key={forwarding.line.id} {...{ id, token }} line={forwarding.line} onEnd={forwarding.end} />
      )}
      {writer && !forwarding.line && <MailComposer id={id} token={token} writer={writer} />}
    </section>
  )
}

/** Which mail is being passed on, if any. */
interface Forwarding {
  readonly line: MessageView | undefined
  begin(message: string): void
  end(): void
}

/** One that was begun before a reload, or on another page, goes on. */
function useForwarding(writer: MailWriter | undefined, lines: readonly MessageView[]): Forwarding {
  const [message, setMessage] = useState<string | undefined>()
  useEffect(() => {
    let isKnown = false
    const look = (): void => {
      const desk = writer?.get().desk
      if (isKnown || !desk) return
      isKnown = true
      if (desk.forward) setMessage(desk.forward.forwards)
    }
    look()
    return writer?.subscribe(look)
  }, [writer])
  return { line: lines.find(({ id }) => id === message), begin: setMessage, end: () => setMessage(undefined) }
}

/** A mail that is passed on, as it is written; it ends when it was sent, or shall not be. */
function Forward(props: { id: string; token: string; line: MessageView; onEnd: () => void }) {
  const { id, token, line, onEnd } = props
  const [writer, setWriter] = useState<MailWriter | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the line of an id never changes.
  useEffect(() => {
    const made = writerOf(id, token, { message: line.id, subject: line.mail?.subject ?? '', files: line.files })
    const unfollow = made.subscribe(() => {
      const { state } = made.get()
      if (state === 'sent' || state === 'discarded') onEnd()
    })
    setWriter(made)
    return () => {
      unfollow()
      made.close()
    }
  }, [id, token, line.id])
  return writer ? <MailComposer {...{ id, token, writer }} passesOn={line.mail?.from ?? ''} /> : null
}

interface LineProps {
  readonly id: string
  readonly line: MessageView
  readonly model: ConversationModel
  readonly token: string
  readonly writer: MailWriter | undefined
  readonly forwarding: Forwarding
}

function Line({ id, line, model, token, writer, forwarding }: LineProps) {
  const { t, language } = useWords()
  const [isFormatted, setFormatted] = useState(false)
  const time = new Date(line.at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' })
  if (line.note) {
    return (
      <div className={styles['sign']} data-note={line.note}>
        {t(`conversation.${line.note}`, { name: line.name ?? t('conversation.customer') })} · {time}
      </div>
    )
  }
  const { mail } = line
  return (
    <article className={`${styles['mail']} ${line.by === 'agent' ? styles['own'] : ''}`} data-line={line.id}>
      <header className={styles['head']}>
        <strong>{mail?.subject}</strong>
        <span>
          {t('mail.from', { from: line.by === 'agent' ? line.name : mail?.from, to: mail?.to.join(', ') })} · {time}
        </span>
        {mail?.forwards && <em>{t('mail.forwarded')}</em>}
        {mail?.aside && <em>{t('mail.aside')}</em>}
        {mail?.automatic && <em>{t(`mail.${mail.automatic}`)}</em>}
        {line.by === 'agent' && writer && <HowFar message={line.id} writer={writer} />}
      </header>
      {isFormatted ? (
        <MailFrame id={id} message={line.id} token={token} />
      ) : (
        <div className={styles['text']}>{line.text}</div>
      )}
      {mail?.omitted.map((what) => (
        <div key={what} className={styles['sign']}>
          {t('mail.omitted', { what })}
        </div>
      ))}
      <div className={styles['buttons']}>
        {mail?.html && (
          <Button size="compact-sm" variant="default" onClick={() => setFormatted(!isFormatted)}>
            {t(isFormatted ? 'mail.hide' : 'mail.show')}
          </Button>
        )}
        {mail && writer && !forwarding.line && (
          <Button size="compact-sm" variant="default" onClick={() => forwarding.begin(line.id)}>
            {t('mail.forward')}
          </Button>
        )}
        {line.files.map(({ hash, name }) => (
          <Button key={hash} size="compact-sm" variant="default" onClick={() => void download(model, hash, name)}>
            {name}
          </Button>
        ))}
      </div>
    </article>
  )
}

/** How far a mail of ours is; the server has forgotten those that were sent long ago. */
function HowFar({ message, writer }: { message: string; writer: MailWriter }) {
  const { t } = useWords()
  const { desk } = useStore(writer)
  const found = desk?.outgoing.find((one) => one.message === message)
  if (!found) return null
  return <em data-mail-state={found.state}>{t(`mail.${found.state}`, { reason: found.reason ?? '' })}</em>
}

async function download(model: ConversationModel, hash: string, name: string): Promise<void> {
  const content = await model.file(hash).catch(() => undefined)
  if (content) saveFile(name, content.type, content)
}
