import { existsSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const AUTOGROUP = '/proc/self/autogroup'

/**
 * A probe that is late itself hears gaps that nobody made: where the system permits it, callers and agents go before what they
 * measure, as phones on machines of their own would.
 */
export function beUnhurried(): void {
  try {
    setPriority(process.pid, constants.priority.PRIORITY_HIGHEST)
    if (existsSync(AUTOGROUP)) writeFileSync(AUTOGROUP, String(constants.priority.PRIORITY_HIGHEST))
  } catch {
    // Then the table's line of the probes' own lateness says how much to believe.
  }
}
