import { sharedNow } from '../../kit/rtp-stream.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'

/** Redis comes back after this, with nothing in it. */
const AWAY_MS = 3_000

export const REGISTER_FAULTS: readonly Fault[] = [
  {
    id: '13',
    name: 'Redis away',
    how: 'in a pool of two machines: `kill -9` of Redis, back after 3 s and empty; then all of it forgotten while it runs (`FLUSHALL`)',
    needs: 'pool',
    marks: { ...CONTROL_MARKS, takeoversMax: 0 },
    async run(world) {
      const { redis } = world
      if (!redis) return
      world.note('invoke', 'kill', { role: 'redis' })
      const since = sharedNow()
      redis.kill()
      await world.takeover('kill redis', since)
      await world.wait(AWAY_MS)
      await redis.start()
      world.note('ok', 'kill', { role: 'redis' })
      await world.takeover('redis back, empty')
      await world.wait(world.random.between(1_500, 2_500))
      world.note('invoke', 'forget', { role: 'redis' })
      await redis.says('FLUSHALL')
      await world.takeover('redis forgot all')
      world.note('ok', 'forget', { role: 'redis' })
    },
  },
]
