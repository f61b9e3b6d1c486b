import { Button, Group, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useWords } from '../../ui/translations/use-words.ts'
import type { ConfiguredProps } from './configured-props.ts'

/** Another name for an object, in the draft: wherever it is named it has that name too. */
export function RenameObject(
  props: Pick<ConfiguredProps, 'client' | 'draft' | 'onSaid'> & {
    kind: { readonly kind: string }
    name: string
    onOpen: (name: string) => void
  },
) {
  const { client, draft, kind, name, onOpen, onSaid } = props
  const { t } = useWords()
  const [to, setTo] = useState<string>()
  const [fault, setFault] = useState('')
  if (to === undefined) {
    return (
      <Button variant="default" onClick={() => setTo(name)}>
        {t('rename.do')}
      </Button>
    )
  }
  const rename = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const wanted = to.trim()
    if (wanted === name) return setTo(undefined)
    try {
      const { changes, version } = await client.renamed(kind.kind, name, wanted)
      // What is drafted of another object would be lost under what the renaming makes of it as it is published.
      const isDrafted = draft
        .get()
        .changes.some((one) => changes.some((other) => other.kind === one.kind && other.name === one.name))
      if (isDrafted) return setFault(t('rename.drafted'))
      draft.putAll(changes, version)
      onSaid(t('admin.drafted', { count: changes.length }))
      onOpen(wanted)
    } catch (error) {
      setFault((error as Error).message || t('admin.away'))
    }
  }
  return (
    <form onSubmit={(event) => void rename(event)} data-rename={name}>
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('rename.to')}
          value={to}
          maxLength={100}
          autoFocus
          error={fault || undefined}
          onChange={(event) => {
            setFault('')
            setTo(event.currentTarget.value)
          }}
        />
        <Button type="submit" disabled={to.trim() === ''}>
          {t('rename.do')}
        </Button>
        <Button variant="default" onClick={() => setTo(undefined)}>
          {t('rename.dont')}
        </Button>
      </Group>
    </form>
  )
}
