import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEY_BYTES_MAX, type RegisterChange, type Registers, VALUE_BYTES_MAX } from '#seams/registers'

/** One driver, open. */
export interface RegistersSubject {
  readonly registers: Registers
  /** Lets so much of the registers' time pass. */
  readonly pass: (durationMs: number) => Promise<void>
  /** How long the suite's registers live: long where real time passes, which a busy machine stretches. */
  readonly life: number
  close(): Promise<void>
}

/** What every driver of the registers keeps. */
export function registersKeepTheContract(driver: string, open: () => Promise<RegistersSubject>): void {
  describe(`registers in ${driver}`, () => {
    let registers: Registers
    let pass: RegistersSubject['pass']
    let life: number
    let subject: RegistersSubject
    beforeEach(async () => {
      subject = await open()
      ;({ registers, pass, life } = subject)
    })
    afterEach(() => subject.close())

    it('keep a value for its time', async () => {
      await registers.set('a', '1', life)
      await pass(0.6 * life)
      expect(await registers.get('a')).toBe('1')
      await pass(0.6 * life)
      expect(await registers.get('a')).toBeUndefined()
      expect(await registers.list('')).toEqual(new Map())
    })

    it('keep it longer when it is told again', async () => {
      await registers.set('a', '1', life)
      await pass(0.6 * life)
      await registers.set('a', '2', life)
      await pass(0.6 * life)
      expect(await registers.get('a')).toBe('2')
    })

    it('list by prefix in the order of keys', async () => {
      for (const key of ['line/2', 'line/1', 'binding/1']) await registers.set(key, key, 10 * life)
      expect([...(await registers.list('line/')).keys()]).toEqual(['line/1', 'line/2'])
    })

    it('tell changes, removals and expiries, but no renewals', async () => {
      const changes: RegisterChange[] = []
      const stop = registers.watch('a/', (change) => changes.push(change))
      await registers.set('a/1', 'x', life)
      await registers.set('a/1', 'x', life)
      await registers.set('b/1', 'x', life)
      await registers.set('a/1', 'y', life)
      await pass(1.1 * life)
      await registers.set('a/2', 'z', life)
      expect(await registers.remove('a/2')).toBe(true)
      expect(await registers.remove('a/2')).toBe(false)
      stop()
      await registers.set('a/3', 'x', life)
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
      await expect(registers.set('', 'x', life)).rejects.toMatchObject(refused)
      await expect(registers.set('x'.repeat(KEY_BYTES_MAX + 1), 'x', life)).rejects.toMatchObject(refused)
      await expect(registers.set('a', 'x'.repeat(VALUE_BYTES_MAX + 1), life)).rejects.toMatchObject(refused)
    })
  })
}
