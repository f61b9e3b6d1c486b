import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { type Lease, MemoryLease, PostgresLease } from '#seams/lease'
import type { Store } from '#seams/store'
import { emptySpine, type TestDatabase, testDatabase } from './database.ts'

interface Subject {
  readonly lease: Lease
  /** The lease as another process sees it. */
  readonly other: Lease
}

const LONG_MS = 60_000

function leaseContract(driver: string, open: () => Promise<Subject>, closeAll: () => Promise<void>): void {
  describe(`the lease in ${driver}`, () => {
    let lease: Lease
    let other: Lease

    afterAll(closeAll)
    beforeEach(async () => {
      ;({ lease, other } = await open())
    })

    it('is held by nobody at first', async () => {
      expect(await lease.current()).toBeUndefined()
      expect(await lease.renew(0, LONG_MS)).toBe(false)
      expect(await lease.release(0)).toBe(false)
      expect(await lease.handBack('one')).toBe(false)
    })

    it('SW-07 is held by one, and told with its term and the time left', async () => {
      expect(await lease.acquire('one', LONG_MS)).toEqual({ term: 1 })
      expect(await other.acquire('two', LONG_MS)).toBeUndefined()
      const { msLeft, ...rest } = (await other.current())!
      expect(rest).toEqual({ holder: 'one', term: 1 })
      expect(msLeft).toBeGreaterThan(LONG_MS - 10_000)
      expect(msLeft).toBeLessThanOrEqual(LONG_MS)
    })

    it('gives a new life of its holder a new term, so that the old one is fenced', async () => {
      await lease.acquire('one', LONG_MS)
      expect(await other.acquire('one', LONG_MS)).toEqual({ term: 2 })
      expect(await lease.renew(1, LONG_MS)).toBe(false)
      expect(await other.renew(2, LONG_MS)).toBe(true)
    })

    it('SW-76 may be taken when it has lapsed, and the term grows', async () => {
      await lease.acquire('one', 1)
      await expect.poll(async () => (await lease.current())!.msLeft).toBeLessThanOrEqual(0)
      expect(await other.acquire('two', LONG_MS)).toEqual({ term: 2 })
      expect(await lease.renew(1, LONG_MS)).toBe(false)
      expect(await lease.release(1)).toBe(false)
      expect((await lease.current())?.holder).toBe('two')
    })

    it('SW-108 is handed over to one other, and to nobody else while it lasts', async () => {
      const { term } = (await lease.acquire('one', LONG_MS))!
      expect(await lease.handOver(term, 'two', LONG_MS)).toBe(true)
      expect(await lease.handOver(term, 'two', LONG_MS)).toBe(false)
      expect(await lease.renew(term, LONG_MS)).toBe(false)
      expect(await lease.release(term)).toBe(false)
      expect(await lease.acquire('one', LONG_MS)).toBeUndefined()
      expect(await other.acquire('three', LONG_MS)).toBeUndefined()
      const { term: next } = (await other.acquire('two', LONG_MS))!
      expect(next).toBeGreaterThan(term)
      expect((await lease.current())?.holder).toBe('two')
    })

    it('that was handed over to one who never comes may be taken when that time is over', async () => {
      const { term } = (await lease.acquire('one', LONG_MS))!
      await lease.handOver(term, 'nobody', 1)
      await expect.poll(async () => (await lease.current())!.msLeft).toBeLessThanOrEqual(0)
      expect((await other.acquire('two', LONG_MS))?.term).toBeGreaterThan(term)
    })

    it('may be renewed after it lapsed, as long as nobody took it', async () => {
      const { term } = (await lease.acquire('one', 1))!
      await expect.poll(async () => (await lease.current())!.msLeft).toBeLessThanOrEqual(0)
      expect(await lease.renew(term, LONG_MS)).toBe(true)
      expect(await other.acquire('two', LONG_MS)).toBeUndefined()
    })

    it('is given up at once by its holder, or by who saw the holder die', async () => {
      const first = (await lease.acquire('one', LONG_MS))!
      expect(await lease.release(first.term)).toBe(true)
      expect(await lease.current()).toBeUndefined()
      expect(await lease.renew(first.term, LONG_MS)).toBe(false)
      expect(await other.acquire('two', LONG_MS)).toEqual({ term: 2 })
      expect(await lease.handBack('one')).toBe(false)
      expect(await lease.handBack('two')).toBe(true)
      expect(await lease.acquire('one', LONG_MS)).toEqual({ term: 3 })
    })

    it('goes only to cores that the last primary knew, unless it said that all is in the log', async () => {
      const { term } = (await lease.acquire('one', LONG_MS, 'a-core1'))!
      expect(await other.opened()).toBe(0)
      expect(await lease.open(term, 'a-core1')).toEqual(['a-core1'])
      expect(await other.opened()).toBe(term)
      expect(await lease.know(term, 2, ['a-core1', 'b-core1'])).toBe(true)
      // An older word that comes late.
      expect(await lease.know(term, 1, ['a-core1'])).toBe(false)
      expect((await other.current())?.known).toEqual(['a-core1', 'b-core1'])
      await lease.handBack('one')
      expect(await other.acquire('three', LONG_MS, 'c-core1')).toBeUndefined()
      const next = (await other.acquire('two', LONG_MS, 'b-core1'))!
      expect(await lease.know(term, 3, undefined)).toBe(false)
      // Not open yet: what it says of others counts when its own tail is written.
      expect(await other.know(next.term, 1, undefined)).toBe(false)
      expect(await other.open(next.term, 'b-core1')).toEqual(['a-core1', 'b-core1'])
      expect(await lease.open(term, 'a-core1')).toBeUndefined()
      expect(await other.know(next.term, 1, undefined)).toBe(true)
      await other.release(next.term)
      expect((await lease.acquire('three', LONG_MS, 'c-core1'))?.term).toBe(next.term + 1)
    })

    it('ACD-04 goes to one of many who ask at once', async () => {
      const asked = Array.from({ length: 8 }, (_, i) => (i % 2 ? lease : other).acquire(`core ${i}`, LONG_MS))
      const got = (await Promise.all(asked)).filter((answer) => answer !== undefined)
      expect(got).toEqual([{ term: 1 }])
    })

    it('wakes those who wait for it when it is given up', async () => {
      const { term } = (await lease.acquire('one', LONG_MS))!
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = other.watch(() => {
        void other.current().then((current) => current === undefined && resolve())
      })
      await lease.release(term)
      await promise
      stop()
    })
  })
}

