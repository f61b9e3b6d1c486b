import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, commandAs } from './embedded-account.ts'
import type { Binaries } from './embedded-binaries.ts'
import { type Folder, folderError, fullError, hasCluster, newAccess, saveAccess } from './embedded-folder.ts'
import { STORE_ERRORS } from './errors.ts'

/** The superuser of an embedded cluster; nobody outside this machine can reach it. */
export const SUPERUSER = 'tandem'

/** What a failing initdb may say before it is cut. */
const OUTPUT_CHARS_MAX = 20_000

/**
 * Makes a new cluster beside the place where it belongs and moves it there when it is whole: a start that dies on the way leaves
 * nothing that the next one would take for data.
 */
export async function initialise(folder: Folder, binaries: Binaries, account: Account | undefined): Promise<void> {
  // The number tells a later start whether whoever made it still lives.
  const unfinished = `${folder.cluster}.${process.pid}.${randomBytes(6).toString('hex')}`
  const passwordFile = `${unfinished}.password`
  const access = newAccess()
  try {
    await removeUnfinished(folder)
    // initdb makes the folder's content, but the account may not make the folder.
    await makeOwned(unfinished, account)
    await writeFile(passwordFile, access.password, { mode: 0o600 })
    if (account) await chown(passwordFile, account.uid, account.gid)
    const args = ['-D', unfinished, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    const command = commandAs(account, binaries.initdb, [...args, '--encoding=UTF8', '--locale=C'], [folder.path])
    const { status, output } = await run(command.file, command.args, command.options)
    if (status !== 0) throw explain(folder, output)
    await saveAccess(unfinished, access)
    await rename(unfinished, folder.cluster)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another start of the same folder was quicker: its cluster serves as well.
    if (isNotEmpty(error) && (await hasCluster(folder))) return
    throw folderError(folder.path, error)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function makeOwned(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  if (account) await chown(path, account.uid, account.gid)
}

/** What starts that died left behind. */
async function removeUnfinished(folder: Folder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    const pid = /^cluster\.(\d+)\./.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(folder.path, name), { recursive: true, force: true })
  }
}

/** Whether a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Turns what PostgreSQL says before it gives up into one sentence. */
export function explain(folder: Folder, output: string): unknown {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return fullError(folder.path, 0)
  const denied = /Permission denied|wrong ownership|Read-only file system|Operation not permitted/i.exec(output)
  if (denied) return STORE_ERRORS['store.folder']({ folder: folder.path, reason: denied[0].toLowerCase() })
  const lines = output.split('\n').map((line) => line.trim())
  const reason =
    lines.findLast((line) => /FATAL|PANIC|error:/i.test(line)) ?? lines.findLast((line) => line) ?? 'no reason given'
  return STORE_ERRORS['store.start']({ folder: folder.path, reason: reason.replace(/^.*?(FATAL|PANIC):\s*/, '') })
}

function isNotEmpty(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
}

function run(
  file: string,
  args: readonly string[],
  options: { uid?: number; gid?: number },
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...options,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: serverEnvironment(),
    })
    let output = ''
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARS_MAX)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output }))
  })
}

/** Messages in English (they are matched), and nothing of ours that the server might read, such as PGDATA. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}
