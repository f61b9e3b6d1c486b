/** PostgreSQL and Redis over TLS with a CA of one's own: a whole system on them, and certificates that are refused. */
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLogger, silentLogger, systemClock } from '#base'
import { PoolRegisters } from '#seams/registers'
import { type EmbeddedPostgres, openStore, startEmbedded } from '#seams/store'
import { eventually } from '../kit/api-client.ts'
import { Baresip } from '../kit/baresip.ts'
import { type CertificateFiles, makeAuthority, makeCertificate } from '../kit/certificates.ts'
import { runCommand } from '../kit/command.ts'
import { freePort, freeRtpRange } from '../kit/free-ports.ts'
import { whyWithout } from '../kit/outside.ts'
import { Phone } from '../kit/phone.ts'
import { startRedis, type TestRedis } from '../kit/redis.ts'
import { startSystem } from '../kit/system.ts'

const PASSWORD = 'word of redis'
const without = whyWithout('openssl') ?? whyWithout('redis-server')

let folder: string
let ca: CertificateFiles
let stranger: CertificateFiles
let server: CertificateFiles
let postgres: EmbeddedPostgres
let redis: TestRedis

/** The address of the database over TLS; `to` is the name in it. */
function postgresUrl(words: string, to = '127.0.0.1'): string {
  const url = new URL(postgres.url)
  url.hostname = to
  return `${url.href}?${words}`
}

function redisUrl(authority: CertificateFiles, password = PASSWORD): string {
  return `rediss://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}?ca=${authority.certificate}`
}

beforeAll(async () => {
  if (without) return
  folder = mkdtempSync(join(tmpdir(), 'tandem-tls-'))
  chmodSync(folder, 0o755)
  ca = makeAuthority(folder)
  stranger = makeAuthority(folder, 'stranger')
  server = makeCertificate(ca, folder, { name: 'server', names: ['IP:127.0.0.1'] })
  const data = join(folder, 'postgres')
  // The server's own account reads the key, and refuses one that others may read; who that is shows the folder that it makes.
  mkdirSync(data)
  const first = await startEmbedded({ folder: data, logger: silentLogger, settings: { fsync: 'off' } })
  await first.close()
  const key = join(folder, 'postgres.key')
  const { uid, gid } = statSync(join(data, 'cluster'))
  copyFileSync(server.key, key)
  chmodSync(key, 0o600)
  chownSync(key, uid, gid)
  const settings = {
    fsync: 'off',
    max_connections: '100',
    ssl: 'on',
    ssl_cert_file: server.certificate,
    ssl_key_file: key,
  }
  postgres = await startEmbedded({ folder: data, logger: silentLogger, settings })
  const port = await freePort()
  const tls = ['--tls-port', String(port), '--tls-cert-file', server.certificate, '--tls-key-file', server.key]
  redis = await startRedis(
    [
      ...tls,
      '--port',
      '0',
      '--tls-ca-cert-file',
      ca.certificate,
      '--tls-auth-clients',
      'no',
      '--requirepass',
      PASSWORD,
    ],
    port,
  )
})

