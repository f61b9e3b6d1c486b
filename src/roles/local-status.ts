import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, readPid } from './process-table.ts'
import type { RoleName } from './role-process.ts'

/** Two cores: the primary, and a backup that folds the log as it arrives and takes over within the time that a start would need. */
export const CORES: readonly string[] = ['core1', 'core2']

/** Which processes of this machine write under which role's name; of the cores the primary is looked at. */
const ROLES = ['edge', 'core', 'media', 'archive'] as const

/** How one role of this machine stands, by the files of its run folder. */
export interface LocalRole {
  readonly role: RoleName
  /** Its files in `run` and `log` begin with it; of the cores that of the primary, or of the first when there is none. */
  readonly name: string
  readonly pid?: number
  readonly alive: boolean
  readonly ready: boolean
}

/** The roles of this machine (of the cores: the primary); works while every role is down. */
export function localStatus(runFolder: string): readonly LocalRole[] {
  return ROLES.flatMap((role) =>
    (role === 'media' ? ['media', ...furtherMedia(runFolder)] : [role]).map((file) => {
      const pid = role === 'core' ? corePid(runFolder) : readPid(join(runFolder, `${file}.pid`))
      const alive = pid !== undefined && isAlive(pid)
      return {
        role,
        name: role === 'core' ? coreName(runFolder, pid) : file,
        pid,
        alive,
        ready: alive && readPid(join(runFolder, `${file}.ready`)) === pid,
      }
    }),
  )
}

/** Media processes beside the first: `media2`, `media3` … */
function furtherMedia(runFolder: string): readonly string[] {
  const files = existsSync(runFolder) ? readdirSync(runFolder) : []
  return files.flatMap((file) => /^(media\d+)\.pid$/.exec(file)?.[1] ?? []).sort()
}

/** The primary; while there is none, a core that may become it. */
function corePid(runFolder: string): number | undefined {
  const pids = ['core', ...CORES].map((name) => readPid(join(runFolder, `${name}.pid`)))
  return pids.find((pid) => pid !== undefined && isAlive(pid)) ?? pids[0]
}

function coreName(runFolder: string, pid: number | undefined): string {
  return CORES.find((name) => pid !== undefined && readPid(join(runFolder, `${name}.pid`)) === pid) ?? 'core1'
}
