import type { Slowness } from '../../kit/relay.ts'
import type { World } from '../world.ts'
import { CONTROL_MARKS, type Fault, inTurn } from './fault.ts'

/** How the ways to PostgreSQL and to Redis are made worse, and for how long. */
const BLOWS: readonly { readonly how: string; readonly way: Slowness; readonly ms: number }[] = [
  { how: '50 ms late', way: { lateMs: 50 }, ms: 3_000 },
  { how: '500 ms late', way: { lateMs: 500 }, ms: 4_000 },
  { how: '5 s late', way: { lateMs: 5_000 }, ms: 7_000 },
  { how: 'never', way: { lateMs: Number.POSITIVE_INFINITY }, ms: 4_000 },
  { how: '10 kB/s', way: { bytesPerSecond: 10_000 }, ms: 4_000 },
]

async function slow(world: World, { how, way, ms }: (typeof BLOWS)[number]): Promise<void> {
  world.note('invoke', 'slow', { how, ms })
  for (const relay of world.relays) relay.slow(way)
  const [answered] = await Promise.all([world.takeover(`stores answer ${how}`), world.wait(ms)])
  for (const relay of world.relays) relay.slow()
  world.note('ok', 'slow', { how, answered: Math.round(answered) })
}

async function reset(world: World): Promise<void> {
  world.note('invoke', 'reset')
  for (const relay of world.relays) relay.reset()
  await world.takeover('connections to the stores reset')
  world.note('ok', 'reset')
}

export const SLOW_STORE_FAULTS: readonly Fault[] = [
  {
    id: '12',
    name: 'slow database',
    how: 'what PostgreSQL answers comes 50 ms, 500 ms and 5 s late, not at all, and at 10 kB/s, for 3 to 7 s each; then every connection to it is reset (a relay between)',
    needs: 'relay',
    marks: { ...CONTROL_MARKS, takeoversMax: 2, pauseMs: 1_500 },
    async run(world) {
      await inTurn(world, { blows: BLOWS, apartMs: [1_000, 2_000] }, (blow) => slow(world, blow))
      await reset(world)
    },
  },
]
