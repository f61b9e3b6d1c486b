import type { Millis } from '#base'
import type { CentreCommand, CentreEvent, CentreState } from '#kernel/centre'

/** One event that is in the log, with its place. */
export interface CommittedEvent {
  readonly sequence: number
  readonly term: number
  readonly at: Millis
  readonly event: CentreEvent
}

/** What the API needs of a core: the durable state, the way to change it, and word of each change. Backups have all but the second. */
export interface CentrePort {
  /** The fold of everything up to {@link sequence}; read, never changed. Asked anew each time. */
  state(): CentreState
  sequence(): number
  /**
   * Decides the commands one after another, all in one append; returns the events once they are durable. Fails with the TandemError
   * of a command that cannot be obeyed (`basedOn` collision, dangling step), or with one of status 503.
   */
  submit(
    commands: readonly CentreCommand[],
  ): Promise<{ readonly sequence: number; readonly events: readonly CommittedEvent[] }>
  /** Calls with each batch after the state holds it. */
  onCommitted(listener: (batch: readonly CommittedEvent[]) => void): () => void
}
