/**
 * Cores of several machines with one store, on a time of their own: the store goes away for all or for one, links are cut, answers are lost
 * or late, cores die at any moment. Whatever happens, what was let out is in the log at its place, once. What `test/model` proves of
 * the rules, this tries on the code; more of it with `TANDEM_CONSENT_RUNS=1000`.
 */
import { expect, it } from 'vitest'
import { type Clock, isTandemError, type Millis, silentLogger, VirtualClock } from '#base'
import { ConsentingCore, FEED, type PeerLinks } from '#engines/consent'
import { LEASE_ERRORS, type Lease, MemoryLease } from '#seams/lease'
import {
  HeldSpool,
  LOG_ERRORS,
  type Log,
  type LogBatch,
  MemoryLog,
  type SpoolFolder,
  type SpoolHandle,
} from '#seams/log'
import { openPrimaryLog, type PrimaryLog } from './primary-log.ts'

const RUNS = Number(process.env['TANDEM_CONSENT_RUNS'] ?? 12)
const LEASE_MS = 2_000
const POLL_MS = 250
const STEP_MS = 20
/** How long things go wrong in a run, and how long everything may take to be well again. */
const TROUBLE_MS = 40_000
const RECOVERY_MS = 60_000

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const never = <T>() => new Promise<T>(() => {})

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

/** The disk of a machine. */
class Disk {
  readonly #files = new Map<string, { bytes: Buffer }>()

  /** As one life of a process sees it. */
  folder(life: { readonly dead: boolean }): SpoolFolder {
    const files = this.#files
    const alive = async <T>(make: () => T): Promise<T> => {
      if (life.dead) return never()
      await turn()
      return life.dead ? never() : make()
    }
    return {
      list: () => alive(() => [...files.keys()]),
      open: (name) =>
        alive((): SpoolHandle => {
          const file = files.get(name) ?? { bytes: Buffer.alloc(0) }
          files.set(name, file)
          return {
            write: (bytes, offset, length, position) =>
              alive(() => {
                const next = Buffer.alloc(Math.max(file.bytes.length, position + length))
                file.bytes.copy(next)
                bytes.copy(next, position, offset, offset + length)
                file.bytes = next
              }),
            read: async (bytes, offset, length, position) => {
              file.bytes.copy(bytes, offset, position, position + length)
            },
            datasync: () => alive(() => {}),
            truncate: (size) =>
              alive(() => {
                file.bytes = file.bytes.subarray(0, size)
              }),
            stat: async () => ({ size: file.bytes.length }),
            close: async () => {},
          }
        }),
      rename: (from, to) =>
        alive(() => {
          files.set(to, files.get(from)!)
          files.delete(from)
        }),
      remove: (name) => alive(() => void files.delete(name)),
    }
  }
}

/** The pool, its store and all that goes wrong with them. */
class World {
  readonly clock = new VirtualClock()
  readonly lease = new MemoryLease(this.clock)
  readonly log = new MemoryLog(this.lease)
  readonly lives = new Map<string, Life>()
  readonly #disks = new Map<string, Disk>()
  readonly away = new Set<string>()
  readonly cut = new Set<string>()
  /** What callers and agents saw, by its place in the log. */
  readonly letOut = new Map<number, string>()
  readonly takeovers: string[] = []
  spooled = 0
  storeUp = true
  calm = false
  next = 1
  #lives = 0

  readonly below: (n: number) => number

  constructor(below: (n: number) => number) {
    this.below = below
  }

  start(name: string): void {
    const machine = name[0]!
    const disk = this.#disks.get(machine) ?? new Disk()
    this.#disks.set(machine, disk)
    const life = new Life(this, name, `${name}#${++this.#lives}`, disk)
    this.lives.set(name, life)
    void life.run()
  }

  /** Whether what one core says reaches the other; the way back may be another. */
  linked(one: string, other: string): boolean {
    if (one[0] === other[0]) return true
    return !this.cut.has([one[0], other[0]].sort().join()) && !this.cut.has(`${one[0]}>${other[0]}`)
  }

  async pass(ms: Millis): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      for (let turns = 0; turns < 6; turns++) await turn()
      this.clock.advance(STEP_MS)
    }
  }

  /** Nothing that was let out is anywhere else than where it was seen. */
  async check(after: string): Promise<void> {
    const whole = await this.log.read(0, 2_000)
    for (const [place, body] of this.letOut) expect(whole[place - 1]?.body, `place ${place} after ${after}`).toBe(body)
    expect(new Set(whole.map(({ body }) => body)).size, `nothing twice after ${after}`).toBe(whole.length)
  }
}

/** One life of one core. */
class Life {
  dead = false
  primary = false
  own: PrimaryLog | undefined
  readonly clock: Clock
  readonly folder: SpoolFolder
  #consent: ConsentingCore | undefined

  readonly world: World
  readonly name: string
  readonly holder: string

