/** Holds docs/reference/api.md against what a running system says of itself, and runs its examples. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiDescription, apiPage, pathsWithoutGroup } from '../../scripts/api-page.ts'
import { whyWithout } from '../kit/outside.ts'
import { type System, startSystem } from '../kit/system.ts'
import { ROOT } from '../tidy/source-tree.ts'
import { Reader } from './reader.ts'

const PAGE = 'docs/reference/api.md'

let system: System
let described: ApiDescription

beforeAll(async () => {
  system = await startSystem()
  described = (await (await fetch(`${system.http}/api/v1/openapi.json`)).json()) as ApiDescription
})

afterAll(async () => {
  await system?.stop()
})

describe(PAGE, () => {
  it('says what the running system says (npm run reference writes it)', () => {
    expect(readFileSync(join(ROOT, PAGE), 'utf8')).toBe(apiPage(described))
  })

  it('leaves no path out', () => {
    expect(pathsWithoutGroup(described)).toEqual([])
  })

  it('has examples that work', async ({ skip }) => {
    const without = whyWithout('curl')
    if (without) skip(without)
    const { host } = new URL(system.http)
    const reads = new Reader({ replace: { '127.0.0.1:8080': host }, environment: {} })
    try {
      await reads.follow(PAGE)
    } finally {
      await reads.close()
    }
  })
})
