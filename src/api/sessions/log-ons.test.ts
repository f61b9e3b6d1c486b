import { describe, expect, it } from 'vitest'
import { type Millis, silentLogger, VirtualClock } from '#base'
import { MemoryRegisters, type Registers } from '#seams/registers'
import { LogOns } from './log-ons.ts'
import { type Claims, MemoryRevocations, Tokens } from './tokens.ts'

/** Two machines of a pool with registers between them. */
function pool() {
  const clock = new VirtualClock()
  const registers = new MemoryRegisters(clock)
  const ended = new Map<string, Millis>()
  const tokens = new Tokens(Buffer.alloc(32), clock, new MemoryRevocations(), (user) => ended.get(user))
  const on = (node: string, at: Registers = registers) =>
    new LogOns({ registers: at, node, holds: (claims) => tokens.holds(claims), clock, logger: silentLogger })
  const [a, b] = [on('a'), on('b')]
  const who = (logOns: LogOns) => logOns.list().map(({ user, node, since }) => [user, node, since])
  return { clock, registers, tokens, ended, on, a, b, who }
}

/** The registers answer within the same moment; what awaits them goes on behind it. */
const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

describe('who is logged on', () => {
  it('is known on every machine, with where and since when, and follows a browser that comes to another (AGS-11)', async () => {
    const { clock, tokens, a, b, who } = pool()
    clock.advance(1_000)
    const begun = clock.now()
    const ada = tokens.issue('ada')
    a.seen(ada, '10.0.0.1')
    clock.advance(5_000)
    b.seen(tokens.issue('bob'), '10.0.0.2')
    await settled()
    const both = [
      ['ada', 'a', begun],
      ['bob', 'b', begun + 5_000],
    ]
    expect(who(a)).toEqual(both)
    expect(who(b)).toEqual(both)
    expect(b.list()[0]).toEqual({ user: 'ada', node: 'a', address: '10.0.0.1', since: begun })
    b.seen(ada, '10.0.0.1')
    await settled()
    expect(who(a)[0]).toEqual(['ada', 'b', begun])
    await b.over(ada)
    await settled()
    expect(who(a)).toEqual([['bob', 'b', begun + 5_000]])
    expect([a.isOn('ada'), a.isOn('bob')]).toEqual([false, true])
  })

  it('is told as long as somebody is seen, and no longer', async () => {
    const { clock, tokens, a, b, who } = pool()
    const ada = tokens.issue('ada')
    for (let minute = 0; minute < 10; minute++) {
      a.seen(ada, '10.0.0.1')
      clock.advance(60_000)
      await settled()
    }
    expect(who(b)).toHaveLength(1)
    for (let minute = 0; minute < 4; minute++) {
      clock.advance(60_000)
      await settled()
    }
    expect([who(a), who(b)]).toEqual([[], []])
  })

  it('forgets log-ins that are over in whatever way, and counts those of one user', async () => {
    const { clock, tokens, ended, a, b } = pool()
    const heard: string[] = []
    b.onChanged((user) => heard.push(`${user} ${b.isOn(user)}`))
    const [first, second] = [tokens.issue('ada'), tokens.issue('ada')]
    for (const claims of [first, second]) a.seen(claims, '10.0.0.1')
    await settled()
    expect(b.list()).toHaveLength(2)
    await a.over(first)
    expect(b.isOn('ada')).toBe(true)
    clock.advance(1_000)
    ended.set('ada', clock.now())
    expect(b.list()).toEqual([])
    await a.over(second)
    expect(heard).toEqual(['ada true', 'ada false'])
  })

  it('is what a core sees itself while the registers are away, and whole again afterwards', async () => {
    const { clock, registers, tokens, on, b, who } = pool()
    let away = false
    const flaky: Registers = {
      set: (...args) => (away ? Promise.reject(new Error('away')) : registers.set(...args)),
      get: (key) => registers.get(key),
      remove: (key) => (away ? Promise.reject(new Error('away')) : registers.remove(key)),
      list: (prefix) => (away ? Promise.reject(new Error('away')) : registers.list(prefix)),
      watch: (prefix, changed) => registers.watch(prefix, (change) => !away && changed(change)),
      close: async () => {},
    }
    const c = on('c', flaky)
    const [ada, bob]: Claims[] = [tokens.issue('ada'), tokens.issue('bob')]
    b.seen(bob!, '10.0.0.2')
    await settled()
    expect(c.complete).toBe(true)
    away = true
    c.seen(ada!, '10.0.0.1')
    await settled()
    expect([c.complete, who(c).map(([user]) => user)]).toEqual([false, ['ada', 'bob']])
    expect(who(b).map(([user]) => user)).toEqual(['bob'])
    for (let minute = 0; minute < 5; minute++) {
      c.seen(ada!, '10.0.0.1')
      clock.advance(60_000)
      await settled()
    }
    // Nobody says anything of bob here, so nobody knows.
    expect(who(c).map(([user]) => user)).toEqual(['ada'])
    away = false
    for (let minute = 0; minute < 2; minute++) {
      b.seen(bob!, '10.0.0.2')
      c.seen(ada!, '10.0.0.1')
      clock.advance(60_000)
      await settled()
    }
    expect(c.complete).toBe(true)
    expect(who(b).map(([user]) => user)).toEqual(['ada', 'bob'])
    expect(who(c).map(([user]) => user)).toEqual(['ada', 'bob'])
  })
})
