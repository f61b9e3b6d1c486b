import { MUTANTS, type Mutant } from './mutants.ts'
import { plantMutant, removeTree, whyNotPlantable } from './mutate.ts'
import { type RunOutcome, run, whyNotPossible } from './run.ts'

/** What became of one planted bug. */
export interface MutantOutcome {
  readonly name: string
  readonly what: string
  readonly fault: string
  readonly verdict: 'caught' | 'not caught' | 'not tried'
  /** The checkers that found something, the expected ones first. */
  readonly by: readonly string[]
  /** What the first expected checker said, or why it was not tried. */
  readonly said: string
}

/** Every bug gets so many seeds to be seen in. */
const SEEDS = 3

/** Fewer calls: a bug that needs many to be seen is not what these are. */
const LOAD = { calls: 24, rate: 3 } as const

/** Plants the bug in a copy of the tree, runs the fault it shows under, and says who saw it. */
export async function tryMutant(mutant: Mutant, seed: number): Promise<MutantOutcome> {
  const { name, what, fault, caughtBy } = mutant
  const why = whyNotPlantable(mutant) ?? whyNotPossible(fault)
  if (why) return { name, what, fault, verdict: 'not tried', by: [], said: why }
  const tree = plantMutant(mutant)
  try {
    let last: RunOutcome | undefined
    for (let turn = 0; turn < SEEDS; turn++) {
      last = await run({ seed: seed + turn, faults: [fault], tree, keep: false, ...LOAD, ...mutant.load })
      const seen = last.findings.find(({ checker }) => caughtBy.includes(checker))
      if (!seen) continue
      const others = last.findings.map(({ checker }) => checker).filter((checker) => checker !== seen.checker)
      const by = [...new Set([seen.checker, ...others])]
      return { name, what, fault, verdict: 'caught', by, said: `${seen.who} ${seen.what}` }
    }
    const by = [...new Set(last?.findings.map(({ checker }) => checker))]
    return { name, what, fault, verdict: 'not caught', by, said: last?.findings[0]?.what ?? 'nothing was found' }
  } finally {
    removeTree(tree)
  }
}

/** The bugs of these names, or all. */
export function mutantsNamed(names: readonly string[]): readonly Mutant[] {
  return names.length === 0 ? MUTANTS : MUTANTS.filter(({ name }) => names.includes(name))
}

/** One line for the terminal. */
export function describeMutant({ name, what, verdict, by, said }: MutantOutcome): string {
  const head = `${verdict.padEnd(10)} ${name}: ${what}`
  return verdict === 'caught'
    ? `${head}\n           by ${by.join(', ')}: ${said.slice(0, 160)}`
    : `${head}\n           ${by.join(', ')} ${said.slice(0, 300)}`
}
