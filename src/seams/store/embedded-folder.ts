import { randomBytes } from 'node:crypto'
import { mkdir, readFile, realpath, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { POSTGRES_VERSION } from './embedded-binaries.ts'
import { STORE_ERRORS } from './errors.ts'

/** Where the parts of an embedded PostgreSQL lie. */
export interface Folder {
  readonly path: string
  /** PostgreSQL's own data folder. */
  readonly cluster: string
  /** What PostgreSQL says, one line a warning. */
  readonly logFile: string
}

/** How to get in: kept in the cluster, so that the two come into being at once, and readable by nobody else. */
export interface Access {
  readonly password: string
  /** Where it listened last, so that a restart is found at the same place. */
  readonly port: number
}

/** A new cluster takes 40 MB and its first write-ahead segments as much again. */
const FREE_MB_NEW = 200

/** Below this PostgreSQL may come up and stop in the middle of a call: better said at the start. */
const FREE_MB_OLD = 48

/** Warnings of years; beyond it the file is set aside once. */
const LOG_BYTES_MAX = 10 * 1024 * 1024

const ACCESS_FILE = 'tandem-access.json'

const ACCESS = z.strictObject({ password: z.string().min(16), port: z.int().min(0).max(65_535) })

/** Makes the folder if needed and sees that it can be used; fails with `store.folder`, `.disk-full` or `.version`. */
export async function prepareFolder(path: string): Promise<Folder> {
  try {
    await mkdir(path, { recursive: true })
    const real = await realpath(path)
    const folder: Folder = {
      path: real,
      cluster: join(real, 'cluster'),
      logFile: join(real, 'postgres.log'),
    }
    await checkVersion(folder)
    await checkSpace(folder)
    await turnLog(folder)
    return folder
  } catch (error) {
    throw folderError(path, error)
  }
}

/** Whether a cluster was made here before. */
export async function hasCluster(folder: Folder): Promise<boolean> {
  return (await stat(folder.cluster).catch(() => undefined)) !== undefined
}

/** A password that nobody can guess. */
export function newAccess(): Access {
  return { password: randomBytes(24).toString('base64url'), port: 0 }
}

/** The password and port of the cluster. */
export async function loadAccess(folder: Folder): Promise<Access> {
  try {
    return ACCESS.parse(JSON.parse(await readFile(join(folder.cluster, ACCESS_FILE), 'utf8')))
  } catch (error) {
    throw accessError(folder, error)
  }
}

/** Writes the password and port into a cluster's folder, whole or not at all. */
export async function saveAccess(cluster: string, access: Access): Promise<void> {
  const file = join(cluster, ACCESS_FILE)
  const next = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(next, JSON.stringify(access), { mode: 0o600, flush: true })
  await rename(next, file)
}

function accessError(folder: Folder, error: unknown): unknown {
  const damaged = error instanceof z.ZodError || error instanceof SyntaxError
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  if (!damaged && !missing) return folderError(folder.path, error)
  const reason = `${join('cluster', ACCESS_FILE)}, which holds the password of its database, is ${damaged ? 'damaged' : 'missing'}`
  return STORE_ERRORS['store.folder']({ folder: folder.path, reason }, error)
}

/** Turns what the file system says into one sentence about the folder. */
export function folderError(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = REASONS[code]
  if (code === 'ENOSPC' || code === 'EDQUOT') return fullError(folder, 0, FREE_MB_OLD)
  return reason ? STORE_ERRORS['store.folder']({ folder, reason }, error) : error
}

/** The sentence about a full disk. */
export function fullError(folder: string, freeMb: number, neededMb: number = FREE_MB_OLD): unknown {
  return STORE_ERRORS['store.disk-full']({ folder, freeMb, neededMb })
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
  EIO: 'the disk reports an error',
}

async function checkVersion(folder: Folder): Promise<void> {
  if (!(await hasCluster(folder))) return
  const found = (await readFile(join(folder.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (found === POSTGRES_VERSION) return
  throw STORE_ERRORS['store.version']({ folder: folder.path, found, needed: POSTGRES_VERSION })
}

async function checkSpace(folder: Folder): Promise<void> {
  const { bavail, bsize } = await statfs(folder.path)
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20)
  const neededMb = (await hasCluster(folder)) ? FREE_MB_OLD : FREE_MB_NEW
  if (freeMb < neededMb) throw fullError(folder.path, freeMb, neededMb)
}

async function turnLog(folder: Folder): Promise<void> {
  const size = (await stat(folder.logFile).catch(() => undefined))?.size ?? 0
  if (size <= LOG_BYTES_MAX) return
  await rm(`${folder.logFile}.1`, { force: true })
  await rename(folder.logFile, `${folder.logFile}.1`)
}
