import { expect, it } from 'vitest'
import { FAULTS } from './faults/index.ts'
import { describeOutcome, run } from './run.ts'

/** A run takes less than a minute, on a machine under other load several; one that hangs is ended and told of after ten. */
const RUN_MS_MAX = 660_000

/** Whether nobody outside sees anything lost, in a short run with one fault of the plan. */
export function itSeesNothingLost(id: string): void {
  it(`with fault ${id} of the plan, at moments that follow from the seed`, { timeout: RUN_MS_MAX }, async () => {
    const seed = 7
    const outcome = await run({ seed, faults: [id] })
    console.info(`${FAULTS[id]?.name}: ${describeOutcome(outcome)}`)
    expect(outcome.findings, describeOutcome(outcome)).toEqual([])
  })
}
