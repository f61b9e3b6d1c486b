import { describe, expect, it } from 'vitest'
import { type Clock, isTandemError, type Millis, silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import { LOG_ERRORS } from './errors.ts'
import { MemoryLog } from './log-memory.ts'
import { SpoolingLog } from './log-spooling.ts'
import type { Log, LogBatch } from './port.ts'
import type { PeersSay } from './spool-decision.ts'
import type { SpoolFolder, SpoolHandle } from './spool-disk.ts'
import { SpoolFile } from './spool-file.ts'
import { NO_PEERS, type SpoolPeers } from './spool-peers.ts'
import { spoolName, writeTails } from './spool-tails.ts'

/** A folder in memory whose files lose what was not flushed when their machine dies. */
class MemoryFolder implements SpoolFolder {
  readonly #files = new Map<string, { bytes: Buffer; flushed: Buffer }>()

  async list() {
    return [...this.#files.keys()]
  }

  async open(name: string): Promise<SpoolHandle> {
    const file = this.#files.get(name) ?? { bytes: Buffer.alloc(0), flushed: Buffer.alloc(0) }
    this.#files.set(name, file)
    return {
      async write(bytes, offset, length, position) {
        const end = Math.max(file.bytes.length, position + length)
        const next = Buffer.alloc(end)
        file.bytes.copy(next)
        bytes.copy(next, position, offset, offset + length)
        file.bytes = next
      },
      async read(bytes, offset, length, position) {
        file.bytes.copy(bytes, offset, position, position + length)
      },
      async datasync() {
        file.flushed = file.bytes
      },
      async truncate(size) {
        file.bytes = file.bytes.subarray(0, size)
      },
      stat: async () => ({ size: file.bytes.length }),
      async close() {},
    }
  }

  async rename(from: string, to: string) {
    this.#files.set(to, this.#files.get(from)!)
    this.#files.delete(from)
  }

  async remove(name: string) {
    this.#files.delete(name)
  }

  /** The power goes: of what was written since the last flush so many bytes are there, and some are wrong. */
  lose(below: (n: number) => number): void {
    for (const file of this.#files.values()) {
      const torn = Buffer.from(file.bytes.subarray(0, Math.max(file.flushed.length, below(file.bytes.length + 1))))
      if (torn.length > file.flushed.length) torn[torn.length - 1]! ^= below(2)
      file.bytes = torn
    }
  }
}

/** Numbers from a seed (mulberry32). */
function numbersOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const never = <T>() => new Promise<T>(() => {})
const unreachable = (reason: string) => LOG_ERRORS['log.unreachable']({ reason })

/** A life of a primary: once it is over, nothing of it moves any more. */
class Life {
  dead = false
  readonly clock: Clock
  readonly world: VirtualClock

  constructor(clock: VirtualClock) {
    this.world = clock
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (delayMs, call) => clock.after(delayMs, () => !this.dead && call()),
    }
  }

  /** Waits for the promise, moving time meanwhile; undefined when the life ended first. */
  async through<T>(promise: Promise<T>, stepMs: Millis = 20): Promise<T | undefined> {
    let done = false
    promise.then(
      () => {
        done = true
      },
      () => {
        done = true
      },
    )
    for (let turns = 0; !done && !this.dead; turns++) {
      if (turns > 50_000) throw new Error('it never ends')
      await turn()
      if (turns % 4 === 3) this.world.advance(stepMs)
    }
    return this.dead ? undefined : promise
  }
}

type Fate = 'works' | 'request lost' | 'answer lost' | 'late' | 'dies before' | 'dies after'

/** The store as one life sees it: what happens to each call is told by `fate`. */
function storeOf(memory: MemoryLog, life: Life, fate: (method: string) => Fate): Log {
  const call = async (key: 'append' | 'read' | 'head', words: readonly unknown[]): Promise<unknown> => {
    if (life.dead) return never()
    const work = () => (memory[key] as (...given: readonly unknown[]) => Promise<unknown>)(...words)
    switch (fate(key)) {
      case 'request lost':
        throw unreachable('request lost')
      case 'answer lost':
        await work()
        throw unreachable('answer lost')
      case 'late':
        // The query's time is over before it arrives, whoever is primary by then.
        if (key === 'append') life.world.after(6_000, () => void work().catch(() => {}))
        return new Promise((_, reject) => life.clock.after(5_000, () => reject(unreachable('late'))))
      case 'dies before':
        life.dead = true
        return never()
      case 'dies after':
        await work()
        life.dead = true
        return never()
      default:
        return work()
    }
  }
  return new Proxy<Log>(memory, {
    get(target, key: keyof Log) {
      if (key === 'append' || key === 'read' || key === 'head') return (...words: unknown[]) => call(key, words)
      return target[key].bind(target)
    },
  })
}

/** Appends as the sequencer does: again when the store is away, and with an eye for a try that had landed. */
async function appendOnce(log: Log, batch: LogBatch, clock: Clock): Promise<void> {
  for (;;) {
    try {
      await log.append(batch)
      return
    } catch (error) {
      if (isTandemError(error, 'log.gap')) {
        const found = await log.read(batch.after, batch.records.length)
        if (found.length === batch.records.length && found.every((r, i) => r.body === batch.records[i]!.body)) return
      }
      if (!isTandemError(error, 'log.unreachable')) throw error
    }
    await new Promise<void>((resolve) => clock.after(100, resolve))
  }
}

async function opened(peers: SpoolPeers = NO_PEERS, bytesMax?: number) {
  const clock = new VirtualClock()
  const lease = new MemoryLease(clock)
  const memory = new MemoryLog(lease)
  const { term } = (await lease.acquire('core', 1_000))!
  const life = new Life(clock)
  const own = new MemoryFolder()
  const state: { fate: Fate } = { fate: 'works' }
  const file = await SpoolFile.open(own, spoolName(term), bytesMax)
  const store = storeOf(memory, life, () => state.fate)
  const log = new SpoolingLog({ store, file, peers, clock: life.clock, logger: silentLogger })
  let after = 0
  const append = async (...bodies: string[]) => {
    const records = bodies.map((body) => ({ at: clock.now(), body }))
    const head = await life.through(log.append({ term, after, records }))
    after = head!
    return head
  }
  const bodies = async () => (await memory.read(0, 100)).map(({ body }) => body)
  const pass = (ms: Millis) => life.through(new Promise<void>((resolve) => clock.after(ms, resolve)))
  return { clock, lease, memory, term, life, folder: own, state, file, log, append, bodies, pass }
}

describe('a log that spools', () => {
  it('DAT-11 goes on while the store is away, and writes what waited in order when it is back', async () => {
    const { append, state, log, bodies, pass, clock, file } = await opened()
    await append('a')
    state.fate = 'request lost'
    const startedAt = clock.now()
    expect(await append('b', 'c')).toBe(3)
    expect(clock.now() - startedAt).toBeLessThan(600)
    expect(await append('d')).toBe(4)
    expect(log.status()).toMatchObject({ events: 3, refusing: undefined, confirmed: true, since: expect.any(Number) })
    expect(await log.head()).toBe(4)
    expect((await log.read(1, 10)).map(({ body }) => body)).toEqual(['b', 'c', 'd'])
    expect(await bodies()).toEqual(['a'])
    await expect(log.saveSnapshot({ sequence: 4, body: '' })).rejects.toMatchObject({ code: 'log.unreachable' })
    state.fate = 'works'
    await pass(1_000)
    expect(await bodies()).toEqual(['a', 'b', 'c', 'd'])
    expect(log.status()).toMatchObject({ since: undefined, events: 0, bytes: 0, refusing: undefined })
    expect(file.end).toBe(undefined)
    expect(await append('e')).toBe(5)
    expect(await bodies()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('knows again what had landed though its answer was lost, or came late', async () => {
    for (const fate of ['answer lost', 'late'] as const) {
      const { append, state, bodies, pass } = await opened()
      state.fate = fate
      await append('a')
      await append('b')
      state.fate = fate === 'late' ? 'request lost' : 'answer lost'
      await pass(8_000)
      state.fate = 'works'
      await pass(1_000)
      await append('c')
      expect(await bodies(), fate).toEqual(['a', 'b', 'c'])
    }
  })

  it('refuses at the limit of its file, says so, and loses nothing of what it took', async () => {
    const { append, state, log, bodies, pass } = await opened(NO_PEERS, 200)
    state.fate = 'request lost'
    await append('a')
    await expect(append('b'.repeat(300))).rejects.toMatchObject({ code: 'log.unreachable' })
    expect(log.status().refusing).toContain('200 bytes')
    state.fate = 'works'
    await pass(1_000)
    await append('b'.repeat(300))
    expect(log.status().refusing).toBeUndefined()
    expect((await bodies()).map((body) => body[0])).toEqual(['a', 'b'])
  })

  it.each<[PeersSay, string, string]>([
    ['silent', 'log.unreachable', 'takes nothing new'],
    ['newer', 'log.fenced', 'ends'],
  ])('when the others are %s: %s', async (say, code) => {
    const said: { say: PeersSay } = { say }
    const { append, state, bodies, pass } = await opened({ confirm: async () => said.say })
    state.fate = 'request lost'
    await expect(append('a')).rejects.toMatchObject({ code })
    said.say = 'consenting'
    if (say === 'newer') return void (await expect(append('a')).rejects.toMatchObject({ code }))
    await append('a')
    state.fate = 'works'
    await pass(1_000)
    expect(await bodies()).toEqual(['a'])
  })

  it('FS-03 lets callers wait while the others say nothing for a moment, and refuses only when that lasts', async () => {
    const said: { say: PeersSay } = { say: 'silent' }
    const { append, state, log, clock } = await opened({ confirm: async () => said.say })
    state.fate = 'request lost'
    const refusing = async (forMs: Millis) => {
      const until = clock.now() + forMs
      for (; clock.now() < until; clock.advance(100)) await append('a').catch(() => undefined)
      return log.status().refusing
    }
    expect(await refusing(1_200)).toBeUndefined()
    // Nothing is refused yet, and nothing is durable either.
    expect(log.status().confirmed).toBe(false)
    said.say = 'consenting'
    await append('a')
    expect(log.status().confirmed).toBe(true)
    said.say = 'silent'
    expect(await refusing(1_200)).toBeUndefined()
    expect(log.status().confirmed).toBe(false)
    expect(await refusing(500)).toContain('neither the database nor every other core')
    said.say = 'consenting'
    await append('a')
    expect(log.status().refusing).toBeUndefined()
  })

  it('SW-07 hands over when it alone does not reach the store, once that has lasted for the time of a lease', async () => {
    const { append, state, clock } = await opened({ confirm: async () => 'reaching' })
    state.fate = 'request lost'
    const startedAt = clock.now()
    const codes: unknown[] = []
    while (clock.now() - startedAt < 4_000 && codes.at(-1) !== 'log.fenced') {
      codes.push(
        await append('a').then(
          () => 'let out',
          (error) => error.code,
        ),
      )
      clock.advance(100)
    }
    expect(codes.at(-1)).toBe('log.fenced')
    expect(clock.now() - startedAt).toBeGreaterThan(1_500)
    expect(clock.now() - startedAt).toBeLessThan(2_000)
    // The others have promised not to take the lease, so nobody waits for nothing.
    expect(new Set(codes.slice(0, -1))).toEqual(new Set(['let out']))
  })

  it('SW-07 does not add up short times in which it alone did not reach the store: a network that loses packets is no reason to hand over', async () => {
    const { append, state, pass, bodies } = await opened({ confirm: async () => 'reaching' })
    for (let time = 1; time <= 4; time++) {
      state.fate = 'request lost'
      await append(`away ${time}`)
      await pass(700)
      await append(`still away ${time}`)
      state.fate = 'works'
      await pass(1_000)
      await append(`there ${time}`)
    }
    expect(await bodies()).toHaveLength(12)
  })

  it('is over when the lease went to another while the store was away', async () => {
    const { append, state, lease, clock, pass, memory } = await opened()
    state.fate = 'request lost'
    await append('a')
    clock.advance(5_000)
    const other = (await lease.acquire('other', 1_000))!
    await memory.append({ term: other.term, after: 0, records: [{ at: 1, body: 'x' }] })
    state.fate = 'works'
    await pass(1_000)
    await expect(append('b')).rejects.toMatchObject({ code: 'log.fenced' })
  })
})

describe('a spool that a dead primary left', () => {
  async function left(...bodies: string[]) {
    const world = await opened()
    world.state.fate = 'request lost'
    for (const body of bodies) await world.append(body)
    world.life.dead = true
    await world.file.close()
    world.clock.advance(5_000)
    const { term } = (await world.lease.acquire('next', 1_000))!
    const options = { folder: world.folder, term, opened: 1, logger: silentLogger }
    return { ...world, options, term }
  }

  it('is written first, and removed', async () => {
    const { options, memory, bodies } = await left('a', 'b')
    expect(await writeTails(memory, options)).toEqual({ written: 2, aside: [] })
    expect(await bodies()).toEqual(['a', 'b'])
    expect(await options.folder.list()).toEqual([])
    expect(await writeTails(memory, options)).toEqual({ written: 0, aside: [] })
  })

  it('is passed over where the log has it, and set aside when it says something else', async () => {
    const same = await left('a', 'b')
    const [first] = await (await SpoolFile.open(same.folder, spoolName(1))).read(0, 1)
    await same.memory.append({ term: same.term, after: 0, records: [{ at: first!.at, body: 'a' }] })
    expect(await writeTails(same.memory, same.options)).toMatchObject({ written: 1 })
    expect(await same.bodies()).toEqual(['a', 'b'])

    const other = await left('a', 'b')
    await other.memory.append({ term: other.term, after: 0, records: [{ at: 1, body: 'x' }] })
    const { written, aside } = await writeTails(other.memory, other.options)
    expect([written, aside.length, await other.bodies()]).toEqual([0, 1, ['x']])
    expect(await other.folder.list()).toHaveLength(1)
  })
})

it('a spool whose events retention has removed from the log is passed over', async () => {
  const { append, state, pass, life, file, clock, lease, memory, folder } = await opened()
  state.fate = 'request lost'
  await append('a', 'b')
  state.fate = 'works'
  await pass(150)
  life.dead = true
  const [first, second] = await file.read(0, 2)
  if ((await memory.head()) === 0) await memory.append({ term: 1, after: 0, records: [first!, second!] })
  await memory.saveSnapshot({ sequence: 2, body: '' })
  await memory.trim()
  await memory.prune(clock.now() + 1_000_000)
  clock.advance(5_000)
  const { term } = (await lease.acquire('next', 1_000))!
  expect(await writeTails(memory, { folder, term, opened: 1, logger: silentLogger })).toEqual({ written: 0, aside: [] })
  expect(await folder.list()).toEqual([])
})

/** One run: primaries of one machine that come and die, and a store that does what the seed says. */
async function run(seed: number): Promise<string> {
  const below = numbersOf(seed)
  const clock = new VirtualClock()
  const lease = new MemoryLease(clock)
  const memory = new MemoryLog(lease)
  const own = new MemoryFolder()
  const acknowledged = new Map<number, string>()
  let next = 0
  for (let number = 1; number <= 5; number++) {
    const last = number === 5
    const life = new Life(clock)
    const calm = below(3) === 0
    let awayFor = 0
    const fate = (): Fate => {
      if (last) return 'works'
      if (awayFor > 0) awayFor--
      else if (below(12) === 0) awayFor = below(30)
      if (below(40) === 0) return below(2) === 0 ? 'dies before' : 'dies after'
      if (awayFor > 0) return 'request lost'
      if (calm) return 'works'
      return (['works', 'works', 'works', 'request lost', 'answer lost', 'late'] as const)[below(6)]!
    }
    const store = storeOf(memory, life, fate)
    clock.advance(10_000)
    const { term } = (await lease.acquire(`core${number}`, 1_000))!
    const options = { folder: own, term, opened: await lease.opened(), logger: silentLogger }
    const opening = (async () => {
      for (;;) {
        try {
          const { aside } = await writeTails(store, options)
          expect(aside).toEqual([])
          return await store.head()
        } catch (error) {
          if (!isTandemError(error, 'log.unreachable') && !isTandemError(error, 'log.gap')) throw error
          await new Promise<void>((resolve) => life.clock.after(100, resolve))
        }
      }
    })()
    let head = await life.through(opening)
    if (head === undefined) continue
    await lease.open(term)
    for (const [place, body] of acknowledged) expect((await memory.read(place - 1, 1))[0]?.body).toBe(body)
    const file = await SpoolFile.open(own, spoolName(term))
    const log = new SpoolingLog({ store, file, peers: NO_PEERS, clock: life.clock, logger: silentLogger })
    for (let batches = below(30) + 1; batches > 0 && !life.dead; batches--) {
      const records = Array.from({ length: below(3) + 1 }, () => ({ at: clock.now(), body: `${++next}` }))
      await life.through(appendOnce(log, { term, after: head, records }, life.clock))
      if (life.dead) break
      for (const [i, { body }] of records.entries()) acknowledged.set(head + i + 1, body)
      head += records.length
    }
    if (last)
      while (log.status().since !== undefined) await life.through(new Promise<void>((done) => clock.after(500, done)))
    life.dead = true
    await file.close()
    if (below(3) === 0) own.lose(below)
  }
  const whole = await memory.read(0, 2_000)
  for (const [place, body] of acknowledged) expect(whole[place - 1]?.body, `place ${place}`).toBe(body)
  expect(new Set(whole.map(({ body }) => body)).size).toBe(whole.length)
  const numbers = whole.map(({ body }) => Number(body))
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  return `${acknowledged.size} of ${whole.length}`
}

describe('primaries that die at any step, before a store that does anything', () => {
  const runs = Number(process.env['TANDEM_SPOOL_RUNS'] ?? 150)
  it(`DAT-11 lose nothing that was acknowledged and write nothing twice, in ${runs} runs`, {
    timeout: 300_000,
  }, async () => {
    for (let seed = 1; seed <= runs; seed++) {
      await run(seed).catch((cause: unknown) => {
        throw new Error(`seed ${seed}`, { cause })
      })
    }
  })
})

describe('a store that is slow', () => {
  it.each([500, 5_000])(
    'DAT-11 and answers after %i ms is written to behind, and nobody waits for it',
    async (delayMs) => {
      const { append, log, memory, clock, lease, life, pass } = await opened()
      const landing = memory.append.bind(memory)
      memory.append = async (batch) => {
        await new Promise<void>((resolve) => clock.after(delayMs, resolve))
        return landing(batch)
      }
      expect(await append('first')).toBe(1)
      const startedAt = clock.now()
      for (let i = 0; i < 20; i++) await append(`${i}`)
      expect(log.status().since).toBeDefined()
      expect(clock.now() - startedAt).toBeLessThan(20 * 100)
      memory.append = landing
      await pass(2 * delayMs + 2_000)
      expect((await memory.read(0, 100)).map(({ body }) => body)).toEqual([
        'first',
        ...Array.from({ length: 20 }, (_, i) => `${i}`),
      ])
      expect(log.status().since).toBeUndefined()
      expect([life.dead, (await lease.current())?.holder]).toEqual([false, 'core'])
    },
  )
})
