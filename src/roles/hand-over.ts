import type { VoiceAdapter } from '#adapters/voice'
import type { Logger } from '#base'
import type { Fold, Sequencer } from '#engines/sequencer'
import { type PoolCommand, pairOf, SWITCHOVER_ERRORS } from '#engines/switchover'
import type { CoreSelf } from './core-link.ts'
import type { CoreMachines } from './core-machines.ts'
import type { CoreSwitchover } from './core-switchover.ts'
import { LOG_FORMATS } from './release-formats.ts'

/** A backup folds as many in some tens of milliseconds; one that is further behind would keep callers waiting. */
const BEHIND_MAX = 1_000

/** The answer to who asked leaves before the doors close. */
const ANSWER_MS = 50

/** What a primary hands over. */
export interface HandOverOptions {
  readonly part: CoreSwitchover
  readonly fold: Fold<CoreMachines>
  readonly sequencer: Sequencer<CoreMachines>
  readonly voice: VoiceAdapter
  readonly logger: Logger
}

/** Who is primary, and who will be. */
export interface SwitchoverAnswer {
  readonly from: string
  readonly to: string
  /** False when nothing had to be done. */
  readonly switching: boolean
}

/** What people ask of the pool through its primary: a switchover, a drain, a newer format of the log. Asked twice, it is done once. */
export class HandOver {
  readonly #options: HandOverOptions
  #to: CoreSelf | undefined

  constructor(options: HandOverOptions) {
    this.#options = options
  }

  /** Gives the primacy to the backup of that name, machine or life; without one to the backup that is nearest to the log's head. */
  async switchTo(to: string | undefined, by: string): Promise<SwitchoverAnswer> {
    const own = this.#options.part.self()
    if (this.#to) {
      if (to === undefined || isNamed(this.#to, to)) return { from: own.holder, to: this.#to.holder, switching: true }
      throw SWITCHOVER_ERRORS['switchover.under-way']({ to: this.#to.holder })
    }
    if (to !== undefined && isNamed(own, to)) return { from: own.holder, to: own.holder, switching: false }
    const chosen = this.#choose((backup) => to === undefined || isNamed(backup, to), to)
    await this.#leave(chosen, by)
    return { from: own.holder, to: chosen.holder, switching: true }
  }

  /** Takes a machine or a core out of service: it takes nothing any more, and hands over if it is primary. */
  async drain(name: string, by: string): Promise<SwitchoverAnswer> {
    const own = this.#options.part.self()
    const concerned = own.node === name || own.name === name
    const chosen = concerned
      ? this.#choose((backup) => backup.node !== name && backup.name !== name, undefined)
      : undefined
    await this.#submit({ type: 'Drain', name, by })
    if (!chosen) return { from: own.holder, to: own.holder, switching: false }
    await this.#leave(chosen, by)
    return { from: own.holder, to: chosen.holder, switching: true }
  }

  async endDrain(name: string, by: string): Promise<void> {
    await this.#submit({ type: 'EndDrain', name, by })
  }

  /** Lets the log be written in a newer format, if every core reads it. */
  async raiseLevel(level: number, by: string): Promise<number> {
    const { part, fold } = this.#options
    const reads = Object.fromEntries(
      [part.self(), ...part.link.backups()].map((core) => [core.name, core.reads.newest]),
    )
    await this.#submit({ type: 'RaiseLevel', level, by, reads })
    return fold.states.pool.level
  }

  #choose(fits: (backup: CoreSelf) => boolean, named: string | undefined): CoreSelf {
    const { part, fold } = this.#options
    const backups = part.link.backups()
    const best = backups
      .filter((backup) => fits(backup) && (!backup.draining || named !== undefined))
      .sort((a, b) => b.position - a.position)[0]
    if (!best) {
      throw SWITCHOVER_ERRORS['switchover.no-backup']({
        named: named === undefined ? '' : ` as ${named}`,
        backups: backups.map(({ name, draining }) => (draining ? `${name} (draining)` : name)).join(', ') || 'none',
      })
    }
    const { level } = fold.states.pool
    if (level < best.reads.oldest || level > best.reads.newest) {
      const reason = `it reads the log’s formats ${best.reads.oldest} to ${best.reads.newest}, and the log is written in ${level}`
      throw SWITCHOVER_ERRORS['switchover.release']({ to: best.name, reason })
    }
    const fit = pairOf(best.reads, level, LOG_FORMATS.reads)
    if (fit !== 'active' && named === undefined) {
      const reason = `its release is more than one away (${fit}); name it to switch over all the same`
      throw SWITCHOVER_ERRORS['switchover.release']({ to: best.name, reason })
    }
    const events = fold.sequence - best.position
    if (events > BEHIND_MAX) throw SWITCHOVER_ERRORS['switchover.behind']({ to: best.name, events })
    return best
  }

  /** First it is written who asked; then nothing more is taken, what was taken is written, and the other has the lease. */
  async #leave(to: CoreSelf, by: string): Promise<void> {
    const { part, sequencer, voice, logger } = this.#options
    this.#to = to
    await this.#submit({ type: 'AskSwitchover', to: to.holder, by })
    setTimeout(async () => {
      logger.warn({ to: to.holder, by }, 'a switchover was asked for; this core hands over and starts anew')
      try {
        // Edges keep what comes from now on, and give it to the next primary.
        await voice.close()
        await sequencer.close()
        await part.switchover.keeper.handOver(to.holder)
      } catch (cause) {
        logger.error({ problem: String(cause) }, 'the lease could not be handed over; it is given up')
      }
      process.kill(process.pid, 'SIGTERM')
    }, ANSWER_MS)
  }

  async #submit(command: PoolCommand): Promise<void> {
    await this.#options.sequencer.submit([{ machine: 'pool', command }])
  }
}

function isNamed({ holder, name, node }: CoreSelf, wanted: string): boolean {
  return holder === wanted || name === wanted || node === wanted
}
