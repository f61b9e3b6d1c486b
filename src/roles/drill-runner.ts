import { join } from 'node:path'
import { type Clock, isTandemError, type Logger } from '#base'
import { type DrillHistory, runDrill } from '#engines/drill'
import type { Log } from '#seams/log'
import type { DrillRow, Drills, DrillTarget } from '#seams/store'
import type { Database } from './database.ts'
import { DrillSchedule } from './drill-schedule.ts'
import { isAlive, readPid, signal } from './process-table.ts'
import type { Settings } from './settings.ts'

/** Besides being woken, the runner looks this often: a notice may be missed. */
const LOOK_MS = 2_000

export interface DrillRunnerOptions {
  readonly node: string
  readonly drills: Drills
  readonly log: Pick<Log, 'head' | 'read'>
  readonly history: DrillHistory
  /** Where this machine's edge takes calls. */
  readonly edge: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly logger: Logger
  /** Kills the process of a role of this machine; false when there is none. */
  kill(target: DrillTarget): boolean
}

/** Runs the drills that this machine is asked for, one after the other; it lives in the supervisor, which no drill kills. */
export class DrillRunner {
  readonly #options: DrillRunnerOptions
  readonly #unwatch: () => void
  #timer: { stop(): void } | undefined
  #running: Promise<void> | undefined
  #closed = false

  constructor(options: DrillRunnerOptions) {
    this.#options = options
    this.#unwatch = options.drills.watch(() => this.#look())
    this.#arm()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unwatch()
    this.#timer?.stop()
    await this.#running
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(LOOK_MS, () => {
      this.#look()
      if (!this.#closed) this.#arm()
    })
  }

  #look(): void {
    if (this.#closed || this.#running) return
    this.#running = this.#take().finally(() => {
      this.#running = undefined
    })
  }

  async #take(): Promise<void> {
    const { drills, node, logger } = this.#options
    try {
      const drill = await drills.claim(node)
      if (drill) await this.#run(drill)
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      logger.warn({ problem: cause.message }, 'drills cannot be looked for')
    }
  }

  async #run(drill: DrillRow): Promise<void> {
    const { drills, log, history, edge, clock, logger, kill } = this.#options
    logger.warn({ drill: drill.id, by: drill.askedBy, kill: drill.kill }, 'a failure drill begins')
    const place = { ...edge, number: drill.number }
    const parts = { drill, place, log, history, clock, logger, kill: () => kill(drill.kill) }
    const result = await runDrill(parts).then(
      (score) => ({ score }),
      (cause: unknown) => ({ problem: cause instanceof Error ? cause.message : String(cause) }),
    )
    logger.warn({ drill: drill.id, ...result }, 'a failure drill is over')
    await drills.finish(drill.id, result)
  }
}

/** The drills of this machine, by request and by the timetable: they kill what the run folder names. */
export function openDrills(
  { settings, clock, logger }: { readonly settings: Settings; readonly clock: Clock; readonly logger: Logger },
  { drilling, members, primary }: Pick<Database, 'drilling' | 'members' | 'primary'>,
  data: string,
): { close(): Promise<void> } {
  const { node, listen, sipPort, drillSchedule: pattern, drillNumber: number } = settings
  const host = listen === '0.0.0.0' ? '127.0.0.1' : listen
  const kill = (target: DrillTarget): boolean => {
    const pid = readPid(join(data, 'run', `${target}.pid`))
    if (pid === undefined || !isAlive(pid)) return false
    signal(pid, 'SIGKILL')
    return true
  }
  const runner = new DrillRunner({ node, ...drilling, edge: { host, port: sipPort }, clock, logger, kill })
  const standing = async () => {
    const cores = (await members.list()).filter(({ role }) => role === 'core').length
    return { primary: await primary(), cores }
  }
  const { drills } = drilling
  const schedule = pattern && new DrillSchedule({ pattern, number, node, drills, standing, clock, logger })
  return {
    async close() {
      if (schedule) schedule.close()
      await runner.close()
    },
  }
}
