import { writeFileSync } from 'node:fs'
import type { Logger } from '#base'

/** A full disk is looked at this often until the mark can be written. */
const RETRY_MS = 1_000

/** Writes this process's number into a file of the run folder: others see by it that we serve. A full disk delays that and no more. */
export function announce(file: string, logger: Logger): void {
  try {
    writeFileSync(file, String(process.pid))
  } catch (cause) {
    logger.warn({ problem: String(cause) }, 'a mark in the run folder cannot be written; trying again')
    setTimeout(() => announce(file, logger), RETRY_MS).unref()
  }
}
