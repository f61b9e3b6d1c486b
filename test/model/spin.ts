import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One search: sizes, and a mutant or the liveness claim, by the names that the model has for them. */
export interface Search {
  readonly sizes: Readonly<Record<string, number>>
  readonly mutant?: string
  readonly liveness?: boolean
}

/** What spin found. */
export interface Found {
  readonly errors: number
  readonly states: number
  /** Whether every state was seen; false when memory or depth ran out. */
  readonly whole: boolean
  readonly text: string
}

/** A search that takes longer is too large for where it runs. */
const SEARCH_MS_MAX = 30 * 60_000
/** Steps of one run; the longest that the sizes here have is below a thousand. */
const DEPTH_MAX = 200_000

/** Builds the model's checker in a folder of its own and runs it to the end; for small searches building it well costs more than it gains. */
export function search({ sizes, mutant, liveness = false }: Search, memoryMegabytes = 2_000, optimise = '-O0'): Found {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-model-'))
  try {
    for (const name of ['spool.pml', 'decision.pml']) copyFileSync(join(import.meta.dirname, name), join(folder, name))
    const flags = Object.entries(sizes).map(([name, value]) => `-D${name}=${value}`)
    if (mutant) flags.push(`-DMUTANT_${mutant}`)
    if (liveness) flags.push('-DLIVENESS')
    run(folder, 'spin', ['-a', ...flags, 'spool.pml'])
    const mode = liveness ? ['-DNFAIR=3'] : ['-DSAFETY']
    run(folder, 'gcc', [optimise, '-w', '-DCOLLAPSE', `-DMEMLIM=${memoryMegabytes}`, ...mode, '-o', 'pan', 'pan.c'])
    // Every process of the model ends somewhere in waiting: that is no error.
    const text = run(folder, './pan', [...(liveness ? ['-a', '-f'] : []), '-E', `-m${DEPTH_MAX}`])
    return {
      errors: Number(/errors: (\d+)/.exec(text)?.[1] ?? -1),
      states: Number(/(\d+) states, stored/.exec(text)?.[1] ?? 0),
      whole: !/out of memory|max search depth too small|Search not completed/.test(text),
      text,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(folder: string, command: string, words: readonly string[]): string {
  const result = spawnSync(command, [...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: SEARCH_MS_MAX,
    maxBuffer: 2 ** 26,
  })
  if (result.error) throw result.error
  const text = `${result.stdout}${result.stderr}`
  if (result.status !== 0 && command !== './pan') throw new Error(`${command} ${words.join(' ')}\n${text}`)
  return text
}