leaseContract(
  'memory',
  async () => {
    const lease = new MemoryLease(systemClock)
    return { lease, other: lease }
  },
  async () => {},
)

let database: TestDatabase | undefined
let second: Store
leaseContract(
  'PostgreSQL',
  async () => {
    database ??= await testDatabase()
    second ??= await database.connect()
    await emptySpine(database.store)
    return { lease: new PostgresLease(database.store), other: new PostgresLease(second) }
  },
  async () => {
    await database?.close()
  },
)

describe('who may follow a primary that is gone, beside its own word (PostgreSQL)', () => {
  let database: TestDatabase
  let lease: PostgresLease
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database?.close())
  beforeEach(async () => {
    await emptySpine(database.store)
    lease = new PostgresLease(database.store)
  })

  /** A primary that knew itself and one other, and whose time is over. */
  async function gone(): Promise<number> {
    const { term } = (await lease.acquire('a-core1#1', LONG_MS, 'a-core1'))!
    await lease.open(term, 'a-core1')
    await lease.know(term, 1, ['a-core1', 'b-core1'])
    await lease.renew(term, 1)
    await expect.poll(async () => (await lease.succession()).msLeft).toBeLessThanOrEqual(0)
    return term
  }

  it('is told, also when the lease was given up', async () => {
    const term = await gone()
    expect(await lease.succession()).toMatchObject({ holder: 'a-core1#1', term, known: ['a-core1', 'b-core1'] })
    await lease.release(term)
    expect(await lease.succession()).toMatchObject({ holder: null, known: ['a-core1', 'b-core1'] })
  })

  it('is changed knowingly: those that are named may, and those that were known may not (fault 27)', async () => {
    const term = await gone()
    expect(await lease.acquire('c-core1#1', LONG_MS, 'c-core1')).toBeUndefined()
    expect(await lease.succeed(term, ['a-core1', 'b-core1'], ['c-core1', 'c-core2'])).toBe(true)
    expect(await lease.acquire('b-core1#1', LONG_MS, 'b-core1')).toBeUndefined()
    expect((await lease.acquire('c-core1#1', LONG_MS, 'c-core1'))?.term).toBeGreaterThan(term)
  })

  it('is not changed while somebody has the lease, nor by who saw another term or others known', async () => {
    const term = await gone()
    const known = ['a-core1', 'b-core1']
    expect(await lease.succeed(term - 1, known, ['c-core1'])).toBe(false)
    expect(await lease.succeed(term, ['a-core1'], ['c-core1'])).toBe(false)
    await lease.renew(term, LONG_MS)
    expect(await lease.succeed(term, known, ['c-core1'])).toBe(false)
    expect((await lease.succession()).known).toEqual(known)
  })
})
