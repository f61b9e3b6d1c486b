import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ChangePriority, InteractionView } from '#api/contract'
import { ChangeDialog } from '../../ui/change-dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

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
  const changed = call.prioritised ?? undefined
  const to =
    (wanted: number) =>
    (note: string): ChangePriority => ({ priority: wanted, ...(note !== '' && { note }) })
  return (
    <ChangeDialog
      title={t('priority.title')}
      path="priority"
      {...{ call, token, onClose }}
      label={t('priority.do')}
      change={to(Number(priority))}
      other={changed && { label: t('priority.back', { from: changed.from, by: changed.by }), change: to(changed.from) }}
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
    </ChangeDialog>
  )
}