  constructor(world: World, name: string, holder: string, disk: Disk) {
    const { clock } = world
    this.world = world
    this.name = name
    this.holder = holder
    this.folder = disk.folder(this)
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (delayMs, call) => clock.after(delayMs, () => !this.dead && call()),
    }
  }

  /** The process is gone; another one is started after a while. */
  die(): void {
    if (this.dead) return
    this.dead = true
    const { clock, below } = this.world
    clock.after(200 + below(3_000), () => this.world.start(this.name))
  }

  async run(): Promise<void> {
    const held = new HeldSpool({
      folder: this.folder,
      process: this.name.slice(2),
      logger: silentLogger,
      position: () => 0,
    })
    await held.open()
    const siblings = () =>
      [...this.world.lives.values()].filter(({ name }) => name !== this.name && name[0] === this.name[0])
    this.#consent = new ConsentingCore({
      ...{ core: this.name, held, lease: this.#lease(), clock: this.clock, logger: silentLogger },
      probe: async () => void (await this.#ask(() => this.world.log.head(), LOG_ERRORS['log.unreachable'])),
      gone: () => siblings().flatMap(({ dead, name }) => (dead ? [name] : [])),
    })
    for (;;) {
      const term = await this.#take(this.#consent).catch((error: unknown) => {
        if (!isTandemError(error)) throw error
      })
      if (term !== undefined) {
        for (const sibling of siblings()) if (sibling.primary) sibling.die()
        return this.#lead(term, this.#consent)
      }
      await this.#pause(POLL_MS)
    }
  }

  async answer(type: string, body: unknown): Promise<unknown> {
    if (!this.#consent) return never()
    return type === FEED ? this.#consent.feed(body) : this.#consent.end(body)
  }

  async #take(lease: Lease): Promise<number | undefined> {
    const now = await lease.current()
    if (now && now.msLeft > 0 && now.holder !== this.holder) return undefined
    return (await lease.acquire(this.holder, LEASE_MS))?.term
  }

  async #lead(term: number, lease: Lease): Promise<void> {
    const { world, clock, folder } = this
    this.primary = true
    void this.#renew(term, lease)
    try {
      const pool = { core: this.name, links: this.#links() }
      const over = () => this.die()
      const own = await openPrimaryLog({
        ...{ store: this.#store(), lease, term, folder, pool },
        clock,
        logger: silentLogger,
        over,
      })
      this.own = own
      let head = await this.#until(() => own.log.head())
      await world.check(`${this.holder} opened term ${term}`)
      world.takeovers.push(this.holder)
      for (;;) {
        own.setCores([...world.lives.values()].filter(({ dead }) => !dead).map(({ name }) => name))
        const records = Array.from({ length: 1 + world.below(3) }, () => ({
          at: clock.now(),
          body: String(world.next++),
        }))
        await this.#append(own.log, { term, after: head, records })
        if (own.status()?.since !== undefined) {
          world.spooled++
          // What another primary has opened since, it opened beside a promise.
          expect(await world.lease.opened(), `${this.holder} lets out in term ${term}`).toBeLessThanOrEqual(term)
        }
        for (const [i, { body }] of records.entries()) world.letOut.set(head + i + 1, body)
        head += records.length
        await this.#pause(world.calm ? 500 : 50 + world.below(300))
      }
    } catch (error) {
      if (!isTandemError(error)) throw error
      this.die()
    }
  }

  async #renew(term: number, lease: Lease): Promise<void> {
    for (;;) {
      await this.#pause(POLL_MS)
      if ((await lease.renew(term, LEASE_MS).catch(() => true)) === false) return this.die()
    }
  }

  /** As the sequencer does it. */
  async #append(log: Log, batch: LogBatch): Promise<void> {
    for (;;) {
      try {
        await log.append(batch)
        return
      } catch (error) {
        if (isTandemError(error, 'log.gap')) {
          const found = await log.read(batch.after, batch.records.length).catch(() => undefined)
          if (found?.length === batch.records.length && found.every(({ body }, i) => body === batch.records[i]!.body))
            return
          if (found) throw error
        } else if (!isTandemError(error, 'log.unreachable')) throw error
      }
      await this.#pause(100)
    }
  }

  async #until<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!isTandemError(error)) throw error
        await this.#pause(100)
      }
    }
  }

  #pause(ms: Millis): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve))
  }

  /** A call to the store: it may not arrive, or arrive late, or its answer may be lost. */
  async #ask<T>(call: () => Promise<T>, lost: (words: { reason: string }) => Error): Promise<T> {
    const { world } = this
    await turn()
    if (this.dead) return never()
    if (!world.storeUp || world.away.has(this.name[0]!)) throw lost({ reason: 'away' })
    const fate = world.calm ? 99 : world.below(100)
    if (fate === 0) {
      // It is on its way for long, and nobody waits for it.
      world.clock.after(100 + world.below(4_000), () => void call().catch(() => {}))
      throw lost({ reason: 'late' })
    }
    const given = await call()
    if (this.dead) return never()
    if (fate === 1) throw lost({ reason: 'answer lost' })
    return given
  }

  #store(): Log {
    const store = Object.create(this.world.log) as Log
    const { log } = this.world
    const lost = LOG_ERRORS['log.unreachable']
    store.head = () => this.#ask(() => log.head(), lost)
    store.append = (batch) => this.#ask(() => log.append(batch), lost)
    store.read = (after, limit) => this.#ask(() => log.read(after, limit), lost)
    return store
  }

  #lease(): Lease {
    const { lease } = this.world
    const lost = LEASE_ERRORS['lease.unreachable']
    const far = Object.create(lease) as Lease
    far.acquire = (holder, ttlMs, core) => this.#ask(() => lease.acquire(holder, ttlMs, core), lost)
    far.renew = (term, ttlMs) => this.#ask(() => lease.renew(term, ttlMs), lost)
    far.current = () => this.#ask(() => lease.current(), lost)
    far.opened = () => this.#ask(() => lease.opened(), lost)
    far.open = (term, core) => this.#ask(() => lease.open(term, core), lost)
    far.know = (term, version, cores) => this.#ask(() => lease.know(term, version, cores), lost)
    return far
  }

  #links(): PeerLinks {
    const { world } = this
    const others = () => [...world.lives.values()].filter(({ name, dead }) => name !== this.name && !dead)
    return {
      peers: () => others().filter(({ name }) => world.linked(this.name, name)),
      ask: async (peer, type, body, { timeoutMs }) => {
        const gone = LEASE_ERRORS['lease.unreachable']({ reason: 'no link' })
        const asked = async (): Promise<unknown> => {
          await turn()
          const other = world.lives.get(peer)
          if (!other || other.dead || this.dead || !world.linked(this.name, peer)) throw gone
          const given = await other.answer(type, JSON.parse(JSON.stringify(body)))
          await turn()
          if (!world.linked(peer, this.name) || (!world.calm && world.below(60) === 0)) throw gone
          return JSON.parse(JSON.stringify(given))
        }
        const late = new Promise<never>((_, reject) => this.clock.after(timeoutMs, () => reject(gone)))
        return Promise.race([asked(), late])
      },
    }
  }
}

