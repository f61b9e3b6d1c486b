import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import { HeldSpool, spoolFolder } from '#seams/log'
import { ConsentingCore } from './consenting-core.ts'
import { PROMISE_MS } from './messages.ts'

const folders: string[] = []
const open: HeldSpool[] = []
afterEach(async () => {
  for (const held of open.splice(0)) await held.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const LEASE_MS = 60_000
const FEED = { term: 1, from: 0, oldest: 0, durable: 0, after: 0, records: [{ at: 1, body: 'a' }], promise: true }

/** A backup of a primary whose lease has lapsed; its next life has the same disk. */
async function backup(path = mkdtempSync(join(tmpdir(), 'tandem-consent-')), clock = new VirtualClock()) {
  if (!folders.includes(path)) folders.push(path)
  const lease = new MemoryLease(clock)
  await lease.acquire('primary', 0)
  const held = new HeldSpool({ folder: spoolFolder(path), process: 'core1', logger: silentLogger, position: () => 0 })
  open.push(held)
  await held.open()
  const options = { core: 'b-core1', lease, held, clock, logger: silentLogger, probe: async () => {}, gone: () => [] }
  return { core: new ConsentingCore(options), lease, held, clock, again: () => backup(path, clock) }
}

describe('a core that consents', () => {
  it('has it on its disk, and takes no lease nor ends one until its promise is over (SW-76)', async () => {
    const { core, clock, held } = await backup()
    expect(await core.feed(FEED)).toMatchObject({ end: 1, gone: [] })
    expect(held.events).toBe(1)
    clock.advance(PROMISE_MS - 1)
    expect(await core.acquire('b', LEASE_MS)).toBeUndefined()
    expect(await core.release(1)).toBe(false)
    clock.advance(1)
    expect(await core.acquire('b', LEASE_MS)).toEqual({ term: 2 })
    await expect(core.feed(FEED)).rejects.toMatchObject({ code: 'consent.newer' })
  })

  it('promises nothing where nothing is to be let out, and nothing while it takes the lease itself', async () => {
    const { core, lease } = await backup()
    await core.feed({ ...FEED, promise: false })
    const grant = Promise.withResolvers<{ term: number }>()
    lease.acquire = () => grant.promise
    const taking = core.acquire('b', LEASE_MS)
    await expect(core.feed(FEED)).rejects.toMatchObject({ code: 'consent.taking' })
    grant.resolve({ term: 2 })
    expect(await taking).toEqual({ term: 2 })
  })

  it('waits in its next life as long as if it had promised, if something is kept on its machine', async () => {
    const first = await backup()
    await first.core.feed(FEED)
    const next = await first.again()
    expect(await next.core.acquire('b', LEASE_MS)).toBeUndefined()
    next.clock.advance(PROMISE_MS)
    expect(await next.core.acquire('b', LEASE_MS)).toBeDefined()
    expect(await (await backup()).core.acquire('b', LEASE_MS)).toBeDefined()
  })

  it('keeps nothing for an older term than it heard of, in an earlier life even', async () => {
    const first = await backup()
    await first.core.feed({ ...FEED, term: 5 })
    const next = await first.again()
    await expect(next.core.feed({ ...FEED, term: 4 })).rejects.toMatchObject({ code: 'consent.newer' })
  })

  it('asks for what it lacks, lets its follower see what was let out, and forgets it when all is in the store', async () => {
    const { core, held } = await backup()
    expect((await core.feed({ ...FEED, from: 4, oldest: 2, after: 6 })).end).toBe(2)
    const records = [3, 4, 5, 6, 7].map((at) => ({ at, body: `${at}` }))
    expect((await core.feed({ ...FEED, from: 4, oldest: 2, after: 2, durable: 6, records })).end).toBe(7)
    expect([held.covers(1), held.covers(2), held.covers(5), held.covers(6)]).toEqual([false, true, true, false])
    expect((await held.read(3, 100)).map(({ sequence, body }) => [sequence, body])).toEqual([
      [4, '4'],
      [5, '5'],
      [6, '6'],
    ])
    await core.end({ term: 1, written: true })
    expect([held.events, held.covers(5)]).toEqual([0, false])
  })

  it('is asked in vain for what is no feed', async () => {
    const { core } = await backup()
    await expect(core.feed({ term: -1 })).rejects.toMatchObject({ code: 'consent.invalid' })
    await expect(core.end({})).rejects.toMatchObject({ code: 'consent.invalid' })
  })
})
