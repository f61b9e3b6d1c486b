import { describe, expect, it, vi } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { LEASE_ERRORS, type Lease, MemoryLease } from '#seams/lease'
import { LeaseKeeper } from './lease-keeper.ts'

/** Lets promises settle between two steps of the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50)
    await settle()
  }
}

/** A lease behind a way that takes so long there and back, and loses what it is told to. */
function slowLease(lease: Lease, clock: VirtualClock, way: { ms: number; loses(n: number): boolean }): Lease {
  let count = 0
  const wait = () => new Promise<void>((resolve) => clock.after(way.ms / 2, resolve))
  const slow = Object.create(lease) as Lease
  slow.renew = async (term, ttlMs) => {
    const lost = way.loses(count++)
    await wait()
    if (lost) {
      // TCP sends it again after two round trips.
      await wait()
      await wait()
      await wait()
      await wait()
    }
    const kept = await lease.renew(term, ttlMs)
    await wait()
    return kept
  }
  slow.acquire = async (holder, ttlMs) => {
    await wait()
    const grant = await lease.acquire(holder, ttlMs)
    await wait()
    return grant
  }
  return slow
}

async function keeperOf(lease: Lease, clock: VirtualClock) {
  const lost = vi.fn()
  const keeper = new LeaseKeeper({ lease, holder: 'a', clock, logger: silentLogger, lost })
  const taking = keeper.take()
  await pass(clock, 2_000)
  await taking
  return { keeper, lost }
}

describe('the lease keeper', () => {
  it('keeps the lease beyond its time, and tells once when another has it', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const { keeper, lost } = await keeperOf(lease, clock)
    await pass(clock, 10_000)
    expect((await lease.current())?.holder).toBe('a')
    expect(keeper.confirmed).toBe(true)
    await lease.handBack('a')
    await lease.acquire('b', 60_000)
    await pass(clock, 3_000)
    expect(lost).toHaveBeenCalledOnce()
    expect(keeper.confirmed).toBe(false)
    await keeper.close()
    expect((await lease.current())?.holder).toBe('b')
  })

  it('says that nothing confirms it when the store is away, and goes on when it is back', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const { keeper, lost } = await keeperOf(lease, clock)
    const renew = vi.spyOn(lease, 'renew').mockRejectedValue(LEASE_ERRORS['lease.unreachable']({ reason: 'test' }))
    await pass(clock, 1_500)
    expect(keeper.confirmed).toBe(true)
    await pass(clock, 700)
    expect(keeper.confirmed).toBe(false)
    renew.mockRestore()
    await pass(clock, 300)
    expect(keeper.confirmed).toBe(true)
    expect(lost).not.toHaveBeenCalled()
  })

  it('never lets it lapse on a way of half a second each way that loses one in twenty', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    // Always the same losses: every twentieth, and once two in a row.
    const way = { ms: 1_000, loses: (n: number) => n % 20 === 7 || n === 48 }
    const { lost } = await keeperOf(slowLease(lease, clock, way), clock)
    let leastMs = Number.POSITIVE_INFINITY
    for (let passed = 0; passed < 120_000; passed += 50) {
      await pass(clock, 50)
      leastMs = Math.min(leastMs, (await lease.current())?.msLeft ?? 0)
    }
    expect(leastMs).toBeGreaterThan(1_000)
    expect(lost).not.toHaveBeenCalled()
  })

  it('lasts two seconds where the way costs nothing', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    await keeperOf(lease, clock)
    const { msLeft } = (await lease.current())!
    expect(msLeft).toBeGreaterThan(1_700)
    expect(msLeft).toBeLessThanOrEqual(2_000)
  })

  it('hands it to one other', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const { keeper, lost } = await keeperOf(lease, clock)
    expect(await keeper.handOver('b')).toBe(true)
    expect(await lease.acquire('c', 1_000)).toBeUndefined()
    expect(await lease.acquire('b', 1_000)).toBeDefined()
    await keeper.close()
    await pass(clock, 1_000)
    expect((await lease.current())?.holder).toBe('b')
    expect(lost).not.toHaveBeenCalled()
  })
})
