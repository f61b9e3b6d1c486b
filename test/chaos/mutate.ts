import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a tree needs so that `tandem start` runs from it. */
const PARTS = ['src', 'bin', 'assets', 'web', 'package.json', 'tsconfig.json']

/** Why the bug cannot be planted: its place is gone, or there are more of it than there were. */
export function whyNotPlantable({ edits }: Mutant): string | undefined {
  for (const { file, find, times = 1 } of edits) {
    const found = read(file).split(find).length - 1
    if (found !== times) return `${file} has ${found} of the places that the bug is put into, not ${times}`
  }
  return undefined
}

/** Copies this tree and plants the bug in the copy; the packages are shared. */
export function plantMutant(mutant: Mutant): string {
  const why = whyNotPlantable(mutant)
  if (why) throw new Error(`${mutant.name}: ${why}`)
  const tree = mkdtempSync(join(tmpdir(), 'tandem-mutant-'))
  // Pages that are as old as their sources are not built anew.
  for (const part of PARTS) cpSync(join(ROOT, part), join(tree, part), { recursive: true, preserveTimestamps: true })
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
  for (const { file, find, replace } of mutant.edits) {
    const path = join(tree, file)
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replaceAll(find, () => replace),
    )
  }
  return tree
}

export function removeTree(tree: string): void {
  rmSync(tree, { recursive: true, force: true })
}

function read(file: string): string {
  try {
    return readFileSync(join(ROOT, file), 'utf8')
  } catch {
    return ''
  }
}
