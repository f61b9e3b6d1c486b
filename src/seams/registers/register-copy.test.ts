import { describe, expect, it } from 'vitest'
import { silentLogger, systemClock, VirtualClock } from '#base'
import { REGISTERS_MAX } from './port.ts'
import { type Change, readStored, storedOf } from './register-change.ts'
import { RegisterCopy } from './register-copy.ts'

const TTL_MS = 60_000
const ALL = { but: '', countMax: 1_000, charsMax: 1_000_000 }

function copies() {
  const clock = new VirtualClock()
  const [a, b] = [new RegisterCopy(clock, silentLogger), new RegisterCopy(clock, silentLogger)]
  return { clock, a, b }
}

describe('a copy of the registers', () => {
  it('holds the later of two changes, in whatever order and however often it hears them', async () => {
    const { clock, a, b } = copies()
    const older = a.set('line/1', 'x', TTL_MS)
    clock.advance(5)
    const newer = b.remove('line/1').change
    for (const one of [a, b]) {
      for (const change of [older, newer, older]) one.merge(change, { owed: true })
      expect(await one.values.get('line/1')).toBeUndefined()
    }
  })

  it('finds the same one of two that were made at the same moment', async () => {
    const { a, b } = copies()
    const [one, other] = [a.set('line/1', 'x', TTL_MS), b.set('line/1', 'y', TTL_MS)]
    expect(one.stamp).toBe(other.stamp)
    a.merge(other, { owed: true })
    b.merge(one, { owed: true })
    expect(await a.values.get('line/1')).toBe(await b.values.get('line/1'))
  })

  it('makes what is told here later than all it has heard, however wrong another clock is', async () => {
    const { clock, a } = copies()
    a.merge({ key: 'line/1', value: 'x', lifeMs: TTL_MS, stamp: clock.now() + 86_400_000, writer: 'b' }, { owed: true })
    a.set('line/1', 'y', TTL_MS)
    expect(a.after(0, ALL).changes).toMatchObject([{ value: 'y', stamp: clock.now() + 86_400_001 }])
  })

  it('remembers a removal for as long as what was removed could live, and an expiry for a minute', async () => {
    const { clock, a, b } = copies()
    const late = b.set('line/1', 'x', TTL_MS)
    a.merge(late, { owed: false })
    a.remove('line/1')
    const expired = b.set('line/2', 'x', 10)
    a.merge(expired, { owed: false })
    clock.advance(TTL_MS - 1)
    for (const change of [late, expired]) a.merge(change, { owed: false })
    expect(await a.values.list('')).toEqual(new Map())
    clock.advance(10 * TTL_MS)
    expect(a.until(a.head)).toEqual([])
  })

  it('tells what follows a place, each register once, in parts, and nothing to whom it has it from', () => {
    const { a } = copies()
    const heard = (key: string, from: string, stamp: number): Change => ({
      ...{ key, value: 'x', lifeMs: TTL_MS, stamp, writer: from },
    })
    for (let index = 0; index < 5; index++) a.set(`own/${index}`, 'x', TTL_MS)
    a.merge(heard('heard/1', 'b', 7), { from: 'b', owed: true })
    a.set('own/0', 'y', TTL_MS)
    const keys = (place: number, but: string, countMax = 100) => {
      const { changes, place: reached } = a.after(place, { ...ALL, but, countMax })
      return [...changes.map(({ key }) => key), reached]
    }
    expect(keys(0, '')).toEqual(['own/1', 'own/2', 'own/3', 'own/4', 'heard/1', 'own/0', 7])
    expect(keys(0, 'b')).toEqual(['own/1', 'own/2', 'own/3', 'own/4', 'own/0', 7])
    expect(keys(2, 'b', 2)).toEqual(['own/2', 'own/3', 4])
    expect(keys(4, 'b', 2)).toEqual(['own/4', 'own/0', 7])
    expect([a.hasAfter(5, 'b'), a.hasAfter(6, 'b'), a.hasAfter(7, 'b')]).toEqual([true, true, false])
  })

  it('finds old places too, after many changes', async () => {
    const a = new RegisterCopy(systemClock, silentLogger)
    for (let index = 0; index < 20_000; index++) a.set(`line/${index % 5_000}`, String(index), TTL_MS)
    const { changes } = a.after(3, { but: '', countMax: 10_000, charsMax: 1_000_000 })
    expect([changes.length, changes.at(0)?.value, changes.at(-1)?.value]).toEqual([5_000, '15000', '19999'])
    expect(a.after(19_999, ALL).changes.map(({ value }) => value)).toEqual(['19999'])
    await a.close()
  })

  it('keeps no more than its limit, whatever is told', async () => {
    // A virtual clock would look through a hundred thousand timers for each.
    const a = new RegisterCopy(systemClock, silentLogger)
    const heard = (key: string, value: string | undefined) =>
      a.merge({ key, value, lifeMs: TTL_MS, stamp: 1, writer: 'b' }, { owed: true })
    for (let index = 0; index < REGISTERS_MAX; index++) heard(`line/${index}`, 'x')
    expect(heard('one/more', 'x')).toBe(false)
    for (let index = 0; index < REGISTERS_MAX + 10; index++) heard(`gone/${index}`, undefined)
    expect(a.until(a.head)).toHaveLength(2 * REGISTERS_MAX)
    await a.close()
  })
})

describe('a register in Redis', () => {
  it('is read as it was written, and what is none is not', () => {
    const register = { value: 'with blanks\nand lines', stamp: 5, writer: 'registers-1' }
    expect(readStored(storedOf(register))).toEqual(register)
    for (const text of ['', 'plain', '5 x', '99999999999999999 x y', `${2 ** 53} x y`])
      expect(readStored(text)).toBeUndefined()
  })
})
