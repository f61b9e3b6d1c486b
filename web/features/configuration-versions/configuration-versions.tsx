import { Alert, Button, Group, Select, Stack, Table, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import type { ObjectDifference, Version } from '#api/contract'
import type { ConfigurationClient, VersionFilter } from '../../models/configuration-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useKindName } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'

/** As many as the API gives at once. */
const PAGE = 50

/** What the list of versions is given. */
export interface VersionsProps {
  readonly client: ConfigurationClient
  readonly present: number
  readonly kinds: readonly string[]
  /** Draws what differs. */
  readonly show: (differences: readonly ObjectDifference[]) => ReactNode
  /** Makes the way back to a version the draft. */
  readonly onBackTo: (version: number) => void
}

/** Published changes, newest first: who, when, from where, what and why, and the way back (the audit). */
export function ConfigurationVersions({ client, present, kinds, show, onBackTo }: VersionsProps) {
  const { t } = useWords()
  const [filter, setFilter] = useState<VersionFilter>({})
  const [open, setOpen] = useState<number>()
  const { versions, failure, more } = useVersions(client, present, filter)
  return (
    <Stack gap="sm" p="md">
      <Filter kinds={kinds} filter={filter} onFilter={setFilter} />
      {failure !== '' && <Alert color="red">{failure}</Alert>}
      <VersionTable versions={versions} present={present} onOpen={setOpen} onBackTo={onBackTo} />
      {more && (
        <Group>
          <Button variant="default" onClick={more}>
            {t('admin.older')}
          </Button>
        </Group>
      )}
      {open !== undefined && <VersionDetail {...{ client, show }} version={open} onClose={() => setOpen(undefined)} />}
    </Stack>
  )
}

/** The versions that fit, read anew when another one was published; `more` reads older ones, where there may be some. */
function useVersions(client: ConfigurationClient, present: number, filter: VersionFilter) {
  const { t } = useWords()
  const [versions, setVersions] = useState<readonly Version[]>([])
  const [isWhole, setIsWhole] = useState(true)
  const [failure, setFailure] = useState('')
  const fail = (error: Error): void => setFailure(error.message || t('admin.away'))
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is there once one was published.
  useEffect(() => {
    let isOver = false
    client.versions(filter).then((found) => {
      if (isOver) return
      setVersions(found)
      setIsWhole(found.length < PAGE)
      setFailure('')
    }, fail)
    return () => {
      isOver = true
    }
  }, [client, present, filter])
  const older = (): void => {
    client.versions({ ...filter, before: versions.at(-1)?.version }).then((found) => {
      setVersions([...versions, ...found])
      setIsWhole(found.length < PAGE)
    }, fail)
  }
  return { versions, failure, more: isWhole ? undefined : older }
}

function Filter(props: { kinds: readonly string[]; filter: VersionFilter; onFilter: (filter: VersionFilter) => void }) {
  const { kinds, filter, onFilter } = props
  const { t } = useWords()
  const nameOf = useKindName()
  return (
    <Group align="flex-end">
      <TextInput
        label={t('adminColumn.who')}
        value={filter.by ?? ''}
        onChange={(event) => onFilter({ ...filter, by: event.currentTarget.value.trim() })}
      />
      <Select
        label={t('admin.kindOf')}
        clearable
        clearButtonProps={{ 'aria-label': t('admin.allKinds') }}
        placeholder={t('admin.allKinds')}
        data={kinds.map((kind) => ({ value: kind, label: nameOf(kind) }))}
        value={filter.kind ?? null}
        onChange={(kind) => onFilter({ ...filter, kind: kind ?? undefined })}
      />
      <TextInput
        label={t('admin.nameOf')}
        value={filter.name ?? ''}
        onChange={(event) => onFilter({ ...filter, name: event.currentTarget.value.trim() })}
      />
    </Group>
  )
}

function VersionTable(props: {
  versions: readonly Version[]
  present: number
  onOpen: (version: number) => void
  onBackTo: (version: number) => void
}) {
  const { versions, present, onOpen, onBackTo } = props
  const { t, language } = useWords()
  const nameOf = useKindName()
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="xs" data-versions>
        <Table.Thead>
          <Table.Tr>
            {['version', 'when', 'whoFrom', 'what', 'why', 'back'].map((head) => (
              <Table.Th key={head}>{t(`adminColumn.${head}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map(({ version, at, by, from, note, objects }) => (
            <Table.Tr key={version} data-version={version}>
              <Table.Td>{version}</Table.Td>
              <Table.Td>{new Date(at).toLocaleString(language)}</Table.Td>
              <Table.Td>{from === null ? by : `${by} (${from})`}</Table.Td>
              <Table.Td>
                <WhatButton version={version} onOpen={onOpen}>
                  {objects.length === 1
                    ? `${nameOf(objects[0]?.kind ?? '')} ${objects[0]?.name}`
                    : t('admin.objects', { count: objects.length })}
                </WhatButton>
              </Table.Td>
              <Table.Td>{note}</Table.Td>
              <Table.Td>
                {version !== present && (
                  <Button size="xs" variant="default" onClick={() => onBackTo(version)}>
                    {t('admin.backTo', { version })}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** What a version changed, in few words; opened, field by field. */
function WhatButton(props: { version: number; onOpen: (version: number) => void; children: string }) {
  const { version, onOpen, children } = props
  const { t } = useWords()
  const name = `${children}: ${t('admin.whatIn', { version })}`
  return (
    <Button size="xs" variant="subtle" aria-label={name} onClick={() => onOpen(version)}>
      {children}
    </Button>
  )
}

/** What one version changed, field by field. */
function VersionDetail(props: Pick<VersionsProps, 'client' | 'show'> & { version: number; onClose: () => void }) {
  const { client, show, version, onClose } = props
  const { t } = useWords()
  const [differences, setDifferences] = useState<readonly ObjectDifference[]>()
  const [failure, setFailure] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a version never changes.
  useEffect(() => {
    client.differencesIn(version).then(setDifferences, (error: Error) => setFailure(error.message || t('admin.away')))
  }, [client, version])
  return (
    <Dialog title={t('admin.whatIn', { version })} closeLabel={t('admin.close')} size="xl" onClose={onClose}>
      <div data-version-detail={version}>
        {failure !== '' && <Alert color="red">{failure}</Alert>}
        {differences && show(differences)}
      </div>
    </Dialog>
  )
}
