import { describe, expect, it } from 'vitest'
import { CALL_CONTROL } from './call-control.ts'
import { checkEnd } from './scenario.ts'
import { type Kill, TestWorld } from './takeover-world.ts'

async function run(name: string, kills: readonly Kill[]): Promise<TestWorld> {
  const world = await new TestWorld(kills).open()
  try {
    await CALL_CONTROL[name]!(world)
    await checkEnd(world)
    expect(world.killsLeft).toBe(0)
  } catch (error) {
    throw new RangeError(`${JSON.stringify(kills)} ${String(error)}\n${world.trail.join('\n')}`, { cause: error })
  }
  return world
}

describe('what people do with calls, when the core dies at every step', () => {
  for (const name of Object.keys(CALL_CONTROL)) {
    it(`SW: ${name}`, { timeout: 300_000 }, async () => {
      const { steps } = await run(name, [])
      expect(steps).toBeGreaterThan(20)
      const failures: string[] = []
      for (let step = 0; step < steps; step++) {
        for (const effect of ['lost', 'done'] as const) {
          await run(name, [{ step, effect }]).catch((error: unknown) => failures.push(String(error)))
        }
      }
      expect(failures.slice(0, 1).join('\n')).toBe('')
    })
  }
})