/** Something goes wrong, or is well again. */
function strike(world: World): void {
  const { below, cut, away } = world
  const names = [...world.lives.keys()]
  const machines = [...new Set(names.map((name) => name[0]!))]
  const one = machines[below(machines.length)]!
  const toggle = (set: Set<string>, key: string) => void (set.delete(key) || set.add(key))
  const next = machines[(machines.indexOf(one) + 1) % machines.length]
  switch (below(7)) {
    case 0:
    case 1:
      world.storeUp = !world.storeUp
      return
    case 2:
      return toggle(away, one)
    case 3:
      return toggle(cut, [one, next].sort().join())
    case 4:
      // In one direction alone: what is asked has its effect, and the answer is lost, or the other way round.
      return toggle(cut, below(2) === 0 ? `${one}>${next}` : `${next}>${one}`)
    case 5:
      return world.lives.get(names[below(names.length)]!)?.die()
    default:
      // A breath.
      world.storeUp = true
      away.clear()
      cut.clear()
  }
}

async function run(seed: number, names: readonly string[]): Promise<World> {
  const world = new World(numbersOf(seed))
  for (const name of names) world.start(name)
  await world.pass(4_000)
  for (let passed = 0; passed < TROUBLE_MS; ) {
    strike(world)
    const ms = 100 + world.below(2_500)
    await world.pass(ms)
    passed += ms
  }
  world.storeUp = true
  world.away.clear()
  world.cut.clear()
  world.calm = true
  const well = () =>
    [...world.lives.values()].some(({ own, dead }) => !dead && own?.status()?.since === undefined && own)
  let head = 0
  // A primary again, that has written all that waited, and takes more.
  for (let passed = 0; head < world.letOut.size || !well() || passed < 5_000; passed += 1_000) {
    if (passed > RECOVERY_MS)
      throw new Error(`seed ${seed}: no primary that has written all (${world.takeovers.join(', ')})`)
    await world.pass(1_000)
    head = await world.log.head()
  }
  await world.check('all is well again')
  for (const life of world.lives.values()) life.dead = true
  return world
}

it.each([
  { names: ['a-core1', 'b-core1'] },
  { names: ['a-core1', 'b-core1', 'c-core1'] },
  { names: ['a-core1', 'a-core2', 'b-core1', 'b-core2'] },
])(
  'DAT-11 SW-07 cores $names lose and double nothing that was let out, whatever fails: also machines that are cut apart, both ways or one',
  { timeout: 300_000 },
  async ({ names }) => {
    let spooled = 0
    let takeovers = 0
    for (let seed = 1; seed <= RUNS; seed++) {
      const world = await run(seed, names)
      spooled += world.spooled
      takeovers += world.takeovers.length
    }
    // Else it tried nothing.
    expect(spooled).toBeGreaterThan(RUNS)
    expect(takeovers).toBeGreaterThan(RUNS)
  },
)
