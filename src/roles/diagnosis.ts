import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Clock, Logger } from '#base'

/** Diagnoses that are kept: of the last failures, not of a bad year. */
const KEPT_MAX = 20
/** The end of each log: some hundred lines. */
const LOG_BYTES = 64 * 1024

/** What a diagnosis is made of. */
export interface DiagnosisOptions {
  /** The data folder. */
  readonly data: string
  readonly clock: Clock
  readonly logger: Logger
  /** What the switchover knows at this moment. */
  status(): unknown
}

/**
 * Keeps, when a module failed, what tells a lost network from a primary that is overloaded or hangs: the end of each log of this
 * machine, the state of switchover with its probes, and the machine's load.
 */
export function keepDiagnosis(options: DiagnosisOptions, why: string): void {
  const { data, clock, logger, status } = options
  const folder = join(data, 'diagnosis')
  const at = new Date(clock.now()).toISOString()
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const logs = readdirSync(join(data, 'log')).filter((name) => name.endsWith('.log'))
    const ends = Object.fromEntries(logs.map((name) => [name, endOf(join(data, 'log', name)).split('\n')]))
    const text = JSON.stringify({ at, why, switchover: status(), load: loadavg(), logs: ends }, null, 1)
    writeFileSync(join(folder, `${at.replaceAll(':', '-')}.json`), text, { mode: 0o600 })
    for (const name of listDiagnoses(data).slice(0, -KEPT_MAX)) rmSync(join(folder, name))
    logger.warn({ why, folder }, 'a diagnosis was kept')
  } catch (cause) {
    // A full disk must not keep a backup from its work.
    logger.warn({ why, problem: String(cause) }, 'no diagnosis could be kept')
  }
}

/** The names of the diagnoses that are kept, oldest first. */
export function listDiagnoses(data: string): readonly string[] {
  const folder = join(data, 'diagnosis')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
}

function endOf(file: string): string {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES))
    readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8')
  } finally {
    closeSync(handle)
  }
}
