import { useState } from 'react'
import { ApiProblem } from '../../models/api-client.ts'
import type { DeskControl, DeskItem } from '../../models/desk.ts'
import type { DeskClient } from '../../models/desk-client.ts'
import { useWords } from '../../ui/translations/use-words.ts'

/** So much more time is asked for at once. */
export const EXTEND_MS = 60_000

/** What is being done, what went wrong, and the way to do something. */
export interface Actions {
  readonly busy: DeskControl | undefined
  readonly failure: string
  readonly forget: () => void
  readonly fail: (words: string) => void
  /** Does it; a failure is told in words and never thrown. Says whether it was done. */
  readonly run: (work: () => Promise<unknown>, control?: DeskControl) => Promise<boolean>
}

/** Does one thing at a time and tells in words what did not work. */
export function useActions(): Actions {
  const { t } = useWords()
  const [busy, setBusy] = useState<DeskControl | undefined>()
  const [failure, setFailure] = useState('')
  const run: Actions['run'] = async (work, control) => {
    setBusy(control)
    setFailure('')
    try {
      await work()
      return true
    } catch (error) {
      const detail = error instanceof ApiProblem ? error.message : String(error)
      const isAway = error instanceof ApiProblem && error.status === 0
      setFailure(isAway ? t('desk.away') : t('desk.failed', { detail }))
      return false
    } finally {
      setBusy(undefined)
    }
  }
  return { busy, failure, forget: () => setFailure(''), fail: setFailure, run }
}

/** What a control asks of the server; those that first ask the person are not here. */
export function commandOf(
  client: DeskClient,
  { id }: DeskItem,
  control: DeskControl,
): (() => Promise<unknown>) | undefined {
  switch (control) {
    case 'transfer':
      return undefined
    case 'finish':
      return () => client.endWrapUp(id)
    case 'extend':
      return () => client.extendWrapUp(id, EXTEND_MS)
    default:
      return () => client.act(id, control)
  }
}
