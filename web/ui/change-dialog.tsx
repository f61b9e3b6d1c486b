import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ApiClient, ApiProblem } from '../models/api-client.ts'
import styles from './change-dialog.module.css'
import { Dialog } from './dialog.tsx'
import { useWords } from './translations/use-words.ts'

/** As long as a line of the timeline. */
const NOTE_CHARS_MAX = 200

/** What is asked of the server with that note, which is empty when nobody has written one. */
export type ChangeOf = (note: string) => object

/** Asks for a change of a contact, with a note for its timeline; what the server has against it is said in words. */
export function ChangeDialog(props: {
  title: string
  /** Of the contact: `move`. */
  path: string
  call: { readonly id: string }
  token: string
  /** What stands on the button. */
  label: string
  /** Undefined while nothing is chosen that could be asked for. */
  change: ChangeOf | undefined
  /** Another change, on a button of its own. */
  other?: { readonly label: string; readonly change: ChangeOf } | undefined
  /** A mark of the form, for tests. */
  mark?: Readonly<Record<`data-${string}`, string>>
  onClose: () => void
  children: ReactNode
}) {
  const { path, call, token, change, other, onClose } = props
  const { t } = useWords()
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState('')
  const ask = async (asked: ChangeOf): Promise<void> => {
    setProblem('')
    try {
      await new ApiClient(token).send(
        'POST',
        `/interactions/${encodeURIComponent(call.id)}/${path}`,
        asked(note.trim()),
      )
      onClose()
    } catch (error) {
      setProblem(t('agentControl.refused', { detail: error instanceof ApiProblem ? error.message : '' }))
    }
  }
  return (
    <Dialog title={props.title} closeLabel={t('detail.close')} onClose={onClose}>
      <form
        className={styles['form']}
        {...props.mark}
        onSubmit={(event) => {
          event.preventDefault()
          if (change) void ask(change)
        }}
      >
        {props.children}
        <TextInput
          label={t('move.note')}
          maxLength={NOTE_CHARS_MAX}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {problem !== '' && (
          <p role="alert" className={styles['problem']}>
            {problem}
          </p>
        )}
        <Button type="submit" disabled={change === undefined}>
          {props.label}
        </Button>
        {other && (
          <Button variant="default" onClick={() => void ask(other.change)}>
            {other.label}
          </Button>
        )}
      </form>
    </Dialog>
  )
}
