import type { World } from '../world.ts'
import { type Fault, inTurn } from './fault.ts'

/** Sets the clock of every process of the machine off by this, while monotonic time goes on. */
async function shift(world: World, offset: string): Promise<void> {
  world.note('invoke', 'clock', { offset })
  world.shiftClock?.(offset)
  await world.takeover(`clock ${offset} s`)
  world.note('ok', 'clock', { offset })
}

export const CLOCK_FAULTS: readonly Fault[] = [
  {
    id: '17',
    name: 'clock jumps',
    how: 'the wall clock of every process (libfaketime; the database too) jumps by +3 s, -3 s, +1 h and back',
    needs: 'clock',
    marks: { mediaGapMs: 0, controlGapMs: 2_000, takeoversMax: 0 },
    strikesMs: [2_000, 3_000],
    run: (world) =>
      inTurn(world, { blows: ['+3', '-3', '+3600', '+0'], apartMs: [2_000, 3_000] }, (offset) => shift(world, offset)),
  },
]
