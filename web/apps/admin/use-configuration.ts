import { useCallback, useEffect, useState } from 'react'
import type { Checked } from '#api/contract'
import type { ConfigurationClient, Published } from '../../models/configuration-client.ts'
import type { ConfigurationDraft } from '../../models/configuration-draft.ts'
import { usePoller } from '../../ui/use-poller.ts'
import { useStore } from '../../ui/use-store.ts'

/** What another administrator published is seen within this; it is a number that the core has at hand. */
const VERSION_EVERY_MS = 3_000

/** The check follows the typing at this distance. */
const CHECK_AFTER_MS = 400

/** What is published, read anew whenever somebody published something; `read` reads it at once. */
export function usePublished(client: ConfigurationClient, onFailure: (error: Error) => void) {
  const [published, setPublished] = useState<Published>()
  const polled = usePoller(() => client.version(), VERSION_EVERY_MS, 'version')
  const read = useCallback(
    () => client.published().then(setPublished, (error: Error) => onFailure(error)),
    [client, onFailure],
  )
  const known = published?.version
  useEffect(() => {
    if (polled.value !== undefined && (known === undefined || polled.value > known)) void read()
  }, [polled.value, known, read])
  return { published, read, isAway: polled.failed }
}

/** What the server says of the draft, a moment after it was changed or somebody published; undefined while nothing is drafted. */
export function useChecked(
  client: ConfigurationClient,
  draft: ConfigurationDraft,
  version: number,
): Checked | undefined {
  const { changes, basedOn } = useStore(draft)
  const [checked, setChecked] = useState<Checked>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what others published may collide with the draft.
  useEffect(() => {
    if (changes.length === 0) {
      setChecked(undefined)
      return
    }
    let isOver = false
    const timer = setTimeout(() => {
      client.check({ changes, basedOn }).then(
        (found) => !isOver && setChecked(found),
        // The review says it when it matters; a server that is away for a moment is shown in the header.
        () => {},
      )
    }, CHECK_AFTER_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [client, changes, basedOn, version])
  return checked
}
