import { Alert, Button, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { htmlOf, type MailWriter } from '../../models/mail-writer.ts'
import { FileChoice } from '../../ui/file-choice.tsx'
import { ResponseMenu } from '../../ui/response-menu.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './mail.module.css'

interface MailComposerProps {
  readonly id: string
  readonly token: string
  readonly writer: MailWriter
  /** Set when a mail is passed on: from whom it is. */
  readonly passesOn?: string
}

/** A mail as it is written: to whom, about what, formatted text and files. */
export function MailComposer({ id, token, writer, passesOn }: MailComposerProps) {
  const { t } = useWords()
  const { draft, state, problem, desk } = useStore(writer)
  const [failed, setFailed] = useState('')
  if (!desk) return null
  const addresses = (text: string) => text.split(/[,;\s]+/).filter((one) => one !== '')
  const attach = (file: File): void => {
    setFailed('')
    writer.attach(file).catch((reason: unknown) => setFailed(reason instanceof Error ? reason.message : ''))
  }
  return (
    <form
      className={styles['composer']}
      data-draft={state}
      aria-label={t(passesOn === undefined ? 'mail.answer' : 'mail.passOn')}
      onSubmit={(event) => {
        event.preventDefault()
        void writer.send()
      }}
    >
      <Addresses label={t('mail.to')} value={draft.to} onChange={(text) => writer.type({ to: addresses(text) })} />
      <Addresses label={t('mail.cc')} value={draft.cc} onChange={(text) => writer.type({ cc: addresses(text) })} />
      <TextInput
        label={t('mail.subject')}
        value={draft.subject}
        maxLength={500}
        onChange={(event) => writer.type({ subject: event.currentTarget.value })}
      />
      <FormattedText {...{ id, token, writer }} label={t(passesOn === undefined ? 'mail.text' : 'mail.forwardText')} />
      {passesOn !== undefined && <div className={styles['sign']}>{t('mail.quoted', { from: passesOn })}</div>}
      <div className={styles['buttons']}>
        {draft.files.map(({ hash, name }) => (
          <Button
            key={hash}
            size="compact-sm"
            variant="default"
            aria-label={t('mail.remove', { name })}
            onClick={() => writer.type({ files: draft.files.filter((one) => one.hash !== hash) })}
          >
            {name} ×
          </Button>
        ))}
      </div>
      {(failed !== '' || problem !== '') && (
        <Alert color="orange">{t('mail.failed', { problem: failed || problem })}</Alert>
      )}
      <div className={styles['buttons']}>
        <Button type="submit" disabled={state === 'sending' || draft.to.length === 0} loading={state === 'sending'}>
          {t('mail.send')}
        </Button>
        <FileChoice onChoose={attach}>
          {(props) => (
            <Button {...props} variant="default">
              {t('mail.attach')}
            </Button>
          )}
        </FileChoice>
        {passesOn !== undefined && (
          <Button variant="default" disabled={state === 'sending'} onClick={() => void writer.discard()}>
            {t('mail.discard')}
          </Button>
        )}
        <span className={styles['sign']} role="status">
          {(state === 'saved' || state === 'typing' || state === 'unsaved' || state === 'sending') &&
            t(`mail.${state}`)}
        </span>
      </div>
    </form>
  )
}

/** Addresses as they are typed; what they are is read when the field is left. */
function Addresses(props: { label: string; value: readonly string[]; onChange: (text: string) => void }) {
  const given = props.value.join(', ')
  const [text, setText] = useState(given)
  useEffect(() => setText(given), [given])
  return (
    <TextInput
      label={props.label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== given && props.onChange(text)}
    />
  )
}

const FORMATS = [
  ['bold', 'mail.bold'],
  ['italic', 'mail.italic'],
  ['insertUnorderedList', 'mail.list'],
] as const

/** Text with bold, italic and lists. The browser writes the HTML; the server cleans it before it leaves. */
function FormattedText(props: { id: string; token: string; writer: MailWriter; label: string }) {
  const { id, token, writer, label } = props
  const { t } = useWords()
  const { draft, state } = useStore(writer)
  const field = useRef<HTMLDivElement>(null)
  const html = draft.html ?? htmlOf(draft.text)
  // Only what comes from elsewhere is put in: typing would lose its place.
  useEffect(() => {
    const shown = field.current
    if (shown && shown.innerHTML !== html && document.activeElement !== shown) shown.innerHTML = html
  }, [html])
  useEffect(() => {
    if (state === 'sent' && field.current) field.current.innerHTML = html
  }, [state, html])
  const changed = (): void => {
    const shown = field.current
    if (shown) writer.type({ html: shown.innerHTML, text: shown.innerText })
  }
  const format = (command: string, value?: string): void => {
    field.current?.focus()
    document.execCommand(command, false, value)
    changed()
  }
  return (
    <>
      <div className={styles['buttons']}>
        {FORMATS.map(([command, word]) => (
          <Button
            key={command}
            size="compact-sm"
            variant="default"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => format(command)}
          >
            {t(word)}
          </Button>
        ))}
        <ResponseMenu
          label={t('mail.responses')}
          compact
          id={id}
          token={token}
          onChoose={(text) => format('insertText', text)}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a textarea has no formatting. */}
      <div
        ref={field}
        className={styles['field']}
        contentEditable
        suppressContentEditableWarning
        role="textbox"
        tabIndex={0}
        aria-multiline="true"
        aria-label={label}
        onInput={changed}
        onBlur={() => void writer.save()}
      />
    </>
  )
}
