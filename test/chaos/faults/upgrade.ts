import { eventually } from '../../kit/api-client.ts'
import { runCommand } from '../../kit/command.ts'
import type { System } from '../../kit/system.ts'
import type { Build, Upgrade } from '../site.ts'
import type { World } from '../world.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'

/** A machine that was started anew has a backup by then. */
const BACKUP_MS_MAX = 60_000

interface Seen {
  readonly cores: readonly { readonly node?: string; readonly modules?: readonly { name: string; detail?: string }[] }[]
}

/** Takes a machine out of service, changes its build, and takes it back. */
async function change(world: World, { index, to }: { readonly index: number; readonly to: Build }): Promise<void> {
  const { upgrade, systems } = world
  const [system, other] = [systems[index]!, systems[1 - index]!]
  if (!upgrade) return
  const node = `node${index + 1}`
  world.note('invoke', 'upgrade', { node, to })
  await tandem(upgrade, { at: system, node }, 'drain', node)
  // What waits for the other machine's edge is answered there; this machine's own says no until it is back.
  await world.takeover(`${node} drained`, { since: world.now(), at: [other] })
  await upgrade.change(node, to)
  await tandem(upgrade, { at: other, node: `node${2 - index}` }, 'drain', node, '--undo')
  await backupOn(other, node)
  await world.takeover(`${node} ${to}`, { since: world.now(), at: [system] })
  world.note('ok', 'upgrade', { node, to })
}

async function tandem(upgrade: Upgrade, { at, node }: { at: System; node: string }, ...words: string[]): Promise<void> {
  const where = { TANDEM_NODE: node, TANDEM_DATA: at.data, TANDEM_HTTP_PORT: new URL(at.http).port }
  const { code, stderr } = await runCommand(
    words,
    { ...where, TANDEM_POSTGRES_URL: upgrade.databaseUrl },
    upgrade.treeOf(node),
  )
  if (code !== 0) throw new Error(`tandem ${words.join(' ')} on ${node} gave ${code}: ${stderr}`)
}

async function backupOn(system: System, node: string): Promise<void> {
  await eventually(
    `a backup on ${node}`,
    async () => {
      const { cores } = await (await system.api('admin')).get<Seen>('/cluster')
      const follows = cores.some(
        (core) =>
          core.node === node && core.modules?.some(({ name, detail }) => name === 'pings' && detail === 'backup'),
      )
      return follows ? true : undefined
    },
    BACKUP_MS_MAX,
  )
}

export const UPGRADE_FAULTS: readonly Fault[] = [
  {
    id: '20',
    name: 'rolling upgrade',
    how: 'a pool of two machines goes to the next release (another format of the log, a migration) and back, one machine after the other: `tandem drain`, stop, start, `drain --undo`; phones know one edge, so new calls are refused while its machine is out of service',
    needs: 'releases',
    // Longer than four restarts: there are calls all the while.
    load: { calls: 70, rate: 1 },
    marks: {
      ...CONTROL_MARKS,
      mediaGapMs: 1_000,
      controlGapMs: 3_000,
      takeoversMax: 3,
      refusals: true,
      pauseMs: 4_000,
    },
    async run(world) {
      for (const to of ['next', 'this'] as const) for (const index of [1, 0]) await change(world, { index, to })
    },
  },
]
