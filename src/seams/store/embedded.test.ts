import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '#base'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './embedded.ts'
import { findBinaries } from './embedded-binaries.ts'
import { prepareFolder } from './embedded-folder.ts'
import { initialise } from './embedded-initialise.ts'

const ACCESS = 'cluster/tandem-access.json'

const isRoot = process.getuid?.() === 0

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tandem-embedded-'))
  await chmod(parent, 0o755)
  return async () => {
    await rm(parent, { recursive: true, force: true })
  }
})

const running: EmbeddedPostgres[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

async function start(folder: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ folder, logger: silentLogger, ...options })
  running.push(server)
  return server
}

async function query(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.map((row: unknown[]) => row[0])
  } finally {
    await client.end()
  }
}

/** A folder whose database was made and stopped once; the tests that share it leave it so. */
let used: string
beforeAll(async () => {
  used = join(parent, 'used')
  const sentences: string[] = []
  const server = await startEmbedded({
    folder: used,
    logger: silentLogger,
    progress: (sentence) => sentences.push(sentence),
  })
  expect(sentences).toEqual(['Making a new database (once; takes a few seconds)'])
  await query(server, 'create table kept (n int)')
  await server.close()
  await server.exited
})

describe('an embedded PostgreSQL', () => {
  it('LIM-03 starts on its data at the same place, safe against a power cut, and stops', async () => {
    const first = await start(used, { progress: () => expect.unreachable('nothing takes time here') })
    expect(await query(first, 'insert into kept values (1) returning n')).toEqual([1])
    expect(
      await query(first, `select setting from pg_settings where name in ('fsync', 'synchronous_commit') `),
    ).toEqual(['on', 'on'])
    await Promise.all([first.close(), first.close()])
    await first.exited
    const second = await start(used)
    expect(second.url).toBe(first.url)
    expect(second.adopted).toBe(false)
    expect(await query(second, 'select n from kept')).toEqual([1])
  })

  it('keeps its password to itself', async () => {
    const server = await start(used)
    expect((await stat(join(used, ACCESS))).mode & 0o777).toBe(0o600)
    expect((await stat(join(used, 'cluster'))).mode & 0o777).toBe(0o700)
    const wrong = new URL(server.url)
    wrong.password = 'wrong'
    await expect(query({ ...server, url: wrong.toString() }, 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
  })

  it('is taken over as it runs when its supervisor has died', async () => {
    const first = await start(used)
    const second = await start(used)
    expect(second).toMatchObject({ pid: first.pid, url: first.url, adopted: true })
    await second.close()
    await Promise.all([first.exited, second.exited])
  })

  it('is started once when two start it at the same time, also when it is new', async () => {
    const folder = join(parent, 'twice')
    const [one, two] = await Promise.all([start(folder), start(folder)])
    expect(one.pid).toBe(two.pid)
    expect((await readdir(folder)).sort()).toEqual(['cluster', 'postgres.log'])
  })

  it('recovers what was committed when it was killed', async () => {
    const first = await start(used)
    await query(first, 'insert into kept values (2)')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    const second = await start(used)
    expect(await query(second, 'select n from kept where n = 2')).toEqual([2])
  })

  it('does not take another program, which got the number of its dead process, for itself', async () => {
    await writeFile(join(used, 'cluster', 'postmaster.pid'), `${process.pid}\n${used}/cluster\n1\n5432\n\n127.0.0.1\n`)
    expect((await start(used)).adopted).toBe(false)
  })

  it('moves to another port when that of last time is taken, but says so when the port was asked for', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    onTestFinished(() => void blocker.close())
    const { port } = blocker.address() as { port: number }
    await expect(start(used, { port })).rejects.toMatchObject({ code: 'store.port-taken', fields: { port } })
    const access = JSON.parse(await readFile(join(used, ACCESS), 'utf8'))
    await writeFile(join(used, ACCESS), JSON.stringify({ ...access, port }))
    expect(new URL((await start(used)).url).port).not.toBe(String(port))
  })

  it('clears what a first start that died left behind', async () => {
    const folder = join(parent, 'half-made')
    await mkdir(join(folder, 'cluster.4000000.abc'), { recursive: true })
    await start(folder)
    expect(await readdir(folder)).not.toContain('cluster.4000000.abc')
  })

  it('outlives whoever started it, and is taken over by the next', async () => {
    const door = join(import.meta.dirname, 'index.ts')
    const base = join(import.meta.dirname, '../../base/index.ts')
    const script = `
      import { startEmbedded } from ${JSON.stringify(door)}
      import { silentLogger } from ${JSON.stringify(base)}
      const server = await startEmbedded({ folder: ${JSON.stringify(used)}, logger: silentLogger })
      process.stdout.write(String(server.pid))
      process.kill(process.pid, 'SIGKILL')`
    const starter = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script])
    expect(starter.signal).toBe('SIGKILL')
    const server = await start(used)
    expect(server).toMatchObject({ pid: Number(starter.stdout), adopted: true })
    expect(await query(server, 'select 1')).toEqual([1])
    await server.close()
    await server.exited
  })

  it.runIf(isRoot)('runs on a machine that has no account postgres', async () => {
    const path = join(parent, 'nobody')
    const folder = await prepareFolder(path)
    await initialise(folder, findBinaries(), { name: 'nobody', uid: 65_534, gid: 65_534 })
    const server = await start(path)
    expect(await query(server, 'select 1')).toEqual([1])
    expect(await readFile(`/proc/${server.pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m)
  })

  it.runIf(isRoot)('runs as another account, also where that account may not enter', async () => {
    const closed = join(parent, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const server = await start(join(closed, 'data'))
    expect(await query(server, 'select 1')).toEqual([1])
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    expect(status).not.toMatch(/^Uid:\s+0/m)
  })
})

describe('an embedded PostgreSQL that cannot start says in one sentence', () => {
  const failure = async (folder: string) => {
    const error: unknown = await start(folder).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'TandemError' })
    return (error as Error).message
  }

  /** A copy of what such a folder looks like from outside. */
  async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(parent, 'broken-'))
    await mkdir(join(folder, 'cluster'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    return folder
  }

  it('that its folder is none', async () => {
    const file = join(parent, 'file')
    await writeFile(file, '')
    expect(await failure(file)).toBe(`the data folder ${file} cannot be used: it is not a folder`)
    expect(await failure(join(file, 'in'))).toBe(
      `the data folder ${join(file, 'in')} cannot be used: it is not a folder`,
    )
  })

  it('that its data are of another version', async () => {
    const folder = await folderWith({ 'cluster/PG_VERSION': '14\n' })
    expect(await failure(folder)).toBe(
      `the data in ${folder} was written by PostgreSQL 14, but this release of Tandem brings 15`,
    )
  })

  it('that its password is lost or damaged', async () => {
    const folder = await folderWith({ 'cluster/PG_VERSION': '15\n' })
    expect(await failure(folder)).toContain(`${ACCESS}, which holds the password of its database, is missing`)
    await writeFile(join(folder, ACCESS), '{"port":')
    expect(await failure(folder)).toContain(`${ACCESS}, which holds the password of its database, is damaged`)
  })

  it('what is wrong with its data', async () => {
    const folder = await folderWith({
      'cluster/PG_VERSION': '15\n',
      [ACCESS]: JSON.stringify({ password: 'x'.repeat(32), port: 0 }),
    })
    expect(await failure(folder)).toContain(`PostgreSQL did not start in ${folder}: `)
  })

  const mounted = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', '/mnt']).status === 0
  if (mounted) spawnSync('umount', ['/mnt'])
  it.runIf(mounted)('that the disk is full (only where a small disk can be mounted)', async () => {
    const disk = await mkdtemp(join(parent, 'disk-'))
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk])
    onTestFinished(() => void spawnSync('umount', [disk]))
    expect(await failure(disk)).toBe(`the disk of ${disk} is full: 20 MB are free and 200 MB needed`)
  })
})
