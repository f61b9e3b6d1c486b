import { parseArgs } from 'node:util'

export const HELP = `Usage: npm run chaos -- [options]

Starts a system, lets callers, agents and browsers at it, makes faults, and judges from the outside whether anything was lost.

  --fault N        this fault of the plan (may repeat: they come one after the other in one run); see --list
  --apart MS       the faults of --fault at once: each so long after the one before it, whether that is over or not
  --doubles N      N pairs of faults, drawn with the seed, each with the second 0 to 3 s after the first
  --all            every fault that can be made here, one run each
  --seed S         the seed of the first run (default 1); the same seed makes the same calls and moments
  --nodes N        so many machines that share a PostgreSQL and a Redis (default 1, with all of its own)
  --runs R         so many runs, each with the next seed (default 1)
  --minutes M      faults drawn at random, one run after the other, for so long
  --mutants        plants known bugs, one at a time, and says which checker catches each
  --mutant NAME    only this one (may repeat)
  --figures        prints the plan's figures under 200 calls that stand, 100 that wait and 50 agents, as lines of JSON
  --results        writes what was seen to test/chaos/results.json after every run, in the place of what was known of the same fault: the page of
                   failure behaviour is made from it
  --list           says which faults and which planted bugs there are

Exit code 1 if anything was found, or a planted bug was not.`

export interface ChaosOptions {
  readonly faults: readonly string[]
  readonly apartMs?: number
  readonly doubles: number
  readonly all: boolean
  readonly seed: number
  readonly runs: number
  readonly nodes: number
  readonly minutes: number
  readonly mutants: boolean
  readonly mutant: readonly string[]
  readonly results: boolean
  readonly figures: boolean
  readonly list: boolean
}

/** Reads the command line; the sentence that says what is wrong with it, or `help`. */
export function readOptions(words: readonly string[]): ChaosOptions | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        fault: { type: 'string', multiple: true },
        apart: { type: 'string' },
        doubles: { type: 'string' },
        all: { type: 'boolean' },
        seed: { type: 'string' },
        runs: { type: 'string' },
        nodes: { type: 'string' },
        minutes: { type: 'string' },
        mutants: { type: 'boolean' },
        mutant: { type: 'string', multiple: true },
        results: { type: 'boolean' },
        figures: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
      strict: true,
    })
    if (values.help) return 'help'
    return {
      faults: values.fault ?? [],
      ...(values.apart === undefined ? {} : { apartMs: whole('--apart', values.apart, 0, 60_000) }),
      doubles: whole('--doubles', values.doubles, 0, 1_000),
      all: values.all ?? false,
      seed: whole('--seed', values.seed, 1, 2 ** 31),
      nodes: whole('--nodes', values.nodes, 1, 4),
      runs: whole('--runs', values.runs, 1, 1_000),
      minutes: whole('--minutes', values.minutes, 0, 10_000),
      mutants: values.mutants ?? false,
      mutant: values.mutant ?? [],
      results: values.results ?? false,
      figures: values.figures ?? false,
      list: values.list ?? false,
    }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function whole(...[name, text, otherwise, most]: [string, string | undefined, number, number]): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new Error(`${name} takes a whole number up to ${most}, not "${text}"`)
}
