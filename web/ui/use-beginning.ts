import { useState } from 'react'
import { ApiProblem } from '../models/api-client.ts'
import { randomId } from '../models/random-id.ts'
import { useWords } from './translations/use-words.ts'

/** What a dialog knows that begins a contact. */
export interface Beginning {
  /** Made once, so that a press that is repeated sends nothing twice. */
  readonly id: string
  readonly isBusy: boolean
  /** What the server had against it, in words; empty when nothing. */
  readonly fault: string
  /** Something else was typed: what was wrong before is no news. */
  forget(): void
  /** Asks the server, once at a time; closes the dialog when it has begun. */
  begin(ask: () => Promise<unknown>): Promise<void>
}

/** Begins one contact from a dialog, however often that is pressed. */
export function useBeginning(onClose: () => void): Beginning {
  const { t } = useWords()
  const [id] = useState(() => `ix-${randomId()}`)
  const [fault, setFault] = useState('')
  const [isBusy, setBusy] = useState(false)
  const begin = async (ask: () => Promise<unknown>): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    try {
      await ask()
      onClose()
    } catch (problem) {
      const isAway = !(problem instanceof ApiProblem) || problem.status === 0
      setFault(isAway ? t('desk.away') : t('desk.failed', { detail: problem.message }))
      setBusy(false)
    }
  }
  return { id, isBusy, fault, forget: () => setFault(''), begin }
}
