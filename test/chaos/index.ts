/** `npm run chaos`: faults under load, judged from the outside; see `--help`. */
import { Random } from '../simulation/random.ts'
import { FAULTS } from './faults/index.ts'
import { whyNoNamespaces } from './network.ts'
import { type ChaosOptions, HELP, readOptions } from './options.ts'
import { describeOutcome, type RunOutcome, run, whyNotPossible } from './run.ts'

/** The faults of a command line, each list one run. */
function* runsOf(options: ChaosOptions): Generator<{ seed: number; faults: readonly string[] }> {
  const possible = Object.keys(FAULTS).filter((id) => id !== '0' && whyNotPossible(id) === undefined)
  if (options.minutes > 0) {
    const random = new Random(options.seed)
    for (let seed = options.seed; ; seed++) yield { seed, faults: [random.pick(possible)] }
  }
  const lists = options.all ? possible.map((id) => [id]) : [options.faults.length > 0 ? options.faults : ['1']]
  for (const faults of lists) for (let run = 0; run < options.runs; run++) yield { seed: options.seed + run, faults }
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
    return 0
  }
  const without = whyNoNamespaces()
  if (without) console.log(`no network of its own for the run: ${without}`)
  const outcomes: RunOutcome[] = []
  const end = Date.now() + options.minutes * 60_000
  for (const { seed, faults } of runsOf(options)) {
    if (options.minutes > 0 && Date.now() >= end) break
    const why = faults.map(whyNotPossible).find((reason) => reason !== undefined)
    if (why) {
      console.log(`skip  fault ${faults.join('+')}: ${why}`)
      continue
    }
    const outcome = await run({ seed, faults })
    outcomes.push(outcome)
    console.log(describeOutcome(outcome))
  }
  const failed = outcomes.filter(({ findings }) => findings.length > 0).length
  console.log(`${outcomes.length} runs, ${failed} failed`)
  return failed > 0 ? 1 : 0
}

process.exitCode = await main()
