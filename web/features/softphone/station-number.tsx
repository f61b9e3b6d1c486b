import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../../models/api-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

/** The telephone number that shall ring from now on. */
export function StationNumber(props: {
  number: string
  /** Rejects with what the server has against it. */
  onNumber: (number: string) => Promise<unknown>
  onClose: () => void
}) {
  const { t } = useWords()
  const [number, setNumber] = useState(props.number)
  const [fault, setFault] = useState('')
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await props.onNumber(number.trim())
      props.onClose()
    } catch (problem) {
      const isAway = !(problem instanceof ApiProblem) || problem.status === 0
      setFault(isAway ? t('desk.away') : t('desk.failed', { detail: problem.message }))
    }
  }
  return (
    <Dialog title={t('station.numberTitle')} closeLabel={t('give.close')} onClose={props.onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          name="station"
          type="tel"
          label={t('station.numberLabel')}
          description={t('station.numberHint')}
          placeholder="+49 30 1234567"
          maxLength={40}
          required
          data-autofocus
          value={number}
          error={fault || undefined}
          onChange={(event) => {
            setFault('')
            setNumber(event.currentTarget.value)
          }}
        />
        <Button type="submit" mt="md">
          {t('station.take')}
        </Button>
      </form>
    </Dialog>
  )
}
