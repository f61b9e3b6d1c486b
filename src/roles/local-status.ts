import { join } from 'node:path'
import { isAlive, type RoleName, readPid } from './role-process.ts'

/** How one role of this machine stands, by the files of its run folder. */
export interface LocalRole {
  readonly role: RoleName
  readonly pid?: number
  readonly alive: boolean
  readonly ready: boolean
}

/** The cores of this machine that wait to take over. */
export function localBackups(
  runFolder: string,
): readonly { readonly name: string; readonly pid: number; readonly ready: boolean }[] {
  const primary = readPid(join(runFolder, 'core.pid'))
  return ['core1', 'core2'].flatMap((name) => {
    const pid = readPid(join(runFolder, `${name}.pid`))
    if (pid === undefined || pid === primary || !isAlive(pid)) return []
    return [{ name, pid, ready: readPid(join(runFolder, `${name}.ready`)) === pid }]
  })
}

/** The roles of this machine (of the cores: the primary); works while every role is down. */
export function localStatus(runFolder: string): readonly LocalRole[] {
  return (['edge', 'core', 'media', 'archive'] as const).map((role) => {
    const pid = readPid(join(runFolder, `${role}.pid`))
    const alive = pid !== undefined && isAlive(pid)
    return { role, pid, alive, ready: alive && readPid(join(runFolder, `${role}.ready`)) === pid }
  })
}
