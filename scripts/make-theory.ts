/** `npm run theory`: simulates the queues of test/theory and writes docs/reference/theory.md; a few minutes. The seeds are fixed, so the same code writes the same page. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CaseResult,
  type Comparison,
  comparePriorities,
  compareQueue,
  HANDLE_MS,
  IMPATIENT_CASES,
  PATIENT_CASES,
  PRIORITY_CASES,
  WITHIN_MS,
} from '../test/theory/experiment.ts'
import { chanceOfMore, REPLICATIONS } from '../test/theory/statistics.ts'
import { ROOT } from '../test/tidy/source-tree.ts'

/** Calls that count in each replication at least. */
const CALLS = 3_000

interface Section {
  readonly title: string
  readonly formula: string
  readonly results: readonly CaseResult[]
}

function simulate(): readonly Section[] {
  const effort = { calls: CALLS }
  const told = (result: CaseResult): CaseResult => {
    console.log(result.name)
    return result
  }
  return [
    {
      title: 'Callers who wait for ever',
      formula: 'Erlang C',
      results: PATIENT_CASES.map((one) => told(compareQueue(one, effort))),
    },
    {
      title: 'Callers who hang up',
      formula: 'Erlang A',
      results: IMPATIENT_CASES.map((one) => told(compareQueue(one, effort))),
    },
    {
      title: 'Callers of several priorities',
      formula: 'the formula of Kella and Yechiali (Cobham’s, for one agent)',
      results: PRIORITY_CASES.map((one) => told(comparePriorities(one, effort))),
    },
  ]
}

function page(sections: readonly Section[]): string {
  return [
    '# Against theory',
    '',
    'Queues whose long-run figures are known in closed form, played through the live router: commands go into the kernel as the',
    'adapters send them, on a time of its own. Calls come at random, talks are exponential with a mean of',
    `${HANDLE_MS / 1000} s, phones are answered at once and there is no work after a call, so that nothing stands between the router and the`,
    `formula. "In time" is within ${WITHIN_MS / 1000} s; the ASA is of the answered, those who need not wait included. Written by \`npm run theory\`;`,
    'its seeds are fixed. A part of it runs in `npm test`, which also shows that another order, turned priorities or a missing agent is seen.',
    '',
    `Each figure is the mean of ${REPLICATIONS} independent replications with its 99 % confidence interval (Student’s). A replication begins with an`,
    'empty queue; what comes in its first 12 relaxation times does not count, and it counts 45 of them at least, and',
    `${CALLS.toLocaleString('en')} calls, and as many again for each ten agents. Of so many intervals some must miss the truth: that is what 99 % means, and none missing would be odd.`,
    ...sections.flatMap(sectionLines),
    '',
  ].join('\n')
}

function sectionLines({ title, formula, results }: Section): readonly string[] {
  const comparisons = results.flatMap((result) => result.comparisons)
  const outside = comparisons.filter(({ inside }) => !inside).length
  const whole = results.filter((result) => result.comparisons.every(({ inside }) => inside)).length
  const columns = Math.max(...results.map((result) => result.comparisons.length))
  const longest = results.find((result) => result.comparisons.length === columns)!
  const calls = results.reduce((sum, result) => sum + result.calls, 0)
  return [
    '',
    `## ${title}`,
    '',
    `${calls.toLocaleString('en')} calls, against ${formula}. Of ${comparisons.length} intervals ${outside} miss, where ${(comparisons.length / 100).toFixed(1)} would by chance`,
    `(more than ${outside} in ${percent(chanceOfMore(comparisons.length, outside))} of such tables, were the figures independent); all figures of ${whole} of ${results.length} queues are inside.`,
    '',
    `| queue | ${longest.comparisons.map(({ figure }) => `${figure}: theory | simulated`).join(' | ')} | |`,
    `| --- | ${longest.comparisons.map(() => '--- | ---').join(' | ')} | --- |`,
    ...results.map((result) => row(result, columns)),
  ]
}

function row({ name, comparisons }: CaseResult, columns: number): string {
  const cells = comparisons.map(
    (one) => `${shown(one, one.theory)} | ${shown(one, one.simulated.mean)} ± ${shown(one, one.simulated.half)}`,
  )
  const empty = Array.from({ length: columns - comparisons.length }, () => ' | ')
  const outside = comparisons.filter(({ inside }) => !inside).map(({ figure }) => figure)
  return `| ${name} | ${[...cells, ...empty].join(' | ')} | ${outside.length === 0 ? 'inside' : `outside: ${outside.join(', ')}`} |`
}

function shown({ figure }: Comparison, value: number): string {
  return figure === 'ASA' || figure.startsWith('wait ') ? `${value.toFixed(2)} s` : percent(value)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

const sections = simulate()
writeFileSync(join(ROOT, 'docs/reference/theory.md'), page(sections))
for (const { title, results } of sections) {
  const comparisons = results.flatMap((result) => result.comparisons)
  console.log(`${title}: ${comparisons.filter(({ inside }) => inside).length} of ${comparisons.length} inside`)
}
