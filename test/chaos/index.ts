/** `npm run chaos`: faults under load, judged from the outside; see `--help`. */
import { Random } from '../simulation/random.ts'
import { FAULTS } from './faults/index.ts'
import { printFigures } from './figures.ts'
import { describeMutant, type MutantOutcome, mutantsNamed, tryMutant } from './mutation.ts'
import { whyNoNamespaces } from './network.ts'
import { type ChaosOptions, HELP, readOptions } from './options.ts'
import { recordMutants, recordRuns } from './results.ts'
import { describeOutcome, type RunOutcome, type RunWish, run, whyNotPossible } from './run.ts'

/** Faults that are tried by two, as far as they can be made here. */
const DOUBLED = ['1', '2', '5', '6', '8', '9', '11', '12', '13', '14', '17', '20']
const APART_MS = [0, 500, 1_000, 3_000]

type Planned = Pick<RunWish, 'seed' | 'faults' | 'apartMs'>

/** Pairs in the order of the seed: each of all pairs once before any comes again. */
function* doublesOf({ seed, doubles }: ChaosOptions): Generator<Planned> {
  const random = new Random(seed)
  const possible = DOUBLED.filter((id) => whyNotPossible(id) === undefined)
  const pairs = possible.flatMap((one, index) => possible.slice(index).map((other) => [one, other]))
  for (let drawn = 0, left: string[][] = []; drawn < doubles; drawn++) {
    if (left.length === 0) left = [...pairs]
    const faults = left.splice(random.between(0, left.length - 1), 1)[0]!
    if (random.chance(0.5)) faults.reverse()
    yield { seed: seed + drawn, faults, apartMs: random.pick(APART_MS) }
  }
}

/** The faults of a command line, each list one run. */
function* runsOf(options: ChaosOptions): Generator<Planned> {
  const possible = Object.keys(FAULTS).filter(
    (id) => id !== '0' && !FAULTS[id]?.measured && whyNotPossible(id) === undefined,
  )
  if (options.minutes > 0) {
    const random = new Random(options.seed)
    for (let seed = options.seed; ; seed++) yield { seed, faults: [random.pick(possible)] }
  }
  if (options.doubles > 0) {
    yield* doublesOf(options)
    return
  }
  const lists = options.all ? possible.map((id) => [id]) : [options.faults.length > 0 ? options.faults : ['1']]
  const apart = options.apartMs === undefined ? {} : { apartMs: options.apartMs }
  for (const faults of lists)
    for (let run = 0; run < options.runs; run++) yield { seed: options.seed + run, faults, ...apart }
}

/** Two at a time: a run waits more than it works. */
const MUTANTS_TOGETHER = 2

async function tryMutants(options: ChaosOptions): Promise<number> {
  const waiting = [...mutantsNamed(options.mutant)]
  const outcomes: MutantOutcome[] = []
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const outcome = await tryMutant(mutant, options.seed)
      outcomes.push(outcome)
      if (options.results) recordMutants([outcome])
      console.log(describeMutant(outcome))
    }
  }
  await Promise.all(Array.from({ length: MUTANTS_TOGETHER }, worker))
  const caught = outcomes.filter(({ verdict }) => verdict === 'caught').length
  console.log(`${caught} of ${outcomes.length} planted bugs were caught`)
  return caught === outcomes.length ? 0 : 1
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(HELP)
    return 0
  }
  if (typeof options === 'string') {
    console.error(`${options}; see npm run chaos -- --help`)
    return 2
  }
  if (options.list) {
    for (const { id, name, how } of Object.values(FAULTS)) console.log(`${id.padStart(3)}  ${name}: ${how}`)
    for (const { name, what, fault } of mutantsNamed([])) console.log(`${name} (fault ${fault}): ${what}`)
    return 0
  }
  if (options.mutants || options.mutant.length > 0) return tryMutants(options)
  if (options.figures) return (await printFigures(options.seed, console.log)) ? 0 : 1
  const without = whyNoNamespaces()
  if (without) console.log(`no network of its own for the run: ${without}`)
  const outcomes: RunOutcome[] = []
  const end = Date.now() + options.minutes * 60_000
  const planned = options.minutes > 0 ? runsOf(options) : [...runsOf(options)]
  const of = Array.isArray(planned) ? ` of ${planned.length}` : ''
  for (const next of planned) {
    const { faults } = next
    if (options.minutes > 0 && Date.now() >= end) break
    const why = faults.map(whyNotPossible).find((reason) => reason !== undefined)
    if (why) {
      console.log(`skip  fault ${faults.join('+')}: ${why}`)
      continue
    }
    const since = Date.now()
    const outcome = await run({ ...next, ...(options.nodes > 1 ? { nodes: options.nodes } : {}) })
    outcomes.push(outcome)
    console.log(
      `${describeOutcome(outcome)} (run ${outcomes.length}${of}, ${Math.round((Date.now() - since) / 1_000)} s)`,
    )
    if (options.results) recordRuns(outcomes)
  }
  const failed = outcomes.filter(({ findings }) => findings.length > 0).length
  console.log(`${outcomes.length} runs, ${failed} failed`)
  return failed > 0 ? 1 : 0
}

// A run that is under way ends with this process.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => process.exit(130))
process.exitCode = await main()
