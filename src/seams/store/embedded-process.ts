import { readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '#base'
import type { Folder } from './embedded-folder.ts'
import { isAlive } from './embedded-initialise.ts'

/** A server that runs on a folder. */
export interface Running {
  readonly pid: number
  readonly port: number
  /** Resolves at its end, when it is a child of this process. */
  readonly child?: Promise<void>
}

/** A fast stop writes a checkpoint; past this the disk hardly answers and the stop is made hard (recovery mends it). */
const STOP_MS_MAX = 10_000

/**
 * The server that has the folder open. The file that says so outlives a crash, and its number may by then be another
 * program's, which PostgreSQL itself cannot tell in a container; such a file is removed.
 */
export async function findRunning(folder: Folder): Promise<Running | undefined> {
  const file = join(folder.cluster, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  const [pid, , , port] = text.split('\n').map(Number)
  if (!pid || !Number.isSafeInteger(pid)) return undefined
  if (await isRunning(folder, pid)) return { pid, port: port || 0 }
  await rm(file, { force: true })
  return undefined
}

/** Whether that process lives and works in this folder's cluster. */
export async function isRunning(folder: Folder, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    // A zombie has no working directory, another program has another.
    return (await readlink(`/proc/${pid}/cwd`)) === folder.cluster
  } catch (error) {
    // Where /proc hides other users' processes the word of the file must do.
    return error instanceof Error && 'code' in error && error.code === 'EACCES' && isAlive(pid)
  }
}

/** Stops it: first in good order, then hard. */
export async function stopServer(folder: Folder, running: Running, logger: Logger): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isRunning(folder, running.pid))) return
    try {
      process.kill(running.pid, signal)
    } catch {
      return
    }
    const waiting = new AbortController()
    const late = pause(STOP_MS_MAX, 'late', { signal: waiting.signal }).catch(() => 'gone')
    const outcome = await Promise.race([late, running.child?.then(() => 'gone')].filter((p) => p !== undefined))
    waiting.abort()
    if (outcome === 'gone') return
    logger.warn({ pid: running.pid, signal }, 'database does not stop')
  }
}
