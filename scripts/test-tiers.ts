/** One step of `npm test`. */
export interface Tier {
  readonly name: string
  /** Part of `npm run check`. */
  readonly quick: boolean
  /** A program to run, counted as one test. */
  readonly program?: readonly string[]
  /** Folders whose tests vitest runs. */
  readonly folders?: readonly string[]
  /** One file after the other: these start whole systems and would take each other's processor time. */
  readonly inTurn?: boolean
}

/** Cheapest first. Every folder with tests stands in exactly one: test/tidy holds that. */
export const TIERS: readonly Tier[] = [
  { name: 'types', quick: true, program: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'web types', quick: true, program: ['tsc', '--noEmit', '-p', 'web'] },
  { name: 'lint', quick: true, program: ['biome', 'check', '--error-on-warnings'] },
  { name: 'tidy', quick: true, folders: ['test/tidy/'] },
  { name: 'unit', quick: true, folders: ['src/', 'test/kit/', 'web/', 'scripts/'] },
  { name: 'scenarios', quick: true, folders: ['test/scenarios/'] },
  { name: 'contract', quick: true, folders: ['test/contract/'] },
  { name: 'simulation', quick: false, folders: ['test/simulation/'] },
  { name: 'theory', quick: false, folders: ['test/theory/'] },
  { name: 'model', quick: false, folders: ['test/model/'] },
  { name: 'takeover', quick: false, folders: ['test/takeover/'] },
  { name: 'docs', quick: false, folders: ['test/docs/'], inTurn: true },
  { name: 'torture', quick: false, folders: ['test/torture/'] },
  { name: 'interop', quick: false, folders: ['test/interop/'], inTurn: true },
  { name: 'pool', quick: false, folders: ['test/pool/'], inTurn: true },
  { name: 'e2e', quick: false, folders: ['test/e2e/'], inTurn: true },
  { name: 'chaos', quick: false, folders: ['test/chaos/'], inTurn: true },
]
