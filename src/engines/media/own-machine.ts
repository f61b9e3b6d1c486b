import { networkInterfaces } from 'node:os'
import type { MediaSpec } from '#protocols/control'

/**
 * While media is bound to loopback, only phones of this very machine can be parties, but many name the machine's outer address in
 * their SDP. Loopback reaches them there too, and their packets to loopback come from it. Other addresses stay as they are.
 */
export function overLoopback(listen: string, spec: MediaSpec, own: () => readonly string[] = ownAddresses): MediaSpec {
  const { remote } = spec
  if (!remote || !isLoopback(listen) || isLoopback(remote.address) || !own().includes(remote.address)) return spec
  return { ...spec, remote: { ...remote, address: listen } }
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address))
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}
