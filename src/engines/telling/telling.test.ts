import { afterEach, describe, expect, it } from 'vitest'
import { isTandemError, silentLogger, VirtualClock } from '#base'
import { FollowingLog, type Log, type LogBatch, type LogRecord, MemoryLog } from '#seams/log'
import { TELLING_ERRORS } from './errors.ts'
import { LogTeller } from './log-teller.ts'
import { WAIT_MS_MAX } from './messages.ts'
import { type PrimaryLinks, ToldRecords } from './told-records.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Lets everything that only waits for promises happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve()
}

const bodies = (records: readonly { readonly body: string }[]) => records.map(({ body }) => body)
const batch = (after: number, ...texts: string[]): LogBatch => ({
  term: 1,
  after,
  records: texts.map((body, i) => ({ at: after + i, body })),
})

describe('a primary that tells', () => {
  function teller(head = 0) {
    const clock = new VirtualClock()
    const told: string[][] = []
    const writing = { now: true }
    const tells = new LogTeller({ clock, term: 1, head, writes: () => writing.now })
    const ask = async (after: number, from = 'b') => {
      told.push(bodies((await tells.next({ after }, from)).records))
    }
    return { clock, told, tells, ask, writing }
  }

  it('answers what it has at once, and else as soon as something is written', async () => {
    const { told, tells, ask } = teller(4)
    void ask(4)
    await settle()
    expect(told).toEqual([])
    tells.written(batch(4, 'five', 'six'))
    await settle()
    void ask(5, 'c')
    await settle()
    expect(told).toEqual([['five', 'six'], ['six']])
  })

  it('gathers what comes soon after an answer, for each asker by itself', async () => {
    const { clock, told, tells, ask } = teller()
    tells.written(batch(0, 'one'))
    await ask(0)
    void ask(1)
    tells.written(batch(1, 'two'))
    clock.advance(5)
    tells.written(batch(2, 'three'))
    await settle()
    expect(told).toEqual([['one']])
    void ask(0, 'c')
    await settle()
    expect(told).toEqual([['one'], ['one', 'two', 'three']])
    clock.advance(5)
    await settle()
    expect(told[2]).toEqual(['two', 'three'])
  })

  it('answers nothing after a while, so that whoever asks knows that it is there', async () => {
    const { clock, told, ask } = teller()
    void ask(0)
    clock.advance(WAIT_MS_MAX - 1)
    await settle()
    expect(told).toEqual([])
    clock.advance(1)
    await settle()
    expect(told).toEqual([[]])
  })

  it('sends whoever asks for what it does not keep to the database', async () => {
    const { tells } = teller(10)
    tells.written(batch(10, 'eleven'))
    for (const after of [9, 12])
      await expect(tells.next({ after }, 'b')).rejects.toMatchObject({ code: 'telling.not-kept' })
    await expect(tells.next({ after: 'x' }, 'b')).rejects.toMatchObject({ code: 'telling.invalid' })
    // Written by another way in between, as what an earlier primary had left on a disk is.
    tells.written(batch(20, 'twenty-one'))
    for (const after of [11, 19])
      await expect(tells.next({ after }, 'b')).rejects.toMatchObject({ code: 'telling.not-kept' })
    expect(bodies((await tells.next({ after: 20 }, 'b')).records)).toEqual(['twenty-one'])
  })

  it('tells nothing while it cannot write: whoever takes its word for news would believe that nothing happens', async () => {
    const { tells, writing } = teller()
    tells.written(batch(0, 'one'))
    writing.now = false
    await expect(tells.next({ after: 0 }, 'b')).rejects.toMatchObject({ code: 'telling.not-primary' })
    writing.now = true
    expect(bodies((await tells.next({ after: 0 }, 'b')).records)).toEqual(['one'])
  })

  it('answers an earlier question of the same core, and everybody when it ends', async () => {
    const { told, tells, ask } = teller()
    void ask(0)
    void ask(0)
    await settle()
    expect(told).toEqual([[]])
    tells.close()
    await settle()
    expect(told).toEqual([[], []])
    await expect(tells.next({ after: 0 }, 'b')).rejects.toMatchObject({ code: 'telling.not-primary' })
  })
})

