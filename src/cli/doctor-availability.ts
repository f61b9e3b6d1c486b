import { networkInterfaces } from 'node:os'
import type { Settings } from '#roles'
import type { Finding } from './finding.ts'

/**
 * What the loss of one machine would take with it. None of it keeps Tandem from starting, so nothing of it fails; but no operator
 * should learn on the day of the loss that there was no second database.
 */
export function checkAvailability(
  { postgresUrl, redisUrl }: Pick<Settings, 'postgresUrl' | 'redisUrl'>,
  own: readonly string[] = ownAddresses(),
): readonly Finding[] {
  if (postgresUrl === undefined) {
    const found =
      'this machine alone, with a database inside: what stands on it is gone with it (docs/operations/pool.md)'
    return [{ result: 'warn', what: 'availability', found }]
  }
  const stores = [
    { what: 'database', hosts: hostsOf(postgresUrl), alone: 'one server is named: name its standby too' },
    ...(redisUrl === undefined
      ? []
      : [{ what: 'Redis', hosts: hostsOf(redisUrl), alone: 'one server is named: name Sentinels for another master' }]),
  ]
  const findings = stores.flatMap(({ what, hosts, alone }): Finding[] => [
    hosts.length < 2
      ? { result: 'warn', what, found: `${alone}; while it is away Tandem goes on without it` }
      : { result: 'ok', what, found: `${hosts.length} hosts are named` },
    ...hosts
      .filter((host) => own.includes(host))
      .map(
        (host): Finding => ({
          result: 'warn',
          what,
          found: `${host} is this machine: its loss takes a store and a part of the pool at once`,
        }),
      ),
  ])
  if (redisUrl !== undefined) return findings
  return [...findings, { result: 'warn', what: 'Redis', found: 'none: each core counts seats and log-outs for itself' }]
}

/** The hosts of a URL that may name several; IPv6 without its brackets. */
function hostsOf(url: string): readonly string[] {
  const [, hosts = ''] = /^[^:]+:\/\/(?:[^@/]*@)?([^/?]+)/.exec(url) ?? []
  return hosts.split(',').map((host) => /^(?:\[([^\]]+)\]|([^:]+))/.exec(host)?.slice(1).find(Boolean) ?? host)
}

function ownAddresses(): readonly string[] {
  const outer = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  return ['localhost', ...outer]
}
