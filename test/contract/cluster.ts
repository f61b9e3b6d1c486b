import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#base'
import { startEmbedded } from '#seams/store'

/** Names the folder of the run's PostgreSQL in the environment of the processes that run the tests. */
export const CLUSTER_VARIABLE = 'TANDEM_TEST_CLUSTER'

/** Tests prove nothing about a power cut; without fsync a cluster is made in half the time. */
export const TEST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', max_connections: '100' }

/** Before the run: only the name of a folder. The first test that needs PostgreSQL starts it, the others find it running. */
export async function setup(): Promise<() => Promise<void>> {
  const parent = await mkdtemp(join(tmpdir(), 'tandem-test-'))
  await chmod(parent, 0o755)
  const folder = join(parent, 'postgres')
  process.env[CLUSTER_VARIABLE] = folder
  return async () => {
    if (existsSync(folder)) {
      const server = await startEmbedded({ folder, logger: silentLogger, settings: TEST_SETTINGS })
      await server.close()
    }
    await rm(parent, { recursive: true, force: true })
  }
}
