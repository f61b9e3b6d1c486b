import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ChangePriority, InteractionView } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './change-priority.module.css'

/** As long as a line of the timeline. */
const NOTE_CHARS_MAX = 200
const PRIORITY_MAX = 100

/** A button that says the priority of what waits, and changes it. */
export function PriorityOfCall({ call, token }: { call: InteractionView | undefined; token: string }) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  const priority = call?.priority ?? undefined
  // The dialog stays when somebody answers meanwhile: what is asked then is refused in words.
  if (!call || (priority === undefined && !isOpen)) return null
  return (
    <>
      {priority !== undefined && (
        <Button size="xs" variant="default" onClick={() => setOpen(true)} data-priority={priority}>
          {t('priority.button', { priority })}
        </Button>
      )}
      {isOpen && <PriorityDialog key={call.id} {...{ call, token }} onClose={() => setOpen(false)} />}
    </>
  )
}

function PriorityDialog({ call, token, onClose }: { call: InteractionView; token: string; onClose: () => void }) {
  const { t } = useWords()
  const [priority, setPriority] = useState(String(call.priority ?? ''))
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState('')
  const changed = call.prioritised ?? undefined
  const ask = async (wanted: number): Promise<void> => {
    setProblem('')
    const words = note.trim()
    const body: ChangePriority = { priority: wanted, ...(words !== '' && { note: words }) }
    try {
      await new ApiClient(token).send('POST', `/interactions/${encodeURIComponent(call.id)}/priority`, body)
      onClose()
    } catch (error) {
      setProblem(t('agentControl.refused', { detail: error instanceof ApiProblem ? error.message : '' }))
    }
  }
  return (
    <Dialog title={t('priority.title')} closeLabel={t('detail.close')} onClose={onClose}>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          void ask(Number(priority))
        }}
      >
        <TextInput
          type="number"
          min={0}
          max={PRIORITY_MAX}
          step={1}
          required
          data-autofocus
          label={t('priority.label')}
          description={t('priority.hint', { most: PRIORITY_MAX })}
          value={priority}
          onChange={(event) => setPriority(event.currentTarget.value)}
        />
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
        <Button type="submit">{t('priority.do')}</Button>
        {changed && (
          <Button variant="default" onClick={() => void ask(changed.from)}>
            {t('priority.back', { from: changed.from, by: changed.by })}
          </Button>
        )}
      </form>
    </Dialog>
  )
}
