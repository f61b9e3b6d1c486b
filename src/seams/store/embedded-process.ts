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

/** What a server says of itself in its folder. */
export interface ServerState {
  readonly pid: number
  readonly port: number
  /** Whether it takes connections: not while it starts, recovers or stops. */
  readonly ready: boolean
}

const STATE_FILE = 'postmaster.pid'

/** A fast stop writes a checkpoint; past this the disk hardly answers and the stop is made hard (recovery mends it). */
const STOP_MS_MAX = 10_000

/**
 * The server that has the folder open. The file that says so outlives a crash, and its number may by then be another
 * program's, which PostgreSQL itself cannot tell in a container; such a file is removed.
 */
export async function findRunning(folder: Folder): Promise<ServerState | undefined> {
  const state = await readState(folder)
  if (!state) return undefined
  if (await isRunning(folder, state.pid)) return state
  await rm(join(folder.cluster, STATE_FILE), { force: true })
  return undefined
}

/** What the server wrote about itself: line 1 its number, 4 its port, 8 how far it is. Nothing unless all is there. */
export async function readState(folder: Folder): Promise<ServerState | undefined> {
  const lines = (await readFile(join(folder.cluster, STATE_FILE), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' }
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
