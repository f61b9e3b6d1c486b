import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { KEY_BYTES_MAX, MemoryRegisters, type RegisterChange, type Registers, VALUE_BYTES_MAX } from '#seams/registers'

interface Subject {
  readonly registers: Registers
  /** Lets so much of the registers' time pass. */
  readonly pass: (durationMs: number) => Promise<void>
}

const DRIVERS: Readonly<Record<string, () => Promise<Subject>>> = {
  memory: async () => {
    const clock = new VirtualClock()
    return { registers: new MemoryRegisters(clock), pass: async (durationMs) => clock.advance(durationMs) }
  },
}

describe.each(Object.entries(DRIVERS))('registers in %s', (_driver, open) => {
  let registers: Registers
  let pass: Subject['pass']
  beforeEach(async () => {
    ;({ registers, pass } = await open())
  })

  it('keep a value for its time', async () => {
    await registers.set('a', '1', 100)
    await pass(60)
    expect(await registers.get('a')).toBe('1')
    await pass(60)
    expect(await registers.get('a')).toBeUndefined()
    expect(await registers.list('')).toEqual(new Map())
  })

  it('keep it longer when it is told again', async () => {
    await registers.set('a', '1', 100)
    await pass(60)
    await registers.set('a', '2', 100)
    await pass(60)
    expect(await registers.get('a')).toBe('2')
  })

  it('list by prefix in the order of keys', async () => {
    for (const key of ['line/2', 'line/1', 'binding/1']) await registers.set(key, key, 1000)
    expect([...(await registers.list('line/')).keys()]).toEqual(['line/1', 'line/2'])
  })

  it('tell changes, removals and expiries, but no renewals', async () => {
    const changes: RegisterChange[] = []
    const stop = registers.watch('a/', (change) => changes.push(change))
    await registers.set('a/1', 'x', 100)
    await registers.set('a/1', 'x', 100)
    await registers.set('b/1', 'x', 100)
    await registers.set('a/1', 'y', 100)
    await pass(101)
    await registers.set('a/2', 'z', 100)
    expect(await registers.remove('a/2')).toBe(true)
    expect(await registers.remove('a/2')).toBe(false)
    stop()
    await registers.set('a/3', 'x', 100)
    expect(changes).toEqual([
      { key: 'a/1', value: 'x' },
      { key: 'a/1', value: 'y' },
      { key: 'a/1', value: undefined },
      { key: 'a/2', value: 'z' },
      { key: 'a/2', value: undefined },
    ])
  })

  it('refuse what breaks a limit', async () => {
    const refused = { code: 'registers.refused' }
    await expect(registers.set('', 'x', 100)).rejects.toMatchObject(refused)
    await expect(registers.set('x'.repeat(KEY_BYTES_MAX + 1), 'x', 100)).rejects.toMatchObject(refused)
    await expect(registers.set('a', 'x'.repeat(VALUE_BYTES_MAX + 1), 100)).rejects.toMatchObject(refused)
  })
})
