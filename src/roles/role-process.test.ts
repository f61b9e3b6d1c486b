import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { type RoleName, RoleProcess } from './role-process.ts'

/** A process that has lived longer did not die of its start. */
const SETTLED_MS = 3_000

let data: string
let clock: VirtualClock

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tandem-role-'))
  for (const folder of ['run', 'log']) mkdirSync(join(data, folder))
  clock = new VirtualClock()
})

afterEach(() => rmSync(data, { recursive: true, force: true }))

/** A process that ends by itself as soon as it runs, having lived for so long by the clock, and what was told of that. */
async function died(livedMs: number, isReplaced: boolean) {
  const told = Promise.withResolvers<number>()
  const role = new RoleProcess({
    ...{ role: 'nobody' as RoleName, name: 'nobody', options: {}, data, clock, logger: silentLogger },
    died: told.resolve,
    isReplaced: () => isReplaced,
  })
  role.start()
  clock.advance(livedMs)
  await told.promise
  return role
}

describe('a process that died', () => {
  it('is started again at once where nobody does its work', async () => {
    const role = await died(SETTLED_MS, false)
    expect(role.pid).toBeDefined()
    expect(role.restarts).toBe(1)
  }, 60_000)

  it('is started again behind the takeover where another does its work (SW)', async () => {
    const role = await died(SETTLED_MS, true)
    expect(role.pid).toBeUndefined()
    clock.advance(999)
    expect(role.pid).toBeUndefined()
    clock.advance(1)
    expect(role.pid).toBeDefined()
  }, 60_000)

  it('is started at once when the other died too', async () => {
    const role = await died(SETTLED_MS, true)
    role.hurry()
    const { pid } = role
    expect(pid).toBeDefined()
    clock.advance(1_000)
    expect(role.pid).toBe(pid)
  }, 60_000)

  it('is not hurried when it dies of its start', async () => {
    const role = await died(0, true)
    role.hurry()
    expect(role.pid).toBeUndefined()
    await role.stop()
  }, 60_000)
})
