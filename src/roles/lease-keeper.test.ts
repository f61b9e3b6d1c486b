import { describe, expect, it, vi } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { LEASE_ERRORS, type Lease, MemoryLease } from '#seams/lease'
import { LeaseKeeper } from './lease-keeper.ts'

/** Lets promises settle between two steps of the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

describe('the lease keeper', () => {
  it('waits while another holds the lease and takes it when it lapses, with the next term', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const first = await lease.acquire('a', 1_000)
    const keeper = new LeaseKeeper({ lease, holder: 'b', clock, logger: silentLogger, lost: () => {} })
    let term: number | undefined
    void keeper.acquire().then((got) => {
      term = got
    })
    await settle()
    expect(term).toBeUndefined()
    for (let step = 0; step < 8; step++) {
      clock.advance(250)
      await settle()
    }
    expect(term).toBe((first?.term ?? 0) + 1)
    await keeper.close()
  })

  it('keeps it beyond its time, and tells when another has it', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const lost = vi.fn()
    const keeper = new LeaseKeeper({ lease, holder: 'a', clock, logger: silentLogger, lost })
    await keeper.acquire()
    for (let step = 0; step < 20; step++) {
      clock.advance(500)
      await settle()
    }
    expect((await lease.current())?.holder).toBe('a')
    expect(lost).not.toHaveBeenCalled()
    await lease.handBack('a')
    await lease.acquire('b', 60_000)
    clock.advance(500)
    await settle()
    expect(lost).toHaveBeenCalledOnce()
  })

  it('leaves the lease to the sitting primary when the store is back after it lapsed', async () => {
    const clock = new VirtualClock()
    const lease = new MemoryLease(clock)
    const first = await lease.acquire('a', 1_000)
    let away = false
    const reached = <T>(ask: () => Promise<T>) =>
      away ? Promise.reject(LEASE_ERRORS['lease.unreachable']({ reason: 'test' })) : ask()
    const seen: Lease = {
      acquire: (holder, ttlMs) => reached(() => lease.acquire(holder, ttlMs)),
      renew: (term, ttlMs) => lease.renew(term, ttlMs),
      release: (term) => lease.release(term),
      handBack: (holder) => lease.handBack(holder),
      current: () => reached(() => lease.current()),
      watch: (wake) => lease.watch(wake),
      close: () => lease.close(),
    }
    const backup = new LeaseKeeper({ lease: seen, holder: 'b', clock, logger: silentLogger, lost: () => {} })
    let term: number | undefined
    void backup.acquire().then((got) => {
      term = got
    })
    const pass = async (ms: number) => {
      for (let step = 0; step < ms / 50; step++) {
        clock.advance(50)
        await settle()
      }
    }
    await pass(500)
    away = true
    await pass(2_000)
    away = false
    await pass(500)
    expect(term).toBeUndefined()
    // The primary renews: it was only the store that was away.
    expect(await lease.renew(first?.term ?? 0, 1_000)).toBe(true)
    await pass(750)
    expect(term).toBeUndefined()
    await pass(1_000)
    expect(term).toBe((first?.term ?? 0) + 1)
    await backup.close()
  })
})
