import { readFileSync } from 'node:fs'

/** Where Linux lists the routes of IPv4. */
const ROUTES = '/proc/net/route'
/** A route that goes through a gateway: RTF_GATEWAY of linux/route.h. */
const THROUGH_GATEWAY = 0x2
/** A machine with more gateways has a list in `Switchover NetTest Addresses`. */
const GATEWAYS_MAX = 16

/** The gateways of all network adapters; none where the system does not list them. */
export function listGateways(): readonly string[] {
  try {
    return gatewaysIn(readFileSync(ROUTES, 'utf8'))
  } catch {
    return []
  }
}

/**
 * The gateways in the text of `/proc/net/route`: one a line, its address in hexadecimal, the last octet first. Empty and
 * local-host addresses are left out, and each stands once.
 *
 *     Iface  Destination  Gateway   Flags …
 *     eth0   00000000     0100000A  0003      gateway 10.0.0.1
 */
export function gatewaysIn(text: string): readonly string[] {
  const rows = text.split('\n').slice(1)
  const found = rows.flatMap((row) => {
    const [, , gateway = '', flags = ''] = row.trim().split(/\s+/)
    const through = (Number.parseInt(flags, 16) & THROUGH_GATEWAY) !== 0
    return through && /^[0-9A-Fa-f]{8}$/.test(gateway) ? [addressOf(gateway)] : []
  })
  const real = found.filter((address) => address !== '0.0.0.0' && !address.startsWith('127.'))
  return [...new Set(real)].slice(0, GATEWAYS_MAX)
}

function addressOf(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}
