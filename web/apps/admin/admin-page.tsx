import { Alert } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { ApiClient } from '../../models/api-client.ts'
import { ConfigurationClient, type Proposal } from '../../models/configuration-client.ts'
import { ConfigurationDraft } from '../../models/configuration-draft.ts'
import { hasRight } from '../../models/rights.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { Configured } from './configured.tsx'
import type { ConfiguredProps } from './configured-props.ts'
import { usePublished } from './use-configuration.ts'

/** The administration: what is configured, drafted here, looked at, published as one version, and gone back to. */
export function AdminPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  const client = useMemo(() => new ConfigurationClient(new ApiClient(session.token)), [session.token])
  const isAllowed = hasRight(session, 'change-configuration')
  return (
    <PageFrame app="admin" session={session} connection={connection} onLogOut={onLogOut}>
      {isAllowed ? <Administration {...{ client, session, connection }} /> : <Alert>{t('admin.forbidden')}</Alert>}
    </PageFrame>
  )
}

type AdministrationProps = Pick<ConfiguredProps, 'client' | 'session' | 'connection'>

function Administration({ client, session, connection }: AdministrationProps) {
  const { t } = useWords()
  const [draft] = useState(() => new ConfigurationDraft(localStorage, session.user))
  const [failure, setFailure] = useState('')
  const [said, setSaid] = useState('')
  const fail = useCallback((error: Error) => setFailure(error.message || t('admin.away')), [t])
  const { published, read, isAway } = usePublished(client, fail)
  const propose = async (proposal: Proposal): Promise<void> => {
    setFailure('')
    try {
      const { changes, version } = await client.check(proposal)
      if (changes.length === 0) return setSaid(t('admin.nothingDiffers'))
      draft.putAll(changes, version)
      setSaid(t('admin.drafted', { count: changes.length }))
    } catch (error) {
      fail(error as Error)
    }
  }
  return (
    <>
      {isAway && <Alert color="yellow">{t('admin.away')}</Alert>}
      {failure !== '' && (
        <Alert
          color="red"
          role="alert"
          withCloseButton
          closeButtonLabel={t('admin.close')}
          onClose={() => setFailure('')}
        >
          {failure}
        </Alert>
      )}
      {said !== '' && (
        <Alert role="status" withCloseButton closeButtonLabel={t('admin.close')} onClose={() => setSaid('')}>
          {said}
        </Alert>
      )}
      {published && (
        <Configured
          {...{ published, draft, client, session, connection }}
          onPropose={(proposal) => void propose(proposal)}
          onFailure={(words) => setFailure(words || t('admin.away'))}
          onSaid={setSaid}
          onPublished={async (version) => {
            setFailure('')
            setSaid(t('admin.published', { version }))
            await read()
          }}
        />
      )}
    </>
  )
}
