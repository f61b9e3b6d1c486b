import type { Millis } from '#base'
import type { CentreCommand } from './command.ts'
import { decideCentre } from './decide.ts'
import { type CentreDump, dumpCentre, restoreCentre } from './dump.ts'
import type { CentreEvent } from './event.ts'
import { applyCounted } from './figures.ts'
import { CentreStore } from './store.ts'

/**
 * The whole kernel as one machine: what the sequencer runs. `decide` changes nothing; `evolve` changes the given state in place, and
 * replaces what its maps hold, so that one event may be folded into two states and a value that was read stays as it was.
 */
export const centreMachine = {
  name: 'centre',
  initial: (): CentreStore => new CentreStore(),
  decide: (state: CentreStore, command: CentreCommand, now: Millis): readonly CentreEvent[] =>
    decideCentre(state, command, now),
  evolve: (state: CentreStore, event: CentreEvent, at: Millis): void =>
    applyCounted(state, state.statistics.follower, event, at),
  /** When a `Tick` is due next; undefined while nothing will fall due. */
  nextDeadline: (state: CentreStore): Millis | undefined => state.deadlines.next(),
  tick: (): CentreCommand => ({ type: 'Tick' }),
  dump: (state: CentreStore): CentreDump => dumpCentre(state),
  /** Throws when the dump is of a format that it does not know. */
  restore: (dump: unknown): CentreStore => restoreCentre(dump as CentreDump),
} as const
