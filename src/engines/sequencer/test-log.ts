import type { Log, LogBatch } from '#seams/log'
import { LOG_ERRORS, type MemoryLog } from '#seams/log'

/** What happens to one append: it works, its request is lost, or it lands and its answer is lost. */
export type Fate = 'works' | 'request lost' | 'answer lost'

/** For the sequencer's tests: a memory log whose appends meet what a network and a database can do to them. */
export class FaultyLog {
  /** The fates of the coming appends; 'works' when there is none left. */
  readonly fates: Fate[] = []
  /** How many records each append brought that landed. */
  readonly landed: number[] = []
  /** While set, appends wait for it. */
  gate: Promise<void> | undefined
  /** Whether reads fail too. */
  away = false
  readonly log: Log

  constructor(memory: MemoryLog) {
    const append = (batch: LogBatch): Promise<number> => this.#append(memory, batch)
    this.log = new Proxy<Log>(memory, {
      get: (target, key: keyof Log) => {
        if (key === 'append') return append
        if (this.away) return () => Promise.reject(LOG_ERRORS['log.unreachable']({ reason: 'it is away' }))
        return target[key].bind(target)
      },
    })
  }

  async #append(memory: MemoryLog, batch: LogBatch): Promise<number> {
    await this.gate
    const fate = this.away ? 'request lost' : (this.fates.shift() ?? 'works')
    if (fate === 'request lost') throw LOG_ERRORS['log.unreachable']({ reason: fate })
    const head = await memory.append(batch)
    this.landed.push(batch.records.length)
    if (fate === 'answer lost') throw LOG_ERRORS['log.unreachable']({ reason: fate })
    return head
  }
}
