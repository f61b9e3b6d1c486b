import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '#base'
import { type Account, chooseAccount, commandAs } from './embedded-account.ts'
import { type Binaries, findBinaries } from './embedded-binaries.ts'
import {
  type Access,
  type Folder,
  folderError,
  hasCluster,
  loadAccess,
  prepareFolder,
  saveAccess,
} from './embedded-folder.ts'
import { explain, initialise, serverEnvironment } from './embedded-initialise.ts'
import { answers, databaseUrl, ensureDatabase } from './embedded-probe.ts'
import { findRunning, isRunning, type Running, readState, stopServer } from './embedded-process.ts'
import { serverArguments } from './embedded-settings.ts'
import { STORE_ERRORS } from './errors.ts'

/** How an embedded PostgreSQL is started. */
export interface EmbeddedOptions {
  /** Everything of it lies in here; made if it does not exist. */
  readonly folder: string
  readonly logger: Logger
  /** Told in a sentence what takes time. */
  readonly progress?: (sentence: string) => void
  /** The loopback port; left out, the one of last time, or any free one. */
  readonly port?: number
  /** PostgreSQL settings besides ours. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PostgreSQL of our own that answers. */
export interface EmbeddedPostgres {
  /** How to connect to its database `tandem`; contains the password. */
  readonly url: string
  readonly pid: number
  /** It ran already (its supervisor had died) and was taken over as it was. */
  readonly adopted: boolean
  /** Resolves when the server ends, for whatever reason. */
  readonly exited: Promise<void>
  /** Stops the server: connections are ended, everything is on disk. */
  close(): Promise<void>
}

/** Recovery after a crash reads at most `max_wal_size`; a disk that is slower than this allows is broken. */
const READY_MS_MAX = 120_000

/** After a kill the processes of the old server go within moments; so does a server that is just stopping. */
const LEAVE_MS_MAX = 15_000

/** How often a port that was free a moment ago may turn out to be taken. */
const PORT_TRIES_MAX = 5

const POLL_MS = 10

/**
 * Starts the PostgreSQL that npm installed, as a process that outlives this one; makes its data on the first start, recovers
 * after a crash, and takes over a server that runs on the folder already. Failures are one sentence: see {@link STORE_ERRORS}.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const folder = await prepareFolder(options.folder)
  const binaries = findBinaries()
  const account = chooseAccount(folder.cluster)
  if (!(await hasCluster(folder))) {
    options.progress?.('Making a new database (once; takes a few seconds)')
    await initialise(folder, binaries, account)
  }
  const server: Server = { ...options, folder, binaries, account, access: await loadAccess(folder) }
  return (await adopt(server)) ?? launch(server)
}

interface Server extends Omit<EmbeddedOptions, 'folder'> {
  readonly folder: Folder
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly access: Access
}

/** Takes over a server that runs on the folder; waits for one that is stopping to be gone. */
async function adopt(server: Server): Promise<EmbeddedPostgres | undefined> {
  const { folder, access, logger } = server
  const startedAt = performance.now()
  for (;;) {
    const running = await findRunning(folder)
    if (!running) return undefined
    const url = databaseUrl(access, running.port)
    if (running.ready && (await answers(url, folder))) {
      logger.info({ pid: running.pid, port: running.port }, 'running database adopted')
      await ensureDatabase(url, READY_MS_MAX)
      await saveAccess(folder.cluster, { ...access, port: running.port })
      return handle(server, url, running, true)
    }
    if (performance.now() - startedAt > (running.ready ? LEAVE_MS_MAX : READY_MS_MAX)) {
      const reason = `process ${running.pid} has it open but does not answer`
      throw STORE_ERRORS['store.start']({ folder: folder.path, reason })
    }
    await pause(POLL_MS)
  }
}

/** Starts a server of our own. */
async function launch(server: Server): Promise<EmbeddedPostgres> {
  const { folder, access } = server
  const until = performance.now() + LEAVE_MS_MAX
  let port = server.port ?? access.port
  for (let tries = 0; ; ) {
    if (port === 0) port = await freePort()
    const outcome = await tryLaunch(server, port)
    if (typeof outcome !== 'string') {
      await saveAccess(folder.cluster, { ...access, port })
      return outcome
    }
    if (/Address already in use|could not create any TCP/i.test(outcome)) {
      if (server.port || ++tries === PORT_TRIES_MAX) throw STORE_ERRORS['store.port-taken']({ port })
      port = 0
    } else if (
      /lock file .* already exists|pre-existing shared memory block/i.test(outcome) &&
      performance.now() < until
    ) {
      // Another start was quicker, or the processes of a killed server are still leaving.
      await pause(POLL_MS * 10)
      const adopted = await adopt(server)
      if (adopted) return adopted
    } else throw explain(folder, outcome)
  }
}

/** The server once it answers, or what it said when it ended instead. */
async function tryLaunch(server: Server, port: number): Promise<EmbeddedPostgres | string> {
  const { folder, access, progress } = server
  const log = await open(folder.logFile, 'a').catch((error: unknown) => {
    throw folderError(folder.path, error)
  })
  const said = (await log.stat()).size
  const { child, exited } = spawnServer(server, port, log.fd)
  await log.close()
  let ended = false
  void exited.then(() => {
    ended = true
  })
  const url = databaseUrl(access, port)
  const startedAt = performance.now()
  let told = false
  while (!ended) {
    const state = await readState(folder)
    if (state?.pid === child.pid && state?.ready) {
      await ensureDatabase(url, READY_MS_MAX)
      return handle(server, url, { pid: child.pid!, port, child: exited }, false)
    }
    const waitedMs = performance.now() - startedAt
    if (waitedMs > READY_MS_MAX) {
      process.kill(child.pid!, 'SIGQUIT')
      return `FATAL: it did not answer within ${READY_MS_MAX / 1000} s`
    }
    if (waitedMs > 1000 && !told) {
      told = true
      progress?.('The database is recovering after a crash')
    }
    await Promise.race([pause(POLL_MS), exited])
  }
  return (await readFile(folder.logFile)).subarray(said).toString()
}

function spawnServer(
  server: Server,
  port: number,
  logFd: number,
): { child: ReturnType<typeof spawn>; exited: Promise<void> } {
  const { folder, binaries, account, settings } = server
  const args = serverArguments(folder.cluster, port, settings)
  const command = commandAs(account, binaries.postgres, args, [folder.cluster])
  const child = spawn(command.file, command.args, {
    ...command.options,
    cwd: '/',
    // A session of its own: Ctrl-C in the supervisor's terminal is not meant for it.
    detached: true,
    stdio: ['ignore', logFd, logFd],
    env: serverEnvironment(),
  })
  child.unref()
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return { child, exited }
}

function handle(server: Server, url: string, running: Running, adopted: boolean): EmbeddedPostgres {
  const { folder, logger } = server
  const exited = running.child ?? watchExit(folder, running)
  let closing: Promise<void> | undefined
  return {
    url,
    pid: running.pid,
    adopted,
    exited,
    close() {
      closing ??= stopServer(folder, { ...running, child: exited }, logger)
      return closing
    },
  }
}

/** Nobody tells us of the end of a process that is not our child. */
async function watchExit(folder: Folder, running: Running): Promise<void> {
  while (await isRunning(folder, running.pid)) await pause(POLL_MS * 10, undefined, { ref: false })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
