import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { Settings } from './settings.ts'

/** Listening on every address of the machine: none of which may stand in a message. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** What stands in SIP: a name or address that the pool's edges share, else what is told for sound. */
export function sipAddress(settings: Pick<Settings, 'advertise' | 'listen' | 'sipListen' | 'sipAdvertise'>): string {
  const { sipAdvertise, sipListen, advertise, listen } = settings
  if (sipAdvertise !== undefined) return sipAdvertise
  return advertisedAddress({ listen: sipListen ?? listen, ...(sipListen === undefined && { advertise }) })
}

/**
 * The address that phones and trunks are told for SIP and sound: what is set, else the one listened on, else (listening on all of
 * them) the machine's first outer address of that family, else loopback.
 */
export function advertisedAddress(
  { advertise, listen }: Pick<Settings, 'advertise' | 'listen'>,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string {
  if (advertise !== undefined) return advertise
  if (!WILDCARDS.has(listen)) return listen
  const family = listen === '::' ? 'IPv6' : 'IPv4'
  const own = Object.values(interfaces).flatMap((entries) => entries ?? [])
  const outer = own.find((entry) => entry.family === family && !entry.internal && !entry.address.startsWith('fe80'))
  return outer?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}
