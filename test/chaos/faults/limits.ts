import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { SystemRole } from '../../kit/system.ts'
import { pidOf, primarySystem, signal, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault, inTurn } from './fault.ts'

/** So long a process has to do without a single file more. */
const WITHOUT_MS = 4_000
/** A process that gets no memory more asks for some within this, or has no need of it. */
const HUNGER_MS = 12_000
const LOOK_MS = 20
const PAGE_BYTES = 4_096

type Limit = 'nofile' | 'as'

/** Sets the soft limit of a process that runs, which is what it meets. */
function setLimit(pid: number, limit: Limit, value: number | 'unlimited'): void {
  spawnSync('prlimit', ['--pid', String(pid), `--${limit}=${value}:`])
}

function softLimit(pid: number, limit: Limit): number | 'unlimited' {
  const { stdout } = spawnSync(
    'prlimit',
    ['--pid', String(pid), `--${limit}`, '--output=SOFT', '--noheadings', '--raw'],
    {
      encoding: 'utf8',
    },
  )
  const value = Number(stdout.trim())
  return Number.isInteger(value) && stdout.trim() !== '' ? value : 'unlimited'
}

async function processOf(world: World, role: SystemRole): Promise<number | undefined> {
  const system = role === 'core' ? await primarySystem(world.systems) : world.systems[0]
  return system && pidOf(system, role)
}

/** Not one file or connection more for a process that runs. */
async function withoutFiles(world: World, role: SystemRole): Promise<void> {
  const pid = await processOf(world, role)
  if (pid === undefined) return
  const before = softLimit(pid, 'nofile')
  const open = readdirSync(`/proc/${pid}/fd`).length
  world.note('invoke', 'no-files', { role, pid, open })
  setLimit(pid, 'nofile', open)
  const [answered] = await Promise.all([world.takeover(`no files more for ${role}`), world.wait(WITHOUT_MS)])
  setLimit(pid, 'nofile', before)
  world.note('ok', 'no-files', { role, answered: Math.round(answered), alive: signal(pid, 0 as never) })
}

/** Not one page of memory more for the primary: it dies of it, at once and whole, or does not need any. */
async function withoutMemory(world: World): Promise<void> {
  const pid = await processOf(world, 'core')
  if (pid === undefined) return
  const before = softLimit(pid, 'as')
  const bytes = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[0]) * PAGE_BYTES
  world.note('invoke', 'no-memory', { pid, bytes })
  setLimit(pid, 'as', bytes)
  const end = sharedNow() + HUNGER_MS
  while (signal(pid, 0 as never) && sharedNow() < end) await world.wait(LOOK_MS)
  const died = !signal(pid, 0 as never)
  if (!died) setLimit(pid, 'as', before)
  await world.takeover(`no memory more for core (${died ? 'died' : 'lived'})`)
  world.note('ok', 'no-memory', { pid, died })
}

export const LIMIT_FAULTS: readonly Fault[] = [
  {
    id: '4',
    name: 'memory, descriptors, heap full',
    how: `the primary, the edge and a media process in turn get not one descriptor more for ${WITHOUT_MS / 1_000} s; then the primary gets no memory more until it dies of it, or for ${HUNGER_MS / 1_000} s (\`prlimit\` of the process that runs)`,
    needs: 'limits',
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000, takeoversMax: 2, pauseMs: 2_000 },
    async run(world) {
      await inTurn(world, { blows: ['core', 'edge', 'media'] as const, apartMs: [1_500, 2_500] }, (role) =>
        withoutFiles(world, role),
      )
      await world.wait(world.random.between(1_500, 2_500))
      await withoutMemory(world)
    },
  },
]
