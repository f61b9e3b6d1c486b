import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Published } from '../../models/configuration-client.ts'
import type { DraftChange } from '../../models/configuration-draft.ts'
import { saveFile } from '../../models/save-file.ts'
import { type CsvFault, usersFromCsv, usersToCsv } from '../../models/users-csv.ts'
import { FileChoice } from '../../ui/file-choice.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

/** A thousand users have some hundred kilobytes. */
const FILE_BYTES_MAX = 4 * 1024 * 1024

/** More than anybody mends before trying again. */
const FAULTS_SHOWN_MAX = 20

/** Users as a table for a spreadsheet: written, and taken into the draft, where they are checked and looked at like any other change. */
export function UserTable(props: {
  published: Published
  onChanges: (changes: readonly DraftChange[], passwords: ReadonlyMap<string, string>) => void
}) {
  const { published, onChanges } = props
  const { t } = useWords()
  const [faults, setFaults] = useState<readonly CsvFault[]>([])
  const users = published.data['users'] ?? {}
  const load = async (file: File): Promise<void> => {
    if (file.size > FILE_BYTES_MAX) return setFaults([{ line: 1, fault: 'tooMany', what: '1000' }])
    const found = usersFromCsv(await file.text(), users)
    setFaults(found.faults)
    if (found.faults.length === 0) onChanges(found.changes, found.passwords)
  }
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => saveFile('tandem-users.csv', 'text/csv', usersToCsv(users))}>
          {t('csv.export')}
        </Button>
        <FileChoice
          accept="text/csv,.csv"
          inputProps={{ 'aria-label': t('csv.import') }}
          onChoose={(file) => void load(file)}
        >
          {(button) => (
            <Button {...button} size="xs" variant="default">
              {t('csv.import')}
            </Button>
          )}
        </FileChoice>
      </Group>
      {faults.length > 0 && (
        <Alert color="red" role="alert" title={t('csv.refused')} data-csv-faults={faults.length}>
          {faults.slice(0, FAULTS_SHOWN_MAX).map(({ line, fault, what }) => (
            <div key={`${line} ${fault} ${what}`}>
              {t('csv.line', { line })} {t(`csv.${fault}`, { what })}
            </div>
          ))}
        </Alert>
      )}
    </Stack>
  )
}
