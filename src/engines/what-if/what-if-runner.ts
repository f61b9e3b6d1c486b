import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Clock, Logger } from '#base'
import { CONFIG_ERRORS } from '#kernel/config'
import { WHAT_IF_ERRORS } from './errors.ts'
import type { WhatIfInput, WhatIfReport } from './what-if.ts'
import type { WhatIfAnswer } from './what-if-process.ts'

/** A page's patience; a day of a large centre takes some ten seconds, and what takes longer was asked too widely. */
const RUN_MS_MAX = 60_000

/** Ten times what 100,000 calls take; a process that wants more is ended by itself, not by the machine. */
const MEMORY_MB_MAX = 1_024

/** What a runner is made of. */
export interface WhatIfRunnerOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly runMsMax?: number
}

/**
 * Tries configurations in a process of its own, one at a time, behind everything that calls need: signalling never waits for a replay, and
 * a replay that goes wrong ends nothing but itself.
 */
export class WhatIfRunner {
  readonly #options: WhatIfRunnerOptions
  #child: ChildProcess | undefined

  constructor(options: WhatIfRunnerOptions) {
    this.#options = options
  }

  /** Fails with `what-if.busy` while another runs, and with `what-if.too-long` when the time is over. */
  async run(input: WhatIfInput): Promise<WhatIfReport> {
    if (this.#child) throw WHAT_IF_ERRORS['what-if.busy']()
    const child = fork(fileURLToPath(new URL('./what-if-process.ts', import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${MEMORY_MB_MAX}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    try {
      return reportOf(await this.#answer(child, input))
    } finally {
      this.#child = undefined
      child.kill('SIGKILL')
    }
  }

  /** Ends what runs. */
  close(): void {
    this.#child?.kill('SIGKILL')
  }

  #answer(child: ChildProcess, input: WhatIfInput): Promise<WhatIfAnswer> {
    const { clock, logger, runMsMax = RUN_MS_MAX } = this.#options
    return new Promise((resolve, reject) => {
      const timer = clock.after(runMsMax, () => {
        reject(WHAT_IF_ERRORS['what-if.too-long']({ seconds: runMsMax / 1_000 }))
      })
      child.once('message', (answer) => {
        timer.stop()
        resolve(answer as WhatIfAnswer)
      })
      const failed = (reason: string): void => {
        timer.stop()
        reject(WHAT_IF_ERRORS['what-if.failed']({ reason }))
      }
      child.once('error', (cause) => failed(String(cause)))
      child.once('exit', (code, signal) => failed(`its process ended with ${code ?? signal}`))
      child.once('spawn', () => stepBack(child, logger))
      child.send(input)
    })
  }
}

/** Everything else comes first on the processors. */
function stepBack(child: ChildProcess, logger: Logger): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  } catch (cause) {
    logger.warn({ problem: String(cause) }, 'a replay runs at the usual priority')
  }
}

function reportOf(answer: WhatIfAnswer): WhatIfReport {
  if ('report' in answer) return answer.report
  if ('failed' in answer) throw WHAT_IF_ERRORS['what-if.failed']({ reason: answer.failed })
  const { code, fields } = answer.error
  const known: Readonly<Record<string, (fields: Readonly<Record<string, unknown>>) => Error>> = {
    ...WHAT_IF_ERRORS,
    ...CONFIG_ERRORS,
  }
  throw known[code]?.(fields) ?? WHAT_IF_ERRORS['what-if.failed']({ reason: code })
}
