import { DEATH_MARKS, type Marks as DeathMarks } from '#engines/drill'
import type { PoorNetwork } from '../../kit/poor-network.ts'
import type { RunOptions } from '../run-options.ts'
import type { World } from '../world.ts'

/** What a fault may cost; what is not named here is held to the invariants with no tolerance. */
export interface Marks extends DeathMarks {
  /** New calls may be refused with 503 while it lasts. */
  readonly refusals?: boolean
  /** Moments in which the centre could not act: durations that began or ended in it may be longer by as much. */
  readonly pauseMs?: number
}

/** A network of its own; clocks that can be shifted; a pool of machines, one that can be cut apart, or one that has another release to go to; limits of a process that runs; ways to the stores, or between the processes too, that can be made slow. */
export type Need = 'namespace' | 'clock' | 'pool' | 'halves' | 'releases' | 'limits' | 'relay' | 'relays'

/** One fault of the plan, as it is made here. */
export interface Fault {
  /** The number of the plan; a word behind it names a part of that line which needs a run of its own. */
  readonly id: string
  readonly name: string
  /** How it is made, in words for the page. */
  readonly how: string
  /** What it cannot be made without. */
  readonly needs?: Need
  /** Made to be measured, under a load of its own: not among those that are tried. */
  readonly measured?: true
  /** What the phones' messages go through, all the while. */
  readonly phones?: PoorNetwork
  readonly marks: Marks
  /** Where the usual load is over too soon: so many calls, so many a second. */
  readonly load?: Pick<RunOptions, 'calls' | 'rate'>
  /** It strikes so long after the load began or the fault before it, in ms: least and most, drawn from the seed, so that each seed meets other moments of calls. */
  readonly strikesMs?: readonly [number, number]
  /** Strikes at once, and returns when a new call is answered again. */
  run(world: World): Promise<void>
}

/** When a fault strikes unless it says otherwise. */
export const STRIKES_MS: readonly [number, number] = [2_500, 5_000]

/** Gives one blow after the other, with a while between them that follows from the seed. */
export async function inTurn<T>(
  world: World,
  { blows, apartMs }: { readonly blows: readonly T[]; readonly apartMs: readonly [number, number] },
  strike: (blow: T) => Promise<void>,
): Promise<void> {
  for (const [index, blow] of blows.entries()) {
    if (index > 0) await world.wait(world.random.between(...apartMs))
    await strike(blow)
  }
}

/** What holds for faults that touch only who decides and who carries signalling. */
export const CONTROL_MARKS: Marks = DEATH_MARKS.core
