import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import type { Checked, ObjectDifference } from '#api/contract'
import type { ConfigurationClient } from '../../models/configuration-client.ts'
import type { ConfigurationDraft } from '../../models/configuration-draft.ts'
import { problemInWords } from '../../models/problem-words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'

/** As long as a note may be. */
const NOTE_CHARS_MAX = 500

/** What a review is given. */
export interface ReviewProps {
  readonly draft: ConfigurationDraft
  readonly client: ConfigurationClient
  /** Draws what differs. */
  readonly show: (differences: readonly ObjectDifference[]) => ReactNode
  readonly collide: (checked: Checked) => ReactNode
  readonly onClose: () => void
  readonly onPublished: (version: number) => Promise<void>
}

/** What would be published: every field that differs, what is wrong, who else changed the same. */
export function ConfigurationReview({ draft, client, show, collide, onClose, onPublished }: ReviewProps) {
  const { t } = useWords()
  const { changes, basedOn } = useStore(draft)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const { checked, failure, refuse } = useCheck(client, draft)
  const publish = async (): Promise<void> => {
    setBusy(true)
    try {
      await onPublished(await client.publish(changes, basedOn, note))
      draft.clear()
      onClose()
    } catch (error) {
      refuse((error as Error).message || t('admin.away'))
    } finally {
      setBusy(false)
    }
  }
  const isReady =
    checked !== undefined &&
    checked.faults.length === 0 &&
    checked.collisions.length === 0 &&
    checked.differences.length > 0
  return (
    <Dialog title={t('admin.review')} closeLabel={t('admin.close')} size="xl" onClose={onClose}>
      <Stack gap="sm" data-review>
        {failure !== '' && (
          <Alert color="red" role="alert">
            {failure}
          </Alert>
        )}
        {checked && checked.collisions.length > 0 && collide(checked)}
        {checked?.faults.map(({ path, problem }) => (
          <Alert key={path} color="red" title={path} data-fault={path}>
            {problemInWords(problem, t)}
          </Alert>
        ))}
        {checked?.warnings.map(({ path, problem }) => (
          <Alert key={path} color="yellow" title={path} data-warning={path}>
            {problemInWords(problem, t)}
          </Alert>
        ))}
        {checked && show(checked.differences)}
        <TextInput
          label={t('admin.note')}
          description={t('admin.noteHelp')}
          value={note}
          maxLength={NOTE_CHARS_MAX}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('admin.back')}
          </Button>
          <Button disabled={!isReady} loading={busy} onClick={() => void publish()}>
            {t('admin.publish')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

/** The draft as the server sees it: asked anew when the draft changes, and when publishing was refused. */
function useCheck(client: ConfigurationClient, draft: ConfigurationDraft) {
  const { t } = useWords()
  const { changes, basedOn } = useStore(draft)
  const [checked, setChecked] = useState<Checked>()
  const [failure, setFailure] = useState('')
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refused attempt looks again at what others did meanwhile.
  useEffect(() => {
    let isOver = false
    if (changes.length === 0) setChecked(undefined)
    else {
      client.check({ changes, basedOn }).then(
        (found) => !isOver && setChecked(found),
        (error: Error) => !isOver && setFailure(error.message || t('admin.away')),
      )
    }
    return () => {
      isOver = true
    }
  }, [client, changes, basedOn, attempt])
  const refuse = (words: string): void => {
    setFailure(words)
    setAttempt((before) => before + 1)
  }
  return { checked, failure, refuse }
}
