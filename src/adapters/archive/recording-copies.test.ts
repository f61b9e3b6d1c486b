import { describe, expect, it } from 'vitest'
import { isTandemError, silentLogger, VirtualClock } from '#base'
import { BLOB_ERRORS, MemoryBlobs } from '#seams/blobs'
import { MemoryRecordingHolders, MemoryRecordings } from '#seams/store'
import { FakeMachines, type Manner, recordingOf } from './fake-machines.ts'
import { RecordingCopies } from './recording-copies.ts'

const MINUTE_MS = 60_000

/** A disk that has no room left. */
class FullBlobs extends MemoryBlobs {
  full = false

  override put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): ReturnType<MemoryBlobs['put']> {
    if (this.full) throw BLOB_ERRORS['blobs.full']({ key })
    return super.put(key, body)
  }
}

/** The machine `own` beside those others, in one pool. */
function centre(...others: readonly string[]) {
  const clock = new VirtualClock()
  const own = new FullBlobs(clock)
  const machines = new FakeMachines(clock, ...others)
  machines.order = ['own']
  const catalogue = new MemoryRecordings()
  const holders = new MemoryRecordingHolders(catalogue)
  const state = { wanted: 2, bytesLeft: 2 ** 40 }
  const copies = new RecordingCopies({
    ...{ node: 'own', own, holders, machines, clock, logger: silentLogger },
    wanted: async () => state.wanted,
    bytesLeft: () => state.bytesLeft,
  })
  /** A recording that lies on those machines, with that content. */
  const record = async (id: string, text: string, ...on: readonly string[]) => {
    const recording = recordingOf(id, text, { startedAt: clock.now() })
    await catalogue.upsert(recording.entry)
    for (const name of on) {
      await holders.join(name)
      await holders.hold(name, [id])
      await (name === 'own' ? own : machines.blobs.get(name)!).put(recording.key, recording.content)
    }
    return recording
  }
  const has = async (id: string) => {
    const found = await own.get(`recordings/${id}.wav`)
    return found && Buffer.concat(await found.body.toArray()).toString()
  }
  /** A round in which what is waited for comes to pass. */
  const round = async (stepMs = 100) => {
    let over = false
    const going = copies.round().finally(() => {
      over = true
    })
    going.catch(() => {})
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(stepMs)
    }
    return going
  }
  return { clock, own, machines, holders, copies, state, record, has, round }
}

