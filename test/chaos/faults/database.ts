import pg from 'pg'
import { sharedNow } from '../../kit/rtp-stream.ts'
import { signal, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'

/** In a pool nobody of the installation starts the database again: somebody else does, after this. */
const AWAY_MS = 2_000

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function killDatabase(world: World): Promise<void> {
  const [pid] = world.database.pids()
  world.note('invoke', 'kill', { role: 'database', pid })
  const since = sharedNow()
  signal(pid, 'SIGKILL')
  const answered = world.takeover('kill database', since)
  if (world.systems.length > 1) await world.wait(AWAY_MS)
  await world.database.start()
  await answered
  world.note('ok', 'kill', { role: 'database' })
}

/** Stops every process of the server, as a storage that does not answer would. */
async function stopDatabase(world: World, ms: number): Promise<void> {
  const all = world.database.pids()
  world.note('invoke', 'pause', { role: 'database', ms })
  for (const one of all) signal(one, 'SIGSTOP')
  await world.wait(ms)
  for (const one of all) signal(one, 'SIGCONT')
  await world.takeover(`database stopped ${ms} ms`)
  world.note('ok', 'pause', { role: 'database', ms })
}

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    id: '14',
    name: 'PostgreSQL away',
    how: '`kill -9` of the server; all of its processes stopped for 1.5 s; the log locked for 1 s by another session',
    marks: { ...CONTROL_MARKS, controlGapMs: 6_000, takeoversMax: 1, pauseMs: 3_000 },
    async run(world) {
      await killDatabase(world)
      await world.wait(world.random.between(2_000, 3_000))
      await stopDatabase(world, 1_500)
      await world.wait(world.random.between(1_500, 2_500))
      world.note('invoke', 'lock', { table: 'log', ms: 1_000 })
      // A second blow may have the database away just now: then this one is not felt.
      await query(world.database.url, 'begin; lock table tandem.log; select pg_sleep(1); commit').catch(
        (cause: unknown) => world.note('info', 'lock', { problem: String(cause) }),
      )
      world.note('ok', 'lock')
      await world.takeover('log locked')
    },
  },
]
