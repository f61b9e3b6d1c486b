import { readFileSync } from 'node:fs'
import { SocketAddress } from 'node:net'

/** Where Linux lists the routes of IPv4 and of IPv6. */
const ROUTES = '/proc/net/route'
const ROUTES_6 = '/proc/net/ipv6_route'
/** A route that goes through a gateway: RTF_GATEWAY of linux/route.h, in both lists. */
const THROUGH_GATEWAY = 0x2
/** A machine with more gateways has a list in `Switchover NetTest Addresses`. */
const GATEWAYS_MAX = 16

/** The gateways of all network adapters, those of IPv4 first; none where the system does not list them. */
export function listGateways(): readonly string[] {
  return [...gatewaysIn(textOf(ROUTES)), ...gatewaysIn6(textOf(ROUTES_6))].slice(0, GATEWAYS_MAX)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
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
    return goesThrough(flags) && /^[0-9A-Fa-f]{8}$/.test(gateway) ? [addressOf(gateway)] : []
  })
  const real = found.filter((address) => address !== '0.0.0.0' && !address.startsWith('127.'))
  return [...new Set(real)].slice(0, GATEWAYS_MAX)
}

/**
 * The gateways in the text of `/proc/net/ipv6_route`, which has no head; numbers in hexadecimal, addresses without colons. A router says
 * its link-local address, which is one only with its adapter: `fe80::1%eth0`.
 *
 *     destination  length  source  length  next hop                          metric    references  uses      flags     adapter
 *     000…000      00      000…000 00      fe800000000000000000000000000001  00000400  00000001    00000000  00450003  eth0
 */
export function gatewaysIn6(text: string): readonly string[] {
  const found = text.split('\n').flatMap((row) => {
    const [, , , , gateway = '', , , , flags = '', adapter = ''] = row.trim().split(/\s+/)
    if (!goesThrough(flags) || !/^[0-9A-Fa-f]{32}$/.test(gateway)) return []
    const address = addressOf6(gateway)
    if (address === '::' || address === '::1') return []
    return [/^fe[89ab]/i.test(gateway) ? `${address}%${adapter}` : address]
  })
  return [...new Set(found)].slice(0, GATEWAYS_MAX)
}

function goesThrough(flags: string): boolean {
  return (Number.parseInt(flags, 16) & THROUGH_GATEWAY) !== 0
}

function addressOf(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}

/** As it is written (RFC 5952), so that a log says what people know it by. */
function addressOf6(hex: string): string {
  return new SocketAddress({ address: hex.match(/.{4}/g)?.join(':') ?? '::', family: 'ipv6' }).address
}
