import { Button } from '@mantine/core'
import type { Checked } from '#api/contract'
import { saveFile } from '../../models/save-file.ts'
import { FileChoice } from '../../ui/file-choice.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './admin-page.module.css'
import type { ConfiguredProps } from './configured-props.ts'

/** Twice as much as the API takes. */
const FILE_BYTES_MAX = 32 * 1024 * 1024

type BarProps = ConfiguredProps & { checked: Checked | undefined; onReview: () => void }

/** How much is drafted and what is wrong with it, and what can be done with it and with the whole. */
export function DraftBar({ draft, client, checked, onReview, onPropose, onFailure }: BarProps) {
  const { t } = useWords()
  const { changes, past } = useStore(draft)
  const faults = checked?.faults.length ?? 0
  const collisions = checked?.collisions.length ?? 0
  const save = async (): Promise<void> => {
    try {
      const text = `${JSON.stringify(await client.document(), undefined, 2)}\n`
      saveFile('tandem-configuration.json', 'application/json', text)
    } catch (error) {
      onFailure((error as Error).message)
    }
  }
  const load = async (file: File): Promise<void> => {
    if (file.size > FILE_BYTES_MAX) return onFailure(t('admin.tooLarge', { file: file.name }))
    try {
      onPropose({ document: JSON.parse(await file.text()) })
    } catch {
      onFailure(t('admin.noJson', { file: file.name }))
    }
  }
  return (
    <section className={styles['bar']} aria-label={t('admin.draft')}>
      <strong data-drafted={changes.length} aria-live="polite">
        {t('admin.changes', { count: changes.length })}
        {faults > 0 && <span data-faults={faults}> · {t('admin.faults', { count: faults })}</span>}
        {collisions > 0 && <span data-collisions={collisions}> · {t('admin.collisions', { count: collisions })}</span>}
      </strong>
      <Button size="sm" disabled={changes.length === 0} onClick={onReview}>
        {t('admin.review')}
      </Button>
      <Button size="sm" variant="default" disabled={past.length === 0} onClick={() => draft.undo()}>
        {t('admin.undo')}
      </Button>
      <Button size="sm" variant="default" disabled={changes.length === 0} onClick={() => draft.discard()}>
        {t('admin.discard')}
      </Button>
      <span className={styles['grow']} />
      <Button size="sm" variant="default" onClick={() => void save()}>
        {t('admin.export')}
      </Button>
      <FileChoice
        accept="application/json,.json"
        inputProps={{ 'aria-label': t('admin.import') }}
        onChoose={(file) => void load(file)}
      >
        {(button) => (
          <Button {...button} size="sm" variant="default">
            {t('admin.import')}
          </Button>
        )}
      </FileChoice>
    </section>
  )
}
