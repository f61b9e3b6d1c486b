import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#base'
import { startEmbedded } from '#seams/store'

/** Names the folder of the run's PostgreSQL in the environment of the processes that run the tests. */
export const CLUSTER_VARIABLE = 'TANDEM_TEST_CLUSTER'

const PREFIX = 'tandem-test-'

/** Tests prove nothing about a power cut; without fsync a cluster is made in half the time. */
export const TEST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', max_connections: '100' }

/** Before the run: only the name of a folder. The first test that needs PostgreSQL starts it, the others find it running. */
export async function setup(): Promise<() => Promise<void>> {
  await sweep()
  const parent = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  await chmod(parent, 0o755)
  const folder = join(parent, 'postgres')
  process.env[CLUSTER_VARIABLE] = folder
  return async () => {
    await remove(parent)
  }
}

/** Removes what runs that were killed left behind, servers included: those outlive whoever started them. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) && Number(name.slice(PREFIX.length).split('-')[0])
    if (pid && !isAlive(pid)) await remove(join(tmpdir(), name)).catch(() => {})
  }
}

async function remove(parent: string): Promise<void> {
  const folder = join(parent, 'postgres')
  if (existsSync(join(folder, 'cluster', 'postmaster.pid'))) {
    const server = await startEmbedded({ folder, logger: silentLogger, settings: TEST_SETTINGS })
    await server.close()
  }
  await rm(parent, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
