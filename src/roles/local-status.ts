import { join } from 'node:path'
import { isAlive, type RoleName, readPid } from './role-process.ts'

/** How one role of this machine stands, by the files of its run folder. */
export interface LocalRole {
  readonly role: RoleName
  readonly pid?: number
  readonly alive: boolean
  readonly ready: boolean
}

/** The roles of this machine; works while every role is down. */
export function localStatus(runFolder: string): readonly LocalRole[] {
  return (['edge', 'core', 'media', 'archive'] as const).map((role) => {
    const pid = readPid(join(runFolder, `${role}.pid`))
    const alive = pid !== undefined && isAlive(pid)
    return { role, pid, alive, ready: alive && readPid(join(runFolder, `${role}.ready`)) === pid }
  })
}