describe('copies of recordings', () => {
  it('are taken of what lies on one other machine alone, and that is written down (SW-01, REC-15)', async () => {
    const { record, round, has, holders, copies } = centre('a', 'b')
    await record('r1', 'a talk', 'a')
    await record('r2', 'a talk of two', 'a', 'b')
    await record('r3', 'an own talk', 'own')
    expect((await holders.count([])).count).toBe(2)
    await round()
    expect([await has('r1'), await has('r2'), copies.copied]).toEqual(['a talk', undefined, 1])
    expect(await holders.count([])).toMatchObject({ count: 1 })
  })

  it('are not taken where one machine is enough, nor where there is no other', async () => {
    const pool = centre('a')
    await pool.record('r1', 'a talk', 'a')
    pool.state.wanted = 1
    await pool.round()
    expect(await pool.has('r1')).toBeUndefined()
    const alone = centre()
    await alone.record('r1', 'a talk', 'own')
    await alone.round()
    expect(alone.machines.asked).toEqual([])
  })

  it('are more than a page', async () => {
    const { record, round, holders, clock } = centre('a')
    for (let n = 0; n < 450; n++) {
      await record(`r${n}`, `talk ${n}`, 'a')
      clock.advance(1)
    }
    await round()
    expect((await holders.count([])).count).toBe(0)
  })

  it('are taken by the next machine in order when the first has not for some minutes', async () => {
    const { record, round, has, machines, clock } = centre('a', 'b')
    machines.order = ['b', 'own', 'a']
    await record('r1', 'a talk', 'a')
    await round()
    clock.advance(MINUTE_MS)
    await round()
    expect(await has('r1')).toBeUndefined()
    clock.advance(2 * MINUTE_MS)
    await round()
    expect(await has('r1')).toBe('a talk')
  })

  it('are taken at once by who is first of those that live', async () => {
    const { record, round, has, machines } = centre('a', 'b')
    machines.order = ['b', 'own', 'a']
    machines.manners.set('b', 'away')
    await record('r1', 'a talk', 'a')
    await round()
    expect(await has('r1')).toBe('a talk')
  })

  it('are taken anew when a machine that had one is gone for good, and not while it is only away', async () => {
    const { record, round, has, machines, clock } = centre('a', 'b')
    await record('r1', 'a talk', 'a', 'b')
    machines.manners.set('b', 'away')
    await round()
    expect(await has('r1')).toBeUndefined()
    machines.manners.set('b', 'gone')
    clock.advance(10 * MINUTE_MS)
    await round()
    expect(await has('r1')).toBe('a talk')
  })

  it('go on where they stopped when their machine is back', async () => {
    const { record, round, has, machines } = centre('a')
    await record('r1', 'a long talk', 'a')
    machines.manners.set('a', 'dies')
    await round()
    expect(await has('r1')).toBe('a long talk')
    expect(machines.asked).toEqual(['a 0', 'a 6', 'a 9', 'a 10'])
  })

  it.each<Manner>(['lying', 'long', 'dead'])(
    'are not made of what a machine that is %s gives, and are tried again later',
    async (manner) => {
      const { record, round, has, machines, holders, clock } = centre('a')
      await record('r1', 'a talk', 'a')
      const live = new Set(['a'])
      machines.live = () => live
      machines.manners.set('a', manner)
      await round()
      const asked = machines.asked.length
      await round()
      expect([await has('r1'), (await holders.count([])).count]).toEqual([undefined, 1])
      expect(machines.asked).toHaveLength(asked)
      machines.manners.set('a', 'good')
      clock.advance(6 * MINUTE_MS)
      await round()
      expect([await has('r1'), (await holders.count([])).count]).toEqual(['a talk', 0])
    },
  )

  it('are made of what the next machine gives when one lies', async () => {
    const { record, round, has, machines, clock } = centre('a', 'b', 'c')
    await record('r1', 'a talk', 'a', 'b', 'c')
    machines.manners.set('a', 'lying')
    machines.manners.set('c', 'gone')
    machines.gone = () => ['b', 'c']
    clock.advance(10 * MINUTE_MS)
    await round()
    expect(await has('r1')).toBe('a talk')
  })

  it('leave room on the disk, and are made when there is some again', async () => {
    const { record, round, has, state, own } = centre('a')
    await record('r1', 'a talk', 'a')
    state.bytesLeft = 1024 ** 3
    await round()
    expect(await has('r1')).toBeUndefined()
    state.bytesLeft = 2 ** 40
    own.full = true
    await expect(round()).rejects.toSatisfy((cause) => isTandemError(cause, 'blobs.full'))
    own.full = false
    await round()
    expect(await has('r1')).toBe('a talk')
  })

  it('that are there already are written down, unless they are spoilt', async () => {
    const { record, round, has, machines, own, copies } = centre('a')
    const whole = await record('r1', 'a talk', 'a')
    const spoilt = await record('r2', 'a talk', 'a')
    await own.put(whole.key, whole.content)
    await own.put(spoilt.key, Buffer.from('a walk'))
    await round()
    expect([copies.copied, machines.asked]).toEqual([1, ['a 0']])
    expect(await has('r2')).toBe('a talk')
  })

  it('take no more of the line than they may', async () => {
    const { record, round, clock } = centre('a')
    for (let n = 0; n < 3; n++) await record(`r${n}`, 'x'.repeat(4 * 1024 * 1024), 'a')
    const before = clock.monotonic()
    await round(1)
    expect(clock.monotonic() - before).toBeGreaterThan(700)
  })
})
