import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Tries every property with cases that nobody has seen before; what fails prints its seed, and fails again with TANDEM_PROPERTY_SEED=SEED. */
export function verifyProperties(): boolean {
  const files = globSync('{src,test,web}/**/*.test.ts', { cwd: ROOT }).filter((file) =>
    readFileSync(`${ROOT}/${file}`, 'utf8').includes("from 'fast-check'"),
  )
  const { status } = spawnSync('vitest', ['run', '--reporter=dot', ...files], {
    cwd: ROOT,
    env: { ...process.env, TANDEM_PROPERTY_SEED: 'random' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  console.log(`the properties of ${files.length} files ${status === 0 ? 'hold' : 'do NOT all hold'}`)
  return status === 0
}
