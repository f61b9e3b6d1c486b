/** One step of `npm test`. */
export interface Tier {
  readonly name: string
  /** Part of `npm run check`. */
  readonly quick: boolean
  /** A program to run, counted as one test. */
  readonly program?: readonly string[]
  /** Folders whose tests vitest runs. */
  readonly folders?: readonly string[]
  /**
   * Those of the folders whose tests call functions and nothing else: their files share two processes, as a process for each would take
   * longer than they do.
   */
  readonly shared?: readonly string[]
  /**
   * Folders, or files of them, that run one file after the other when the rest, two at a time, is through: they start whole systems and
   * browsers, print times, which another file beside them would make longer, or change the machine's own network.
   */
  readonly alone?: readonly string[]
}

/** Cheapest first. Every folder with tests stands in exactly one, and every file that is named is there: test/tidy holds that. */
export const TIERS: readonly Tier[] = [
  { name: 'types', quick: true, program: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'web types', quick: true, program: ['tsc', '--noEmit', '-p', 'web'] },
  { name: 'lint', quick: true, program: ['biome', 'check', '--error-on-warnings'] },
  { name: 'tidy', quick: true, folders: ['test/tidy/'] },
  {
    name: 'unit',
    quick: true,
    folders: ['src/', 'test/kit/', 'web/', 'scripts/'],
    shared: ['src/base/', 'src/kernel/', 'src/protocols/', 'src/sizing/', 'web/'],
  },
  { name: 'scenarios', quick: true, folders: ['test/scenarios/'] },
  { name: 'contract', quick: true, folders: ['test/contract/'] },
  { name: 'simulation', quick: false, folders: ['test/simulation/'] },
  { name: 'theory', quick: false, folders: ['test/theory/'] },
  { name: 'model', quick: false, folders: ['test/model/'] },
  { name: 'takeover', quick: false, folders: ['test/takeover/'] },
  { name: 'docs', quick: false, folders: ['test/docs/'], alone: ['test/docs/'] },
  { name: 'torture', quick: false, folders: ['test/torture/'] },
  { name: 'interop', quick: false, folders: ['test/interop/'], alone: ['test/interop/'] },
  {
    name: 'pool',
    quick: false,
    folders: ['test/pool/'],
    alone: [
      'test/pool/calls.test.ts',
      'test/pool/haproxy.test.ts',
      'test/pool/outage.test.ts',
      'test/pool/second-site.test.ts',
      'test/pool/upgrade.test.ts',
    ],
  },
  { name: 'e2e', quick: false, folders: ['test/e2e/'], alone: ['test/e2e/'] },
  { name: 'chaos', quick: false, folders: ['test/chaos/'], alone: ['test/chaos/'] },
]

/** Files that take many times as long as the others of their tier, longest first: one that came last would leave a processor without work. */
export const LONG: readonly string[] = [
  'test/simulation/routing-properties.test.ts',
  'test/theory/queues.test.ts',
  'test/takeover/kill-everywhere.test.ts',
  'test/pool/backup.test.ts',
  'test/pool/commands.test.ts',
  'test/pool/registers.test.ts',
]
