import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { LONG } from './test-tiers.ts'

/** The order of the files of a tier: those that take long first, the others as vitest has them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => placeOf(one) - placeOf(other))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((path) => moduleId.endsWith(path))
  return place < 0 ? LONG.length : place
}
