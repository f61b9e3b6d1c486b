import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { describeMemory, describeProcessor, MachineWatch } from './machine-watch.ts'

const MB = 1024 ** 2
const GB = 1024 * MB

/** A machine of 8 GB and two processors, of which one is a container's own; a test says what it uses. */
function machine() {
  const clock = new VirtualClock()
  const uses = { leftBytes: 4 * GB, whole: 0.3, own: 0.3, files: true }
  const used = { whole: 0, own: 0, at: clock.monotonic() }
  const told: string[] = []
  const tell = (fields: object, words: string) => void told.push(`${(fields as { what: string }).what}: ${words}`)
  const watch = new MachineWatch({
    readings: {
      memory: () => ({ totalBytes: 8 * GB, leftBytes: uses.leftBytes }),
      processors: () => {
        const ms = clock.monotonic() - used.at
        used.at = clock.monotonic()
        used.whole += ms * 2 * uses.whole
        used.own += ms * uses.own
        return [
          { usedMs: used.whole, processors: 2 },
          { usedMs: used.own, processors: 1 },
        ]
      },
    },
    files: { state: () => ({ name: 'files', healthy: uses.files, detail: '' }), close: async () => {} },
    clock,
    logger: { ...silentLogger, warn: tell, error: tell },
  })
  const pass = (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 2) clock.advance(2_000)
  }
  const ill = () => watch.modules().flatMap(({ name, healthy }) => (healthy ? [] : [name]))
  return { watch, uses, told, pass, ill }
}

describe('the watch of a machine (AA-21)', () => {
  it('says at once what there is, and is well where nothing is short', () => {
    const { watch, pass, told } = machine()
    expect(watch.modules()).toEqual([
      { name: 'memory', healthy: true, detail: '4096 of 8192 MB left' },
      { name: 'processor', healthy: true, detail: 'not known for a minute yet' },
      { name: 'files', healthy: true, detail: '' },
    ])
    pass(120)
    expect(watch.modules()[1]).toEqual({ name: 'processor', healthy: true, detail: '30 % used in the last minute' })
    expect(told).toEqual([])
  })

  it('reports memory that stays short, not what is taken for a moment, and takes it back only when there is room again', () => {
    const { uses, pass, ill, told } = machine()
    pass(60)
    uses.leftBytes = 500 * MB
    pass(8)
    expect(ill()).toEqual([])
    uses.leftBytes = 4 * GB
    pass(10)
    uses.leftBytes = 500 * MB
    pass(20)
    expect(ill()).toEqual(['memory'])
    // A tenth of 8 GB is 819 MB: a little more than that is no room yet.
    uses.leftBytes = 900 * MB
    pass(20)
    expect(ill()).toEqual(['memory'])
    uses.leftBytes = 1_300 * MB
    pass(20)
    expect(ill()).toEqual([])
    expect(told).toEqual([
      'memory: the machine nears its end: calls go on for now',
      'memory: the machine has room again',
    ])
  })

  it('reports processors that are used for a minute, of the machine or of the group that has less, not some busy seconds', () => {
    for (const which of ['whole', 'own'] as const) {
      const { uses, pass, ill } = machine()
      pass(60)
      uses[which] = 1
      pass(30)
      expect(ill(), which).toEqual([])
      pass(40)
      expect(ill(), which).toEqual(['processor'])
      uses[which] = 0.88
      pass(70)
      expect(ill(), which).toEqual(['processor'])
      uses[which] = 0.5
      pass(70)
      expect(ill(), which).toEqual([])
    }
  })

  it('tells whoever listens of a change, also of the folder of files, and of nothing else', async () => {
    const { watch, uses, pass, ill } = machine()
    let changes = 0
    const stop = watch.onChanged(() => changes++)
    pass(20)
    expect(changes).toBe(0)
    uses.files = false
    pass(2)
    expect([changes, ill()]).toEqual([1, ['files']])
    pass(20)
    expect(changes).toBe(1)
    stop()
    uses.files = true
    pass(2)
    expect([changes, ill()]).toEqual([1, []])
    await watch.close()
    uses.files = false
    pass(20)
    expect(ill()).toEqual([])
  })
})

describe('what is left of a machine', () => {
  it.each([
    [204, 2_048, false],
    [205, 2_048, true],
    // Of a large machine a gigabyte is enough.
    [1_023, 65_536, false],
    [1_024, 65_536, true],
  ])('%i of %i MB: well is %s (AA-21)', (left, total, healthy) => {
    expect(describeMemory(left * MB, total * MB)).toMatchObject({ healthy })
  })

  it('says what to do', () => {
    expect(describeMemory(100 * MB, GB).detail).toBe('100 of 1024 MB left: give the machine more, or take work from it')
    expect(describeProcessor(0.9).detail).toBe('90 % used in the last minute: add a machine, or take work from it')
    expect(describeProcessor(0.89).healthy).toBe(true)
  })
})
