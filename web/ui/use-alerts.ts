import { useEffect, useMemo, useState } from 'react'
import type { AlertView } from '#api/contract'
import { type RunningAlert, runningAlerts } from '../models/alerts.ts'
import { ApiClient } from '../models/api-client.ts'
import type { Board } from '../models/board.ts'
import { usePoller } from './use-poller.ts'

/** Waits grow without a message of the server. */
const LOOK_EVERY_MS = 1_000
/** The core looks once a second; so a page knows within three. */
const READ_EVERY_MS = 2_000

/** What is worth attention now, as every page sees it, and a way to read it at once. */
export function useAlerts(
  board: Board,
  token: string,
): { readonly alerts: readonly RunningAlert[]; readonly refresh: () => void } {
  const { value, refresh } = usePoller(
    () => new ApiClient(token).read<readonly AlertView[]>('/alerts'),
    READ_EVERY_MS,
    token,
  )
  const [now, setNow] = useState(() => Date.now())
  const isAny = value !== undefined && value.length > 0
  useEffect(() => {
    if (!isAny) return
    const timer = setInterval(() => setNow(Date.now()), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isAny])
  const alerts = useMemo(() => runningAlerts(value ?? [], board, now), [value, board, now])
  return { alerts, refresh }
}
