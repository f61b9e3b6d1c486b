import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { type Lease, MemoryLease, PostgresLease } from '#seams/lease'
import {
  BATCH_RECORDS_MAX,
  BODY_BYTES_MAX,
  type Log,
  MemoryLog,
  NO_PEERS,
  PostgresLog,
  SpoolFile,
  SpoolingLog,
  spoolFolder,
} from '#seams/log'
import type { Store } from '#seams/store'
import { emptySpine, type TestDatabase, testDatabase } from './database.ts'

interface Subject {
  readonly log: Log
  /** The log as another process sees it. */
  readonly other: Log
  readonly lease: Lease
}

const AT = 1_800_000_000_000

const records = (...bodies: string[]) => bodies.map((body, i) => ({ at: AT + i, body }))

function logContract(driver: string, open: () => Promise<Subject>, closeAll: () => Promise<void>): void {
  describe(`the log in ${driver}`, () => {
    let log: Log
    let other: Log
    let lease: Lease
    let term: number

    afterAll(closeAll)
    beforeEach(async () => {
      ;({ log, other, lease } = await open())
      term = (await lease.acquire('one', 60_000))!.term
    })

    it('is empty at first', async () => {
      expect(await log.head()).toBe(0)
      expect(await log.read(0, 10)).toEqual([])
      expect(await log.loadSnapshot()).toBeUndefined()
      expect(await log.position('journal')).toBe(0)
    })

    it('numbers records without a gap and gives them back as they were', async () => {
      const odd = 'quotes " and \\ and {braces,} and NULL and é 漢 🙂 \n\t'
      expect(await log.append({ term, after: 0, records: records('a', odd) })).toBe(2)
      expect(await log.append({ term, after: 2, records: records('', 'NULL') })).toBe(4)
      expect(await other.read(0, 100)).toEqual([
        { sequence: 1, term, at: AT, body: 'a' },
        { sequence: 2, term, at: AT + 1, body: odd },
        { sequence: 3, term, at: AT, body: '' },
        { sequence: 4, term, at: AT + 1, body: 'NULL' },
      ])
      expect((await other.read(1, 2)).map((record) => record.sequence)).toEqual([2, 3])
      expect(await other.head()).toBe(4)
    })

    it('refuses an append that does not follow the head, and writes nothing of it', async () => {
      await log.append({ term, after: 0, records: records('a') })
      for (const after of [0, 2]) {
        await expect(log.append({ term, after, records: records('b') })).rejects.toMatchObject({ code: 'log.gap' })
      }
      expect(await log.head()).toBe(1)
    })

    it('ACD-04 SW-07 refuses a term that is over, in the very append', async () => {
      await log.append({ term, after: 0, records: records('a') })
      const next = (await lease.acquire('one', 60_000))!.term
      await expect(log.append({ term, after: 1, records: records('b') })).rejects.toMatchObject({ code: 'log.fenced' })
      // Fenced goes before gap: a deposed primary must learn what it is.
      await expect(log.append({ term, after: 7, records: records('b') })).rejects.toMatchObject({ code: 'log.fenced' })
      expect(await log.append({ term: next, after: 1, records: records('c') })).toBe(2)
      expect((await log.read(0, 10)).map((record) => record.body)).toEqual(['a', 'c'])
    })

    it('refuses a term that was given up, handed back or never given', async () => {
      const refused = (t: number) =>
        expect(log.append({ term: t, after: 0, records: records('a') })).rejects.toMatchObject({ code: 'log.fenced' })
      await refused(term + 1)
      await lease.release(term)
      await refused(term)
      const next = (await lease.acquire('two', 60_000))!.term
      await lease.handBack('two')
      await refused(next)
      expect(await log.head()).toBe(0)
    })

    it('lets one of many appends at the same place through', async () => {
      const tries = Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? log : other).append({ term, after: 0, records: records(`${i}`) }),
      )
      const outcomes = await Promise.allSettled(tries)
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(failed.every((outcome) => outcome.reason.code === 'log.gap')).toBe(true)
      expect(await log.read(0, 10)).toHaveLength(1)
    })

    it('SW-07 never takes an append of an old term beside a change of the lease', async () => {
      for (let round = 0; round < 10; round++) {
        const head = await log.head()
        const before = (await lease.current())!.term
        const [old, taken] = await Promise.allSettled([
          log.append({ term: before, after: head, records: records('old') }),
          lease.acquire(`holder ${round}`, 60_000).then((got) => got ?? lease.acquire('one', 60_000)),
        ])
        const after = await log.head()
        expect(after).toBe(old.status === 'fulfilled' ? head + 1 : head)
        expect(taken.status).toBe('fulfilled')
        await expect(log.append({ term: before, after, records: records('x') })).rejects.toMatchObject({
          code: 'log.fenced',
        })
        await lease.acquire('one', 60_000)
      }
    })

    it('refuses what breaks a limit before it reaches the store', async () => {
      const refused = (list: ReturnType<typeof records>) =>
        expect(log.append({ term, after: 0, records: list })).rejects.toMatchObject({ code: 'log.refused' })
      await refused([])
      await refused(records('x'.repeat(BODY_BYTES_MAX + 1)))
      await refused(Array.from({ length: BATCH_RECORDS_MAX + 1 }, () => ({ at: AT, body: '' })))
      await refused(Array.from({ length: 9 }, () => ({ at: AT, body: 'x'.repeat(BODY_BYTES_MAX) })))
      await refused(records('zero \0 character'))
      await refused([{ at: AT + 0.5, body: 'a' }])
      expect(await log.append({ term, after: 0, records: records('x'.repeat(BODY_BYTES_MAX)) })).toBe(1)
    })

    it('keeps the newest snapshot', async () => {
      await log.append({ term, after: 0, records: records('a', 'b', 'c') })
      await log.saveSnapshot({ sequence: 2, body: 'two' })
      await other.saveSnapshot({ sequence: 1, body: 'one' })
      expect(await other.loadSnapshot()).toEqual({ sequence: 2, body: 'two' })
    })

    it('STA-09 is cut behind the slowest of snapshot and readers only, and what is cut is read all the same', async () => {
      await log.append({ term, after: 0, records: records('a', 'b', 'c', 'd', 'e') })
      await log.savePosition('journal', 2)
      expect(await log.trim()).toBe(0)
      await log.saveSnapshot({ sequence: 4, body: '' })
      expect(await log.trim()).toBe(2)
      await log.savePosition('journal', 5)
      await log.savePosition('journal', 1)
      expect(await log.position('journal')).toBe(5)
      expect(await log.trim()).toBe(2)
      expect(await log.trim()).toBe(0)
      expect((await other.read(0, 10)).map((record) => record.body)).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect((await other.read(3, 1)).map((record) => record.sequence)).toEqual([4])
      expect(await log.append({ term, after: 5, records: records('f') })).toBe(6)
    })

    it('says that records were removed by retention instead of passing over them', async () => {
      await log.append({ term, after: 0, records: records('a', 'b', 'c', 'd') })
      await log.saveSnapshot({ sequence: 3, body: '' })
      await log.trim()
      expect(await log.prune(AT + 1)).toBe(1)
      await expect(log.read(0, 10)).rejects.toMatchObject({ code: 'log.pruned' })
      expect((await log.read(1, 10)).map((record) => record.sequence)).toEqual([2, 3, 4])
      // What is not archived stays, however old.
      expect(await log.prune(AT + 1000)).toBe(2)
      expect((await log.read(3, 10)).map((record) => record.sequence)).toEqual([4])
    })

    it('goes on with its numbers when everything was cut and removed', async () => {
      await log.append({ term, after: 0, records: records('a', 'b') })
      await log.saveSnapshot({ sequence: 2, body: '' })
      await log.trim()
      await log.prune(AT + 1000)
      expect(await log.head()).toBe(2)
      expect(await log.read(2, 10)).toEqual([])
      await expect(log.read(1, 10)).rejects.toMatchObject({ code: 'log.pruned' })
      expect(await log.append({ term, after: 2, records: records('c') })).toBe(3)
    })

    it('wakes those who follow, until they stop', async () => {
      let woken = Promise.withResolvers<void>()
      const stop = other.follow(() => woken.resolve())
      await log.append({ term, after: 0, records: records('a') })
      await woken.promise
      let calls = 0
      const stopCounting = other.follow(() => calls++)
      stopCounting()
      woken = Promise.withResolvers<void>()
      await log.append({ term, after: 1, records: records('b') })
      await woken.promise
      stop()
      expect(calls).toBe(0)
    })
  })
}

logContract(
  'memory',
  async () => {
    const lease = new MemoryLease(systemClock)
    const log = new MemoryLog(lease)
    return { log, other: log, lease }
  },
  async () => {},
)

const folder = mkdtempSync(join(tmpdir(), 'tandem-spool-'))
const spools: SpoolFile[] = []
logContract(
  'memory, behind a spool',
  async () => {
    const lease = new MemoryLease(systemClock)
    const store = new MemoryLog(lease)
    const file = await SpoolFile.open(spoolFolder(folder), `${spools.length}.spool`)
    spools.push(file)
    const log = new SpoolingLog({ store, file, peers: NO_PEERS, clock: systemClock, logger: silentLogger })
    return { log, other: store, lease }
  },
  async () => {
    await Promise.all(spools.map((file) => file.close()))
    rmSync(folder, { recursive: true })
  },
)

let database: TestDatabase | undefined
let second: Store
logContract(
  'PostgreSQL',
  async () => {
    database ??= await testDatabase()
    second ??= await database.connect()
    await emptySpine(database.store)
    return { log: new PostgresLog(database.store), other: new PostgresLog(second), lease: new PostgresLease(second) }
  },
  async () => {
    await database?.close()
  },
)
