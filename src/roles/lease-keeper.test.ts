import { describe, expect, it, vi } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
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
})
