import { join } from 'node:path'
import { isRunning, readPid } from './process-table.ts'
import { weigh } from './weight.ts'

/** A core that is started while another serves takes no processor time from calls until it stands behind that one: to load and fold costs a second or two. */
export function weighForStart(runFolder: string): void {
  const primary = readPid(join(runFolder, 'core.pid'))
  if (primary !== undefined && isRunning(primary, ['core'])) weigh('light')
}
