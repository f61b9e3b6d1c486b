import { Alert } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Checked } from '#api/contract'
import { DifferenceList, FieldTable } from '../../features/configuration-difference/difference-list.tsx'
import { ConfigurationList } from '../../features/configuration-list/configuration-list.tsx'
import { CollisionNotice } from '../../features/configuration-review/collision-notice.tsx'
import { ConfigurationReview } from '../../features/configuration-review/configuration-review.tsx'
import { ConfigurationVersions } from '../../features/configuration-versions/configuration-versions.tsx'
import { PromptLibrary } from '../../features/prompt-sound/prompt-library.tsx'
import { UserTable } from '../../features/user-table/user-table.tsx'
import type { Published } from '../../models/configuration-client.ts'
import type { DraftChange } from '../../models/configuration-draft.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useKindName } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './admin-page.module.css'
import type { ConfiguredProps } from './configured-props.ts'
import { DraftBar } from './draft-bar.tsx'
import { ObjectEditor } from './object-editor.tsx'
import { useChecked } from './use-configuration.ts'

/** What stands beside the kinds in the navigation. */
const VERSIONS = 'version'

/** The kinds, the objects of one of them, the one that is open; or the versions. */
export function Configured(props: ConfiguredProps) {
  const { published, draft, client, onPropose, onPublished } = props
  const { t } = useWords()
  const { place, name, goTo } = usePlace()
  const [isReviewed, setIsReviewed] = useState(false)
  const checked = useChecked(client, draft, published.version)
  const kind = published.kinds.find((one) => one.kind === place)
  const collide = ({ collisions, version }: Checked) => (
    <CollisionNotice {...{ collisions, draft, version }} show={(fields) => <FieldTable fields={fields} />} />
  )
  const { pending, takeUsers, setPending } = usePasswords(props)
  return (
    <>
      {pending > 0 && (
        <Alert role="status" data-passwords={pending}>
          {t('csv.passwords', { count: pending })}
        </Alert>
      )}
      <DraftBar {...props} checked={checked} onReview={() => setIsReviewed(true)} />
      <div className={styles['layout']}>
        <Places kinds={published.kinds} place={place} onGo={goTo} />
        {kind && (
          <>
            <ConfigurationList
              key={kind.kind}
              {...{ kind, published, draft, name }}
              onOpen={(one) => goTo(place, one)}
              tools={
                <>
                  {kind.kind === 'user' && <UserTable published={published} onChanges={takeUsers} />}
                  {kind.kind === 'prompt' && (
                    <PromptLibrary
                      prompts={published.prompts}
                      source={client}
                      onReplace={(one) => {
                        giveSound(props, one)
                        goTo(place, one)
                      }}
                    />
                  )}
                </>
              }
            />
            {name === undefined ? (
              <Empty title={t('admin.chooseOne')}>{t('admin.chooseHelp')}</Empty>
            ) : (
              <ObjectEditor
                key={`${kind.kind}:${name}`}
                {...props}
                {...{ kind, name, checked, collide }}
                onOpen={(one) => goTo(place, one)}
              />
            )}
          </>
        )}
        {place === VERSIONS && (
          <div className={styles['whole']}>
            <Panel title={t('kind.versions')}>
              <ConfigurationVersions
                client={client}
                present={published.version}
                kinds={published.kinds.map((one) => one.kind)}
                show={(differences) => <DifferenceList differences={differences} />}
                onBackTo={(version) => onPropose({ version })}
              />
            </Panel>
          </div>
        )}
      </div>
      {isReviewed && (
        <ConfigurationReview
          {...{ draft, client, collide }}
          onPublished={async (version) => {
            await onPublished(version)
            await setPending()
          }}
          show={(differences) => <DifferenceList differences={differences} />}
          onClose={() => setIsReviewed(false)}
        />
      )}
    </>
  )
}

/** A prompt of the library becomes one of the pool's own, in the draft; its sound is still to be uploaded. */
function giveSound({ draft, published }: ConfiguredProps, name: string): void {
  const isThere =
    published.data['prompts']?.[name] ?? draft.get().changes.some((one) => one.kind === 'prompt' && one.name === name)
  if (!isThere) draft.put({ kind: 'prompt', name, value: { name, sound: '', durationMs: 1 } }, published.version)
}

/** Users of a list go into the draft; their passwords wait here, in no draft and no storage, until that is published. */
function usePasswords({ draft, client, published, onSaid, onFailure }: ConfiguredProps) {
  const { t } = useWords()
  const { changes } = useStore(draft)
  const [passwords, setPasswords] = useState<ReadonlyMap<string, string>>(new Map())
  // Those of a draft that was thrown away are not meant for a later one.
  useEffect(() => {
    if (changes.length === 0) setPasswords(new Map())
  }, [changes])
  const setPending = async (given: ReadonlyMap<string, string> = passwords): Promise<void> => {
    if (given.size === 0) return
    try {
      await client.setPasswords(given)
      setPasswords(new Map())
      onSaid(t('csv.passwordsSet', { count: given.size }))
    } catch (error) {
      onFailure((error as Error).message)
    }
  }
  const takeUsers = (users: readonly DraftChange[], given: ReadonlyMap<string, string>): void => {
    if (users.length === 0 && given.size > 0) return void setPending(given)
    if (users.length === 0) return onSaid(t('admin.nothingDiffers'))
    draft.putAll(users, published.version)
    setPasswords(given)
    onSaid(t('admin.drafted', { count: users.length }))
  }
  return { pending: passwords.size, takeUsers, setPending }
}

function Places(props: { kinds: Published['kinds']; place: string; onGo: (place: string) => void }) {
  const { kinds, place, onGo } = props
  const { t } = useWords()
  const nameOf = useKindName()
  return (
    <nav className={styles['nav']} aria-label={t('admin.kinds')}>
      {[...kinds.map((one) => one.kind), VERSIONS].map((one) => (
        <button
          key={one}
          type="button"
          className={styles['entry']}
          aria-current={one === place}
          data-kind={one}
          onClick={() => onGo(one)}
        >
          {nameOf(kinds.find(({ kind }) => kind === one)?.plural ?? `${one}s`)}
        </button>
      ))}
    </nav>
  )
}

/** What is open, as the address names it after the `#`, so that a reload and a bookmark come back to it. */
function usePlace() {
  const [at, setAt] = useState(() => placeOf(location.hash))
  const goTo = (place: string, name?: string): void => {
    setAt({ place, name })
    history.replaceState(null, '', `#${place}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`)
  }
  return { ...at, goTo }
}

function placeOf(hash: string): { place: string; name: string | undefined } {
  const [place, name] = hash.slice(1).split('/')
  try {
    return { place: place || 'user', name: name ? decodeURIComponent(name) : undefined }
  } catch {
    return { place: 'user', name: undefined }
  }
}
