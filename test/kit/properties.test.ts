import fc from 'fast-check'
import { expect, it } from 'vitest'

it('tries properties with the same cases in every run, unless it is told otherwise', () => {
  const { seed } = fc.readConfigureGlobal() ?? {}
  const asked = process.env['TANDEM_PROPERTY_SEED']
  expect(seed).toEqual(asked === undefined ? expect.any(Number) : asked === 'random' ? undefined : Number(asked))
  if (asked !== 'random') expect(fc.sample(fc.nat(), { seed: seed!, numRuns: 20 })).toEqual(fc.sample(fc.nat(), 20))
})
