import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { eventually } from './api-client.ts'
import { freePort } from './free-ports.ts'

/** Debian's PostgreSQL: it brings pg_basebackup, which the embedded one does not. */
const DEBIAN = '/usr/lib/postgresql'
const PASSWORD = 'tandem'

/** A PostgreSQL server of a test's own. */
export interface TestPostgres {
  readonly port: number
  readonly url: string
  /** Sends a signal to the server and to all its processes; SIGKILL unless told. */
  kill(signal?: NodeJS.Signals): void
  /** Makes a standby the primary server. */
  promote(): void
  start(): Promise<void>
  query<T>(text: string): Promise<readonly T[]>
  /** The same in the database that a pool uses. */
  pool<T>(text: string): Promise<readonly T[]>
}

/** A primary server and a streaming standby that confirms every commit. */
export interface PostgresPair {
  readonly primary: TestPostgres
  readonly standby: TestPostgres
  /** Both, as a pool is told of them. */
  readonly url: string
  close(): Promise<void>
}

/** Whether this machine has what a pair needs. */
export function hasDebianPostgres(): boolean {
  return existsSync(DEBIAN)
}

/** Starts a pair; the settings of the primary are those of docs/operations/postgresql.md. Where commits do not wait for the standby, it follows as it can. */
export async function startPostgresPair(settings: readonly string[], waits = true): Promise<PostgresPair> {
  const parent = mkdtempSync(join(tmpdir(), 'tandem-pair-'))
  const account = accountOf(parent)
  const run = (name: string, ...args: string[]) =>
    execFileSync(program(name), args, {
      ...account,
      cwd: '/',
      stdio: 'pipe',
      env: { PGPASSWORD: PASSWORD, LC_ALL: 'C' },
    })
  const [one, other] = [join(parent, 'one'), join(parent, 'other')]
  writeFileSync(join(parent, 'password'), PASSWORD, { mode: 0o644 })
  run(
    'initdb',
    '-D',
    one,
    '-U',
    'tandem',
    '--pwfile',
    join(parent, 'password'),
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--no-sync',
  )
  const [first, second] = [await freePort(), await freePort()]
  const lines = [
    ...settings,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${parent}'`,
    'fsync = off',
    'max_connections = 200',
  ]
  appendFileSync(join(one, 'postgresql.conf'), `${lines.join('\n')}\n`)
  const primary = server(one, first, account)
  await primary.start()
  await primary.query('create database pool')
  const conn = `host=127.0.0.1 port=${first} user=tandem password=${PASSWORD} application_name=standby1`
  run('pg_basebackup', '-D', other, '-d', conn, '-R', '-X', 'stream', '-c', 'fast', '--no-sync')
  const standby = server(other, second, account)
  await standby.start()
  if (waits) await primary.query("alter system set synchronous_standby_names = 'FIRST 1 (standby1)'")
  await primary.query('select pg_reload_conf()')
  await eventually('the standby to follow', async () => {
    const [row] = await primary.query<{ sync_state: string }>('select sync_state from pg_stat_replication')
    return row?.sync_state === (waits ? 'sync' : 'async') ? true : undefined
  })
  return {
    primary,
    standby,
    url: `postgres://tandem:${PASSWORD}@127.0.0.1:${first},127.0.0.1:${second}/pool?target_session_attrs=read-write`,
    async close() {
      primary.kill()
      standby.kill()
      rmSync(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

function server(folder: string, port: number, account: { uid?: number; gid?: number }): TestPostgres {
  let child: ChildProcess | undefined
  const url = `postgres://tandem:${PASSWORD}@127.0.0.1:${port}/pool`
  const ask = async <T>(connectionString: string, text: string): Promise<readonly T[]> => {
    const client = new Client({ connectionString })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  const admin = <T>(text: string) => ask<T>(url.replace(/pool$/, 'postgres'), text)
  const end = () => child?.pid && signalGroup(child.pid, 'SIGKILL')
  process.once('exit', end)
  return {
    port,
    url,
    kill: (signal = 'SIGKILL') => {
      if (child?.pid) signalGroup(child.pid, signal)
    },
    promote: () =>
      void execFileSync(program('pg_ctl'), ['promote', '-D', folder], { ...account, cwd: '/', stdio: 'pipe' }),
    async start() {
      child = spawn(program('postgres'), ['-D', folder, '-p', String(port)], {
        ...account,
        cwd: '/',
        stdio: 'ignore',
        detached: true,
      })
      await eventually('the server', () => admin('select 1').then(() => true as const))
    },
    query: admin,
    pool: (text) => ask(url, text),
  }
}

/** The server and its children: each of those is a session of its own. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .map(Number)
  for (const one of [pid, ...children.filter((child) => child > 1)]) {
    try {
      process.kill(one, signal)
    } catch {
      // It has just ended.
    }
  }
}

function program(name: string): string {
  const [version = ''] = readdirSync(DEBIAN).sort().reverse()
  return join(DEBIAN, version, 'bin', name)
}

/** PostgreSQL refuses to run as root. */
function accountOf(parent: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const [uid, gid] = [id('-u'), id('-g')]
  chownSync(parent, uid, gid)
  chmodSync(parent, 0o755)
  return { uid, gid }
}
