import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import type { SeatPool } from '#kernel/config'
import { MemoryRegisters, REGISTER_ERRORS, type Registers } from '#seams/registers'
import { MemorySeatPeaks } from '#seams/store'
import { SEAT_GRACE_MS, SeatKeeper } from './seat-keeper.ts'

const MINUTE = 60_000

/** One pool's registers, and as many cores as are asked for. */
function pool(seats: number, overuse: SeatPool['overuse'] = 'refuse') {
  const clock = new VirtualClock()
  const registers = new MemoryRegisters(clock)
  const peaks = new MemorySeatPeaks()
  const pools = new Map<string, SeatPool>([['agent', { name: 'agent', seats, overuse }]])
  const core = (own: Registers = registers, told: string[] = []): SeatKeeper => {
    const logger = { ...silentLogger, warn: (_: object, text: string) => void told.push(text) }
    return new SeatKeeper({ registers: own, pools: () => pools, roles: () => new Map(), peaks, clock, logger })
  }
  return { clock, registers, peaks, pools, core }
}

const agent = (name: string) => ({ name, role: 'agent' as const })
const used = (keeper: SeatKeeper): number => keeper.uses().find(({ feature }) => feature === 'agent')!.used
/** Lets what was asked of the registers be answered. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Registers that can be pulled out. */
class Pulled implements Registers {
  away = false
  readonly #inner: Registers
  constructor(inner: Registers) {
    this.#inner = inner
  }
  #reach(): Registers {
    if (this.away) throw REGISTER_ERRORS['registers.unreachable']({ reason: 'pulled' })
    return this.#inner
  }
  set = async (...given: Parameters<Registers['set']>) => this.#reach().set(...given)
  get = async (key: string) => this.#reach().get(key)
  remove = async (key: string) => this.#reach().remove(key)
  list = async (prefix: string) => this.#reach().list(prefix)
  watch = (...given: Parameters<Registers['watch']>) => this.#inner.watch(...given)
  close = async () => {}
}

describe('seats', () => {
  it('are one pool across cores, and somebody on two cores has one (LIC-01)', async () => {
    const { core } = pool(2)
    const [one, two] = [core(), core()]
    await settle()
    await one.take(agent('ann'))
    await two.take(agent('ann'))
    await two.take(agent('bob'))
    expect([used(one), used(two)]).toEqual([2, 2])
    await expect(one.take(agent('eve'))).rejects.toMatchObject({ code: 'session.no-seat' })
    await expect(one.take(agent('bob'))).resolves.toBeUndefined()
  })

  it('are taken at log-on, given back at log-out, and free for the next (LIC-02, LIC-03)', async () => {
    const { core } = pool(1)
    const keeper = core()
    await settle()
    await keeper.take(agent('ann'))
    await expect(keeper.take(agent('bob'))).rejects.toMatchObject({ code: 'session.no-seat' })
    await keeper.giveBack(agent('ann'))
    await expect(keeper.take(agent('bob'))).resolves.toBeUndefined()
  })

  it('last as long as somebody is seen, and a grace time beyond', async () => {
    const { core, clock } = pool(1)
    const keeper = core()
    await settle()
    await keeper.take(agent('ann'))
    for (let minute = 0; minute < 30; minute++) {
      keeper.seen(agent('ann'))
      clock.advance(MINUTE)
      await settle()
    }
    expect(used(keeper)).toBe(1)
    clock.advance(SEAT_GRACE_MS + MINUTE)
    await settle()
    expect(used(keeper)).toBe(0)
  })

  it('outlive the core that gave them (LIC-06)', async () => {
    const { core } = pool(1)
    const first = core()
    await settle()
    await first.take(agent('ann'))
    first.close()
    const next = core()
    await settle()
    expect(used(next)).toBe(1)
    await expect(next.take(agent('ann'))).resolves.toBeUndefined()
  })

  it('lock nobody out while the registers are away, and are counted again afterwards (LIC-05)', async () => {
    const { core, registers } = pool(1)
    const cut = new Pulled(registers)
    const told: string[] = []
    const keeper = core(cut, told)
    await settle()
    await keeper.take(agent('ann'))
    cut.away = true
    await keeper.renew()
    await expect(keeper.take(agent('bob'))).resolves.toBeUndefined()
    await expect(keeper.take(agent('eve'))).resolves.toBeUndefined()
    expect(used(keeper)).toBe(3)
    cut.away = false
    expect(told).toEqual(['seats cannot be counted: nobody is refused'])
    // Whoever came meanwhile is still there, and is told to the registers now: the over-use is shown, nobody is thrown out.
    await keeper.renew()
    expect(used(keeper)).toBe(3)
    expect(told.at(-1)).toBe('more people than seats')
    await expect(keeper.take(agent('eve'))).resolves.toBeUndefined()
    await expect(keeper.take(agent('max'))).rejects.toMatchObject({ code: 'session.no-seat' })
  })

  it('are filled again when the registers come back empty (LIC-05)', async () => {
    const { core, registers } = pool(5)
    const keeper = core()
    await settle()
    await keeper.take(agent('ann'))
    await registers.remove('seat/agent/ann')
    expect(used(keeper)).toBe(0)
    keeper.seen(agent('ann'))
    await keeper.renew()
    expect(used(keeper)).toBe(1)
  })

  it('show over-use instead of refusing where that is asked for', async () => {
    const { core } = pool(1, 'allow')
    const keeper = core()
    await settle()
    for (const name of ['ann', 'bob', 'eve']) await keeper.take(agent(name))
    expect(keeper.uses()).toEqual([
      { feature: 'agent', used: 3, seats: 1, overuse: 'allow', over: 2 },
      { feature: 'attendant', used: 0, over: 0 },
      { feature: 'supervisor', used: 0, over: 0 },
    ])
  })

  it('follow a change of their number at once', async () => {
    const { core, pools } = pool(1)
    const keeper = core()
    await settle()
    await keeper.take(agent('ann'))
    pools.set('agent', { name: 'agent', seats: 2, overuse: 'refuse' })
    await expect(keeper.take(agent('bob'))).resolves.toBeUndefined()
  })

  it('leave the peak of each day behind (LIC-15)', async () => {
    const { core, clock, peaks } = pool(1, 'allow')
    const keeper = core()
    await settle()
    for (const name of ['ann', 'bob']) await keeper.take(agent(name))
    await keeper.renew()
    await keeper.giveBack(agent('bob'))
    await keeper.renew()
    expect(await peaks.list('2026-01-01', '2026-01-02')).toMatchObject([{ day: '2026-01-01', peak: 2, seats: 1 }])
    clock.advance(24 * 60 * MINUTE)
    await keeper.take(agent('ann'))
    await keeper.renew()
    expect(await peaks.list('2026-01-02', '2026-01-02')).toMatchObject([{ day: '2026-01-02', peak: 1 }])
  })
})
