import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { WEBHOOK_ERRORS } from './errors.ts'

/** IPv4 that is nobody's on the internet (RFC 6890 and its registry). */
const PRIVATE_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
/** IPv6 that is given to anybody at all lies in 2000::/3 (RFC 4291 2.4); of that, what is documentation or carries an IPv4 address. */
const GLOBAL_6 = '2000::/3'
const PRIVATE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** What an address that a name leads to is looked up with; the system's resolver, unless a test says otherwise. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

/**
 * Which addresses a webhook may be sent to: those of the internet over TLS, and those of the networks that the installation allows.
 * Otherwise whoever may configure webhooks could reach the database, the phones, or a cloud's metadata through this machine.
 */
export class TargetGate {
  readonly #closed = new BlockList()
  readonly #global = new BlockList()
  readonly #allowed = new BlockList()
  readonly #resolve: Resolve

  constructor(allowed: readonly string[], resolve: Resolve = (host) => lookup(host, { all: true })) {
    for (const network of [...PRIVATE_4, ...PRIVATE_6]) add(this.#closed, network)
    for (const network of allowed) add(this.#allowed, network)
    add(this.#global, GLOBAL_6)
    this.#resolve = resolve
  }

  /** The addresses that the host leads to and that may be reached; fails with `webhook.address` when there is none. */
  async open({ hostname, protocol }: Pick<URL, 'hostname' | 'protocol'>): Promise<readonly LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const found = family === 0 ? await this.#resolve(host) : [{ address: host, family }]
    const open = found.filter(({ address }) => this.#isOpen(address, protocol === 'https:'))
    if (open.length > 0) return open
    throw WEBHOOK_ERRORS['webhook.address']({ host, address: found.map(({ address }) => address).join(', ') })
  }

  #isOpen(address: string, isSecret: boolean): boolean {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
    const plain = mapped ?? address
    const family = isIPv6(plain) ? 'ipv6' : 'ipv4'
    if (this.#allowed.check(plain, family)) return true
    if (!isSecret || this.#closed.check(plain, family) || isOwn(plain)) return false
    return family === 'ipv4' || this.#global.check(plain, 'ipv6')
  }
}

/** Whether it is an address of this machine, whatever network that is in. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address))
}

function add(list: BlockList, network: string): void {
  const [address = '', prefix] = network.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(prefix), family)
}
