import { Alert, Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Checked } from '#api/contract'
import type { ConfigurationDraft } from '../../models/configuration-draft.ts'
import { useKindName } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'

type Collision = Checked['collisions'][number]

/** Who changed the same meanwhile, and what; theirs is taken, or the own is kept, and nothing happens unsaid. */
export function CollisionNotice(props: {
  collisions: readonly Collision[]
  draft: ConfigurationDraft
  /** The version that is published now: keeping one's own is a change of that. */
  version: number
  show: (fields: NonNullable<Collision['fields']>) => ReactNode
}) {
  const { collisions, draft, version, show } = props
  const { t, language } = useWords()
  const nameOf = useKindName()
  return (
    <Alert color="red" role="alert" title={t('admin.collision')} data-collision>
      <Stack gap="sm">
        {collisions.map(({ kind, name, by, at, version: changedIn, fields }) => (
          <div key={`${kind}:${name}`}>
            <p>
              {t('admin.collisionOf', {
                what: `${nameOf(kind)} ${name}`,
                ...{ by, at: new Date(at).toLocaleString(language), version: changedIn },
              })}
            </p>
            {fields && fields.length > 0 && show(fields)}
            <Group mt="xs">
              <Button size="xs" variant="default" onClick={() => draft.drop({ kind, name })}>
                {t('admin.takeTheirs', { name })}
              </Button>
            </Group>
          </div>
        ))}
        <Group>
          <Button size="xs" variant="default" onClick={() => draft.rebase(version)}>
            {t('admin.keepMine')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
