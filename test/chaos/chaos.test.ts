/** A short chaos run for each of the faults that everybody must live through; `npm run chaos -- --all` makes all of them. */
import { describe, expect, it } from 'vitest'
import { FAULTS } from './faults/index.ts'
import { describeOutcome, run } from './run.ts'

/** A run takes less than a minute, on a machine under other load several; one that hangs is ended and told of after ten. */
const RUN_MS_MAX = 660_000

/** Who decides, who carries signalling, and where everything is written. */
const SHORT: readonly string[] = ['1', '5', '14']

describe('callers, agents and browsers that know nothing of the inside see nothing lost', () => {
  it.each(SHORT)(
    'with fault %s of the plan, at moments that follow from the seed',
    { timeout: RUN_MS_MAX },
    async (id) => {
      const seed = 7
      const outcome = await run({ seed, faults: [id] })
      console.info(`${FAULTS[id]?.name}: ${describeOutcome(outcome)}`)
      expect(outcome.findings, describeOutcome(outcome)).toEqual([])
    },
  )
})
