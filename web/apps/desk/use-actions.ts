import { useState } from 'react'
import { ApiProblem } from '../../models/api-client.ts'
import { browserClock } from '../../models/clock.ts'
import type { DeskControl, DeskItem } from '../../models/desk.ts'
import type { DeskClient } from '../../models/desk-client.ts'
import { patiently } from '../../models/patience.ts'
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

/** Does one thing at a time, through a takeover if there is one, and tells in words what did not work. */
export function useActions(): Actions {
  const { t } = useWords()
  const [busy, setBusy] = useState<DeskControl | undefined>()
  const [failure, setFailure] = useState('')
  const run: Actions['run'] = async (work, control) => {
    setBusy(control)
    setFailure('')
    try {
      await patiently(work, browserClock)
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

/** What a control asks of the server; those that first ask the person, or the phone, are not here. */
export function commandOf(
  client: DeskClient,
  item: DeskItem,
  control: DeskControl,
): (() => Promise<unknown>) | undefined {
  const { id, consulting } = item
  // What is asked of a consultation is asked of the call that it is about, whichever of the two is shown.
  const call = consulting?.call ?? id
  switch (control) {
    case 'transfer':
    case 'consult':
    case 'invite':
    case 'keypad':
    case 'answer':
      return undefined
    case 'finish':
      return () => client.endWrapUp(id)
    case 'extend':
      return () => client.extendWrapUp(id, EXTEND_MS)
    case 'machine':
      return () => client.settle(id, 'no-answer')
    case 'wrong-number':
    case 'refused':
      return () => client.settle(id, control)
    case 'mute':
    case 'unmute':
      return () => client.mute(id, control === 'mute')
    case 'hand-over':
      return () => client.completeTransfer(call)
    case 'conference':
      return () => client.conference(call)
    case 'park':
      return () => client.park(id)
    case 'leave':
      return () => client.leave(id)
    case 'alternate':
      return () => client.act(consulting?.isBack ? consulting.consultation : call, 'retrieve')
    case 'reconnect':
      return () => (consulting?.isBack ? client.act(consulting.consultation, 'end') : client.reconnect(call))
    default:
      return () => client.act(id, control)
  }
}
