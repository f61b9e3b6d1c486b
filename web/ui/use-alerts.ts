import { useEffect, useState } from 'react'
import type { Threshold } from '#api/contract'
import { ApiClient } from '../models/api-client.ts'
import type { Board } from '../models/board.ts'
import { type Crossed, lookAt, type RunningAlert } from '../models/thresholds.ts'
import { usePoller } from './use-poller.ts'

/** Waits grow without a message of the server. */
const LOOK_EVERY_MS = 1_000
/** An administrator who changes a threshold sees it within half a minute everywhere. */
const READ_EVERY_MS = 30_000

/** The thresholds that are crossed at this moment, for as long as the page is open. */
export function useAlerts(board: Board, token: string): readonly RunningAlert[] {
  const { value: thresholds } = usePoller(
    () => new ApiClient(token).read<readonly Threshold[]>('/thresholds'),
    READ_EVERY_MS,
    token,
  )
  const [{ alerts }, setLooked] = useState<{ crossed: Crossed; alerts: readonly RunningAlert[] }>({
    ...{ crossed: new Map(), alerts: [] },
  })
  useEffect(() => {
    if (!thresholds || thresholds.length === 0) return setLooked({ crossed: new Map(), alerts: [] })
    const look = (): void => setLooked(({ crossed }) => lookAt(board, thresholds, crossed, Date.now()))
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [board, thresholds])
  return alerts
}
