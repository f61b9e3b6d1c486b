import { spawnSync } from 'node:child_process'

/** Half an hour's worth of what `npm test` does in half a minute; a failure prints the walk. */
const WALKS = 4_000
const CALLS = 20_000
const FILES = ['centre-properties', 'who-hears-whom', 'simulation', 'statistics']

/** Walks and days that nobody has seen before, through the kernel. */
export function verifyWalks(): boolean {
  const seed = Date.now() % 2 ** 31
  console.log(`TANDEM_SIMULATION_SEED=${seed} TANDEM_SIMULATION_WALKS=${WALKS} TANDEM_SIMULATION_CALLS=${CALLS}`)
  const env = {
    ...process.env,
    TANDEM_SIMULATION_SEED: String(seed),
    TANDEM_SIMULATION_WALKS: String(WALKS),
    TANDEM_SIMULATION_CALLS: String(CALLS),
  }
  const words = ['run', ...FILES.map((name) => `test/simulation/${name}.test.ts`)]
  return spawnSync('vitest', words, { stdio: 'inherit', env }).status === 0
}
