import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { System } from '../../kit/system.ts'
import { signal, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'
import { seededMoment } from './processes.ts'

async function query(system: System, text: string): Promise<void> {
  for (const name of ['core1', 'core2']) {
    const file = join(system.data, 'run', `${name}.options.json`)
    if (!existsSync(file)) continue
    const client = new pg.Client({ connectionString: JSON.parse(readFileSync(file, 'utf8')).databaseUrl })
    try {
      await client.connect()
      await client.query(text)
    } finally {
      await client.end()
    }
    return
  }
}

async function killDatabase(world: World): Promise<void> {
  const [system] = world.systems
  const pid = system?.postgresPid()
  world.note('invoke', 'kill', { role: 'database', pid })
  const since = sharedNow()
  signal(pid, 'SIGKILL')
  await world.takeover('kill database', since)
  world.note('ok', 'kill', { role: 'database' })
}

/** Stops every process of the server, as a storage that does not answer would. */
async function stopDatabase(world: World, ms: number): Promise<void> {
  const [system] = world.systems
  const pid = system?.postgresPid() ?? 0
  const all = [pid, ...childrenOf(pid)]
  world.note('invoke', 'pause', { role: 'database', ms })
  for (const one of all) signal(one, 'SIGSTOP')
  await world.wait(ms)
  for (const one of all) signal(one, 'SIGCONT')
  await world.takeover(`database stopped ${ms} ms`)
  world.note('ok', 'pause', { role: 'database', ms })
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    id: '14',
    name: 'PostgreSQL away',
    how: '`kill -9` of the server; all of its processes stopped for 1.5 s; the log locked for 1 s by another session',
    marks: { ...CONTROL_MARKS, controlGapMs: 6_000, takeoversMax: 1, pauseMs: 3_000 },
    async run(world) {
      await seededMoment(world)
      await killDatabase(world)
      await seededMoment(world, 2_000, 3_000)
      await stopDatabase(world, 1_500)
      await seededMoment(world, 1_500, 2_500)
      world.note('invoke', 'lock', { table: 'log', ms: 1_000 })
      const [system] = world.systems
      if (system) await query(system, 'begin; lock table tandem.log; select pg_sleep(1); commit')
      world.note('ok', 'lock')
      await world.takeover('log locked')
    },
  },
]
