import { describe, expect, it } from 'vitest'
import { type Millis, silentLogger, VirtualClock } from '#base'
import type { Peer } from '#engines/link'
import type { LeaseState } from '#seams/lease'
import { meetPrimary } from './meet-primary.ts'

const HELD: LeaseState = { holder: 'node1#7', term: 3, msLeft: 900 }

/** A core that meets, in a pool whose lease and links the test changes; `met` is when it was done. */
function meeting() {
  const clock = new VirtualClock()
  const pool: { lease: LeaseState | 'away' | undefined; peers: Pick<Peer, 'life' | 'main' | 'auxiliary'>[] } = {
    lease: HELD,
    peers: [],
  }
  const state: { met: Millis | undefined } = { met: undefined }
  void meetPrimary({
    lease: { current: async () => (pool.lease === 'away' ? Promise.reject(new Error('away')) : pool.lease) },
    links: { peers: () => pool.peers as Peer[] },
    clock,
    logger: silentLogger,
  }).then(() => {
    state.met = clock.monotonic()
  })
  const pass = async (ms: Millis) => {
    for (let passed = 0; passed < ms; passed += 10) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      clock.advance(10)
    }
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { pool, state, pass }
}

describe('a core that has started', () => {
  it('is ready when the primary is linked with it (FS-03)', async () => {
    const { pool, state, pass } = meeting()
    await pass(1_000)
    pool.peers = [{ life: 'node1#6', main: true, auxiliary: true }]
    await pass(1_000)
    expect(state.met, 'linked with a former life').toBeUndefined()
    pool.peers = [{ life: 'node1#7', main: false, auxiliary: true }]
    await pass(100)
    expect(state.met).toBeDefined()
  })

  it.each<[string, LeaseState | undefined]>([
    ['nobody holds the lease', undefined],
    ['the lease has lapsed', { ...HELD, msLeft: 0 }],
  ])('is ready at once when %s', async (_, lease) => {
    const { pool, state, pass } = meeting()
    pool.lease = lease
    await pass(100)
    expect(state.met).toBeDefined()
  })

  it('waits as long as the database is away, and meets the primary that it read of before', async () => {
    const { pool, state, pass } = meeting()
    await pass(100)
    pool.lease = 'away'
    await pass(60_000)
    expect(state.met).toBeUndefined()
    pool.peers = [{ life: 'node1#7', main: true, auxiliary: true }]
    await pass(100)
    expect(state.met).toBeDefined()
  })

  it('does without a link that does not come about', async () => {
    const { state, pass } = meeting()
    await pass(4_900)
    expect(state.met).toBeUndefined()
    await pass(200)
    expect(state.met).toBeDefined()
  })
})
