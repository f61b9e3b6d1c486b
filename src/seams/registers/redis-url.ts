import { readFileSync } from 'node:fs'
import type { RedisOptions } from 'ioredis'
import { REGISTER_ERRORS } from './errors.ts'

/** Where Sentinels listen unless the URL says otherwise. */
const SENTINEL_PORT = 26_379
const REDIS_PORT = 6379

/**
 * Reads a URL of Redis:
 *
 *   redis://[[user]:password@]host[:port][/db]             one server
 *   rediss://…[?ca=/path/ca.pem]                            the same over TLS
 *   redis+sentinel://[[user]:password@]h1[:port],h2…/name[/db][?sentinelPassword=…&tls=true&ca=…]
 *
 * The last asks those Sentinels who the master `name` is, again after each failover. Fails with `registers.url`.
 */
export function redisOptions(url: string): RedisOptions {
  const found = /^(redis|rediss|redis\+sentinel):\/\/(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url)
  if (!found) throw REGISTER_ERRORS['registers.url']({ problem: 'it must look like redis://host:6379' })
  const [, scheme, account = '', hosts = '', path = '', query = ''] = found
  const words = new URLSearchParams(query)
  const [username = '', password = ''] = account.split(':').map(decodeURIComponent)
  const tls = scheme === 'rediss' || words.get('tls') === 'true' ? tlsOptions(words.get('ca')) : undefined
  const common = { ...(username && { username }), ...(password && { password }), ...(tls && { tls }) }
  if (scheme !== 'redis+sentinel') {
    const [only = '', ...others] = hosts.split(',')
    if (others.length > 0) throw REGISTER_ERRORS['registers.url']({ problem: 'several hosts need redis+sentinel://' })
    return { ...common, ...hostOf(only, REDIS_PORT), ...database(path) }
  }
  const [name = '', db = ''] = path.split('/')
  if (!name) throw REGISTER_ERRORS['registers.url']({ problem: 'after the Sentinels comes /NAME of the master' })
  const sentinelPassword = words.get('sentinelPassword')
  return {
    ...common,
    ...database(db),
    name,
    sentinels: hosts.split(',').map((host) => hostOf(host, SENTINEL_PORT)),
    ...(sentinelPassword && { sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  }
}

function hostOf(text: string, port: number): { host: string; port: number } {
  const [, host, given] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? []
  if (!host) throw REGISTER_ERRORS['registers.url']({ problem: `${text} is no host` })
  return { host: host.replace(/^\[|\]$/g, ''), port: given ? Number(given) : port }
}

function database(text: string): { db?: number } {
  if (text === '') return {}
  if (!/^\d+$/.test(text)) throw REGISTER_ERRORS['registers.url']({ problem: `${text} is no number of a database` })
  return { db: Number(text) }
}

function tlsOptions(ca: string | null): { ca?: string } {
  try {
    return ca ? { ca: readFileSync(ca, 'utf8') } : {}
  } catch (cause) {
    throw REGISTER_ERRORS['registers.url']({ problem: `the file of the CA, ${ca}, cannot be read` }, cause)
  }
}
