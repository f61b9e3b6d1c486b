import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '#base'

/** A fault that a test makes in a core: the event loop stands still, or the voice adapter answers no more. */
interface TestFault {
  readonly kind: 'block' | 'hang'
  readonly ms: number
}

/** Says whether the adapter is to seem hung. */
export interface TestFaults {
  readonly hung: boolean
}

/**
 * Lets tests make faults that no signal makes. Only a demo that was started with DEMO_TEST_FAULTS=1 listens to them: SIGUSR2 makes
 * the fault that stands in `run/fault.json`. Everywhere else this does nothing at all.
 */
export function listenForTestFaults(demo: boolean, runFolder: string, logger: Logger): TestFaults {
  const faults = { hung: false }
  if (!demo || process.env['DEMO_TEST_FAULTS'] !== '1') return faults
  process.on('SIGUSR2', () => {
    const file = join(runFolder, 'fault.json')
    if (!existsSync(file)) return
    const { kind, ms } = JSON.parse(readFileSync(file, 'utf8')) as TestFault
    rmSync(file)
    logger.warn({ kind, ms }, 'a test makes a fault')
    if (kind === 'block') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
      return
    }
    faults.hung = true
    setTimeout(() => {
      faults.hung = false
    }, ms).unref()
  })
  return faults
}
