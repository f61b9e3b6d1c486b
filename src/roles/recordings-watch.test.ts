import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { MemoryRecordingHolders, MemoryRecordings } from '#seams/store'
import { GONE_MS, GoneMachines } from './gone-machines.ts'
import { RecordingsWatch } from './recordings-watch.ts'

/** The machine `own` in a pool with those others. */
function centre(...others: readonly string[]) {
  const clock = new VirtualClock()
  const live = new Set(others)
  let changed = (): void => {}
  const gone = new GoneMachines({
    ...{ node: 'own', live: () => new Set(live), clock },
    onChanged: (listener) => {
      changed = listener
      return () => {}
    },
  })
  const catalogue = new MemoryRecordings()
  const holders = new MemoryRecordingHolders(catalogue)
  const state = { wanted: 2 }
  const watch = new RecordingsWatch({ holders, gone, wanted: () => state.wanted, clock })
  const record = async (id: string, ...on: readonly string[]) => {
    await catalogue.upsert({
      ...{ id, interaction: 'ix-1', startedAt: clock.now() - 1_000, durationMs: 1_000, channels: 2, codec: 'PCMU' },
      ...{ state: 'stored', blobKey: id, sizeBytes: 1, sha256: 'ab', attributes: {} },
    })
    for (const node of on) await holders.hold(node, [id])
  }
  const leave = (node: string) => {
    live.delete(node)
    changed()
  }
  const come = (node: string) => {
    live.add(node)
    changed()
  }
  /** What is said some time later. */
  const later = async (ms: number) => {
    clock.advance(ms)
    return (await watch.module())[0]
  }
  return { clock, gone, holders, state, record, leave, come, later }
}

describe('the watch of recordings', () => {
  it('says how many lack their copy, and is ill when the oldest has waited for ten minutes (SW-01)', async () => {
    const { holders, record, later } = centre('a')
    for (const node of ['own', 'a']) await holders.join(node)
    await record('r1', 'own', 'a')
    expect(await later(0)).toEqual({ name: 'recordings', healthy: true, detail: 'each lies on two machines' })
    await record('r2', 'own')
    const detail = '1 on fewer than two machines, the oldest for less than a minute'
    expect(await later(6_000)).toEqual({ name: 'recordings', healthy: true, detail })
    expect(await later(11 * 60_000)).toMatchObject({ healthy: false, detail: expect.stringContaining('for 11 min') })
    await holders.hold('a', ['r2'])
    expect(await later(6_000)).toMatchObject({ healthy: true })
  })

  it('says nothing where there is no second machine, or one is enough', async () => {
    const { holders, record, state, later } = centre()
    await holders.join('own')
    await record('r1', 'own')
    expect(await later(0)).toBeUndefined()
    await holders.join('a')
    expect(await later(6_000)).toMatchObject({ name: 'recordings' })
    state.wanted = 1
    expect(await later(6_000)).toBeUndefined()
  })

  it('counts what a machine had that is away for long, and not before', async () => {
    const { holders, record, leave, come, later, gone, clock } = centre('a')
    for (const node of ['own', 'a']) await holders.join(node)
    await record('r1', 'own', 'a')
    leave('a')
    expect(await later(GONE_MS - 1_000)).toMatchObject({ healthy: true })
    expect(await later(6_000)).toMatchObject({ healthy: false })
    expect(gone.changedAt).toBe(0)
    come('a')
    expect(gone.changedAt).toBe(clock.monotonic())
    expect(await later(6_000)).toMatchObject({ healthy: true })
  })

  it('counts one that it never saw from its own start', async () => {
    const { gone, clock } = centre('a')
    expect(gone.of(['own', 'a', 'old'])).toEqual([])
    clock.advance(GONE_MS + 1)
    expect(gone.of(['own', 'a', 'old'])).toEqual(['old'])
  })
})