describe('a backup that is told', () => {
  /** A log with a primary that writes it and a backup that follows, reading as a fold does. */
  function pair() {
    const clock = new VirtualClock()
    const store = new MemoryLog({ holds: () => true })
    const reads = { store: 0 }
    const followers = new Set<() => void>()
    // What a follower uses of it.
    const counted = {
      read: (after: number, limit: number) => {
        reads.store++
        return store.read(after, limit)
      },
      follow: (wake: () => void) => {
        const entry = () => wake()
        followers.add(entry)
        return () => followers.delete(entry)
      },
    } as unknown as Log
    const tells = { now: new LogTeller({ clock, term: 1, head: 0, writes: () => true }) as LogTeller | undefined }
    const primary = { name: 'a' as string | undefined, hangs: false, changed: () => {} }
    const links: PrimaryLinks = {
      primary: () => primary.name,
      onChanged: (listener) => {
        primary.changed = listener
        return () => {}
      },
      ask: async (_peer, _type, body) => {
        if (primary.hangs) return new Promise(() => {})
        if (!tells.now) throw TELLING_ERRORS['telling.not-primary']()
        return tells.now.next(body, 'b')
      },
    }
    const folded: LogRecord[] = []
    const told = new ToldRecords({ position: () => folded.length, clock, logger: silentLogger })
    const log = new FollowingLog({ store: counted, told })
    let reading = Promise.resolve()
    const wake = (): void => {
      reading = reading.then(async () => {
        for (const record of await log.read(folded.length, 100)) folded.push(record)
      })
    }
    stops.push(log.follow(wake))
    const append = async (...texts: string[]) => {
      const after = await store.head()
      await store.append(batch(after, ...texts))
      tells.now?.written(batch(after, ...texts))
      for (const notice of [...followers]) notice()
      await settle()
    }
    return { clock, folded, told, links, append, reads, followers, primary, tells, wake }
  }

  it('reads the database until it is linked, and then neither reads nor listens to it', async () => {
    const { append, told, links, folded, reads, followers, clock } = pair()
    await append('one')
    expect([bodies(folded), followers.size]).toEqual([['one'], 1])
    told.linked(links)
    await append('two')
    clock.advance(20)
    await append('three', 'four')
    expect(bodies(folded)).toEqual(['one', 'two', 'three', 'four'])
    expect(folded.map(({ sequence, term }) => [sequence, term])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ])
    expect([told.tells, followers.size]).toEqual([true, 0])
    expect(told.heardAt).toBeGreaterThanOrEqual(0)
    const before = reads.store
    clock.advance(20)
    await append('five')
    expect([folded.length, reads.store]).toEqual([5, before])
  })

  it('takes the database again when the primary does not tell, and its next one in time', async () => {
    const { append, told, links, folded, followers, clock, tells } = pair()
    told.linked(links)
    await append('one')
    tells.now = undefined
    const heardAt = told.heardAt
    clock.advance(WAIT_MS_MAX)
    await settle()
    clock.advance(20)
    expect(told.heardAt).toBe(heardAt)
    await append('two', 'three')
    expect([bodies(folded), told.tells, followers.size]).toEqual([['one', 'two', 'three'], false, 1])
    tells.now = new LogTeller({ clock, term: 2, head: 3, writes: () => true })
    clock.advance(WAIT_MS_MAX)
    await append('four')
    expect([folded.length, told.tells, followers.size]).toEqual([4, true, 0])
  })

  it('does not wait for a primary that hangs once there is another', async () => {
    const { append, told, links, folded, primary } = pair()
    told.linked(links)
    await append('one')
    primary.hangs = true
    await append('two')
    await settle()
    // The question that was under way was answered; the next one hangs.
    expect(folded.length).toBe(1)
    primary.name = undefined
    primary.changed()
    await settle()
    expect([bodies(folded), told.tells]).toEqual([['one', 'two'], false])
  })

  it('folds nothing twice when the database was quicker', async () => {
    const { append, told, links, folded, clock, wake, primary } = pair()
    told.linked(links)
    await append('one')
    await append('two', 'three')
    // Gathered by the primary still; what looks for itself finds it in the database.
    wake()
    await settle()
    expect(folded.length).toBe(3)
    clock.advance(10)
    await append('four')
    clock.advance(10)
    await settle()
    expect(folded.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4])
    expect(primary.name).toBe('a')
  })

  it('says it when a primary answers what is none, and goes on with the database', async () => {
    const errors: unknown[] = []
    const clock = new VirtualClock()
    const logger = { ...silentLogger, error: (fields: object) => errors.push(fields) }
    const told = new ToldRecords({ position: () => 0, clock, logger })
    stops.push(told.follow(() => {}))
    const answers: unknown[] = [{ term: 1, records: [{ at: 1 }] }, TELLING_ERRORS['telling.not-primary']()]
    told.linked({
      primary: () => 'a',
      onChanged: () => () => {},
      ask: async () => {
        const answer = answers.shift()
        if (isTandemError(answer)) throw answer
        return answer
      },
    })
    await settle()
    expect([told.tells, told.take(0), errors.length]).toEqual([false, undefined, 1])
    clock.advance(250)
    await settle()
    expect([told.tells, errors.length]).toEqual([false, 1])
  })
})
