import { useEffect, useState } from 'react'
import type { DeskSettings } from '#api/contract'
import { DeskClient } from '../../models/desk-client.ts'

/** Reasons, codes: read when the page opens and whenever the connection has been away, for they may have changed. */
export function useSettings(token: string, isConnected: boolean): DeskSettings | undefined {
  const [settings, setSettings] = useState<DeskSettings | undefined>()
  useEffect(() => {
    if (isConnected) new DeskClient(token).settings().then(setSettings, () => {})
  }, [token, isConnected])
  return settings
}
