import { DEATH_MARKS } from '#engines/drill'
import { ApiClient, eventually } from '../../kit/api-client.ts'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { System, SystemRole } from '../../kit/system.ts'
import { pidOf, primarySystem, signal, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault, inTurn } from './fault.ts'

/** A process that died is there again by then, or something is broken. */
const BACK_MS_MAX = 20_000
/** A core that is no backup by then is not waited for: another fault may keep it away. */
const BACKUP_MS_MAX = 15_000
/** A core that lived shorter is started again with a delay: kills are further apart than that. */
const APART_MS = 4_500

/** Waits until there is somebody to take over: a core that was killed takes seconds to come back, on a busy machine many. */
async function backupThere(system: System | undefined): Promise<void> {
  await eventually(
    'a backup',
    async () => {
      const api = system && (await new ApiClient(system.http).logIn('supervisor'))
      const cluster = await api?.get<{ cores: { role: string; modules: { healthy: boolean }[] }[] }>('/cluster')
      const there = cluster?.cores.some(
        ({ role, modules }) => role === 'backup' && modules.every(({ healthy }) => healthy),
      )
      return there ? true : undefined
    },
    BACKUP_MS_MAX,
  ).catch(() => {})
}

/** Kills the process of a role of the first machine that has one and measures how long new calls are not answered. */
export async function killRole(world: World, role: SystemRole): Promise<void> {
  const system = role === 'core' ? await primarySystem(world.systems) : world.systems[0]
  if (role === 'core') await backupThere(system)
  const pid = system && pidOf(system, role)
  world.note('invoke', 'kill', { role, pid })
  const since = sharedNow()
  signal(pid, 'SIGKILL')
  await world.takeover(`kill ${role}`, since)
  world.note('ok', 'kill', { role })
  // In a pool another machine is primary now, and this one's core is a backup when it is back.
  if (system && pid !== undefined && world.systems.length === 1)
    await Promise.race([system.replaced(role, pid), world.wait(BACK_MS_MAX)])
}

/** Stops the primary for a while and lets it go on: it wakes and believes that it still is the primary. */
export async function pausePrimary(world: World, ms: number): Promise<void> {
  const system = await primarySystem(world.systems)
  await backupThere(system)
  const pid = system && pidOf(system, 'core')
  world.note('invoke', 'pause', { role: 'core', pid, ms })
  const since = sharedNow()
  signal(pid, 'SIGSTOP')
  const answered = world.takeover(`pause core ${ms} ms`, since)
  await world.wait(ms)
  const alive = signal(pid, 'SIGCONT')
  world.note('info', 'sleeper-woken', { pid, alive })
  await answered
  // It has the time of a lease to find out that it is no longer the primary.
  await world.wait(2_500)
  const primary = system && pidOf(system, 'core')
  world.note('info', 'sleeper', { pid, alive: signal(pid, 0 as never), primary: primary === pid, ms })
  world.note('ok', 'pause', { role: 'core', ms })
}

async function stopRole(world: World, role: SystemRole, ms: number): Promise<void> {
  const [system] = world.systems
  const pid = system && pidOf(system, role)
  world.note('invoke', 'pause', { role, pid, ms })
  signal(pid, 'SIGSTOP')
  await world.wait(ms)
  signal(pid, 'SIGCONT')
  world.note('ok', 'pause', { role, ms })
  await world.takeover(`pause ${role} ${ms} ms`)
}

/** Gives a process so little time that its loop is late all along: 5 ms of 100. */
async function starve(world: World, role: SystemRole, ms: number): Promise<void> {
  const [system] = world.systems
  const pid = system && pidOf(system, role)
  world.note('invoke', 'starve', { role, pid, ms })
  for (const end = sharedNow() + ms; sharedNow() < end; ) {
    signal(pid, 'SIGSTOP')
    await world.wait(95)
    signal(pid, 'SIGCONT')
    await world.wait(5)
  }
  signal(pid, 'SIGCONT')
  world.note('ok', 'starve', { role })
  await world.takeover(`starve ${role}`)
}

/** Every process of every machine at once, the database too; whatever watches over them starts them again. */
async function killAll(world: World): Promise<void> {
  world.note('invoke', 'kill', { role: 'all' })
  const since = sharedNow()
  const pids = world.systems.flatMap((system) => [
    ...system.otherPids(),
    ...(['core', 'edge', 'media'] as const).map((role) => pidOf(system, role)),
  ])
  for (const pid of world.database.pids()) signal(pid, 'SIGKILL')
  for (const pid of pids) signal(pid, 'SIGKILL')
  await world.database.start()
  await world.takeover('kill all', since)
  world.note('ok', 'kill', { role: 'all' })
}

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    id: '1',
    name: 'core killed',
    how: '`kill -9` of the primary, twice, at seeded moments under calls in every state',
    marks: { ...DEATH_MARKS.core, takeoversMax: 2 },
    run: (world) =>
      inTurn(world, { blows: ['core', 'core'] as const, apartMs: [APART_MS, APART_MS + 1_500] }, (role) =>
        killRole(world, role),
      ),
  },
  {
    id: '2',
    name: 'core stopped, goes on later believing that it owns',
    how: '`SIGSTOP` of the primary for 0.3, 1 and 5 s, then `SIGCONT`',
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000, takeoversMax: 2 },
    run: (world) =>
      inTurn(world, { blows: [300, 1_000, 5_000], apartMs: [2_500, 3_500] }, (ms) => pausePrimary(world, ms)),
  },
  {
    id: '3',
    name: 'event loop blocked, little processor time',
    how: 'the primary gets 5 ms of every 100 for 4 s (`SIGSTOP` and `SIGCONT` in turn)',
    marks: { ...CONTROL_MARKS, controlGapMs: 6_000, takeoversMax: 1, pauseMs: 4_000 },
    run: (world) => starve(world, 'core', 4_000),
  },
  {
    id: '5',
    name: 'edge killed',
    how: '`kill -9` of the edge, then `SIGSTOP` for 1 s, under UDP',
    marks: DEATH_MARKS.edge,
    async run(world) {
      await killRole(world, 'edge')
      await world.wait(world.random.between(APART_MS, APART_MS + 1_000))
      await stopRole(world, 'edge', 1_000)
    },
  },
  {
    id: '6',
    name: 'media process killed',
    how: '`kill -9` of the media process',
    marks: DEATH_MARKS.media,
    strikesMs: [4_000, 6_000],
    run: (world) => killRole(world, 'media'),
  },
  {
    id: '16',
    name: 'power loss',
    how: '`kill -9` of every process at once, the database too: what was acknowledged must have been written through. Files that were not flushed are not dropped',
    marks: { mediaGapMs: 8_000, controlGapMs: 10_000, takeoversMax: 1 },
    strikesMs: [4_000, 6_000],
    run: killAll,
  },
]