afterAll(async () => {
  await redis?.stop()
  await postgres?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(without)(`PostgreSQL, Redis and SIP over TLS${without ? ` (${without})` : ''}`, () => {
  it('carry a whole system: every connection of its processes is encrypted and checked, and calls over UDP and TLS are answered', async () => {
    const sips = await freePort()
    const system = await startSystem({
      environment: {
        TANDEM_NODE: 'node1',
        TANDEM_POSTGRES_URL: postgresUrl(`sslmode=verify-full&sslrootcert=${ca.certificate}`),
        TANDEM_REDIS_URL: redisUrl(ca),
        TANDEM_SIPS_PORT: String(sips),
        TANDEM_TLS_CERTIFICATE: server.certificate,
        TANDEM_TLS_KEY: server.key,
        TANDEM_TLS_CA: ca.certificate,
      },
    })
    try {
      const phone = await Phone.open({ server: system.sip, user: '7840001' })
      const call = await phone.dial('1009')
      await call.connected()
      await call.hangUp()
      await phone.close()
      await callOverTls(sips)
      const client = new Client({ connectionString: postgres.url })
      await client.connect()
      const { rows } = await client.query<{ name: string; version: string | null }>(
        `select distinct application_name as name, version from pg_stat_ssl join pg_stat_activity using (pid)
         where application_name like 'tandem%' order by 1`,
      )
      await client.end()
      expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['tandem core', 'tandem supervisor']))
      expect(rows.filter(({ version }) => version !== 'TLSv1.3' && version !== 'TLSv1.2')).toEqual([])
      await eventually('no complaint about Redis', () => (system.log('core').includes('Redis') ? undefined : true))
    } finally {
      await system.stop()
    }
  }, 240_000)

  /** A phone that nobody here wrote registers over TLS, having checked our certificate, and calls the echo. */
  async function callOverTls(port: number): Promise<void> {
    if (whyWithout('baresip')) return console.log('baresip is not installed: no call over TLS was made')
    const account = { user: '2001', password: 'demo-agent1', transport: 'tls', ca: ca.certificate } as const
    const baresip = await Baresip.start({ server: { host: '127.0.0.1', port }, ...account })
    try {
      await baresip.registered()
      baresip.command('dial', `sip:1009@127.0.0.1:${port};transport=tls`)
      await baresip.saw('CALL_ESTABLISHED')
      baresip.command('hangup')
      await baresip.saw('CALL_CLOSED')
    } catch (cause) {
      throw new Error(baresip.output(), { cause })
    } finally {
      await baresip.close()
    }
  }

  const refused = async (url: string): Promise<string> => {
    const opening = openStore({ url, clock: systemClock, logger: silentLogger })
    return opening.then(
      async (store) => {
        await store.close()
        return 'accepted'
      },
      (cause: Error) => cause.message,
    )
  }

  it('refuse a database of another CA, another name, without TLS, or a file that is not there, and say what to do', async () => {
    const full = (file: string) => `sslmode=verify-full&sslrootcert=${file}`
    expect(await refused(postgresUrl(full(ca.certificate)))).toBe('accepted')
    expect(await refused(postgresUrl(full(stranger.certificate)))).toMatch(
      /CA that is not known here; name the file of that CA|not signed by the CA that is named/,
    )
    expect(await refused(postgresUrl(full(ca.certificate), 'localhost'))).toMatch(
      /is for other names; use one of those in the address/,
    )
    expect(await refused(postgresUrl(full('/nowhere/ca.pem')))).toMatch(
      /sslrootcert=\/nowhere\/ca.pem: there is no such file/,
    )
  })

  it('end a start with that sentence, as an expired certificate of SIP over TLS does', async () => {
    const [first, last] = freeRtpRange().split('-')
    const environment = {
      TANDEM_DATA: join(folder, 'refused'),
      TANDEM_POSTGRES_URL: postgresUrl(`sslmode=verify-full&sslrootcert=${stranger.certificate}`),
      TANDEM_HTTP_PORT: String(await freePort()),
      TANDEM_SIP_PORT: String(await freePort()),
      TANDEM_SIPS_PORT: String(await freePort()),
      TANDEM_SIP_WS_PORT: String(await freePort()),
      TANDEM_RTP_PORTS: `${first}-${last}`,
    }
    const { code, stderr, stdout } = await runCommand(['start', '--demo'], environment)
    expect(code).toBe(1)
    expect(`${stdout}${stderr}`).toMatch(/the database cannot be reached: its certificate is .*CA/)
    const old = makeCertificate(ca, folder, { name: 'old', names: ['IP:127.0.0.1'], days: -1 })
    const own = { TANDEM_TLS_CERTIFICATE: old.certificate, TANDEM_TLS_KEY: old.key }
    const expired = await runCommand(['start', '--demo'], { ...environment, ...own })
    expect([expired.code, expired.stderr]).toEqual([1, expect.stringMatching(/expired on \d{4}-.*; renew it/)])
  })

  it('refuse a Redis of another CA, and say so in the log; the registers go on from their own copy', async () => {
    const lines: string[] = []
    const logger = createLogger('test', 'info', (line) => void lines.push(line))
    const registers = new PoolRegisters({ url: redisUrl(stranger), clock: systemClock, logger })
    await registers.set('a', 'b', 10_000).catch(() => {})
    await eventually('the complaint', () => (lines.some((line) => /CA/.test(line)) ? true : undefined), 20_000)
    await registers.close()
  })
})
