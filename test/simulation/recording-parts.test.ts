/** Recordings whose media process dies or is left: they go on in parts, and what becomes of each part is said. */
import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { Scene } from './scene.ts'

const RECORDING = { interaction: 'ix-1', recording: 'ix-1.r1' } as const
const HOUR_MS = 3_600_000

/** A caller and an agent talk, and are recorded. */
function talking(): Scene {
  const scene = new Scene().phones('agent1')
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  expect(scene.connects('ix-1.p2')).toContain('RecordingStarted ix-1.r1 of ix-1.p1 ix-1.p2')
  return scene
}

/** A caller says something at the beep. */
function atTheBeep(): Scene {
  const scene = new Scene()
  scene.arrives('1011')
  scene.connects('ix-1.p1')
  scene.heard('ix-1.p1')
  return scene
}

function sealed(part: number, durationMs = 1000): CentreCommand {
  return { type: 'SealRecording', ...RECORDING, part, durationMs, bytes: 8 * durationMs, sha256: `hash ${part}` }
}

function cutShort(part: number): CentreCommand {
  return { ...sealed(part), interrupted: true } as CentreCommand
}

function failed(part: number, reason = 'disk full'): CentreCommand {
  return { type: 'FailRecording', ...RECORDING, part, reason }
}

function goesOn(after: number): CentreCommand {
  return { type: 'ContinueRecording', ...RECORDING, after }
}

function lastEvent(scene: Scene): unknown {
  return scene.world.log.at(-1)?.event
}

describe('a recording that goes on in another part (REC-18)', () => {
  it('when its parties go to another media process: once, however often it is said', () => {
    const scene = talking()
    expect(scene.does(goesOn(1))).toEqual(['RecordingContinued ix-1.r1 part 2'])
    expect(scene.does(goesOn(1))).toEqual([])
    expect(scene.does(goesOn(7))).toEqual([])
    expect(scene.does(goesOn(2))).toEqual(['RecordingContinued ix-1.r1 part 3'])
  })

  it('when what its dead process had recorded is found and finished', () => {
    const scene = talking()
    expect(scene.does(cutShort(1))).toEqual(['RecordingContinued ix-1.r1 part 2', 'RecordingPartSealed ix-1.r1 part 1'])
    expect(scene.does(cutShort(1))).toEqual([])
    expect(scene.does(goesOn(1))).toEqual([])
  })

  it('is sealed when it has ended and every part is: the lengths add up', () => {
    const scene = talking()
    scene.does(goesOn(1))
    expect(scene.does(sealed(1, 3000))).toEqual(['RecordingPartSealed ix-1.r1 part 1'])
    expect(scene.hangsUp('ix-1.p1')).toContain('RecordingEnded ix-1.r1')
    expect(scene.world.head.unsealed.get('ix-1.r1')).toMatchObject({ parts: 2, finished: [{ part: 1 }] })
    expect(scene.does(sealed(2, 500))).toEqual(['RecordingPartSealed ix-1.r1 part 2', 'RecordingSealed ix-1.r1'])
    expect(lastEvent(scene)).toEqual({
      type: 'RecordingSealed',
      ...RECORDING,
      durationMs: 3500,
      bytes: 28_000,
      parts: 2,
      lost: 0,
    })
    expect(scene.world.head.unsealed.size).toBe(0)
  })

  it('is sealed in whatever order its parts come, after the end of its call and of a core', () => {
    const scene = talking()
    scene.does(goesOn(1))
    scene.does(goesOn(2))
    scene.hangsUp('ix-1.p1')
    scene.passes(60_000)
    expect(scene.isOver('ix-1')).toBe(true)
    expect(scene.does(sealed(3))).toEqual(['RecordingPartSealed ix-1.r1 part 3'])
    scene.crashes()
    expect(scene.does(sealed(1))).toEqual(['RecordingPartSealed ix-1.r1 part 1'])
    expect(scene.does(sealed(1))).toEqual([])
    expect(scene.does(sealed(2))).toEqual(['RecordingPartSealed ix-1.r1 part 2', 'RecordingSealed ix-1.r1'])
    expect(scene.does(sealed(2))).toEqual([])
  })

  it('loses the part that its disk did not take, and keeps the others', () => {
    const scene = talking()
    scene.does(goesOn(1))
    expect(scene.does(failed(1))).toEqual(['RecordingPartFailed ix-1.r1 part 1 disk full'])
    expect(scene.does(sealed(1))).toEqual([])
    scene.hangsUp('ix-1.p1')
    expect(scene.does(sealed(2))).toEqual(['RecordingPartSealed ix-1.r1 part 2', 'RecordingSealed ix-1.r1'])
    expect(lastEvent(scene)).toMatchObject({ parts: 2, lost: 1, durationMs: 1000 })
  })

  it('ends when the part that runs fails: a disk that is full takes no other', () => {
    const scene = talking()
    scene.does(goesOn(1))
    expect(scene.does(failed(2))).toEqual(['RecordingEnded ix-1.r1', 'RecordingPartFailed ix-1.r1 part 2 disk full'])
    expect(scene.does(goesOn(2))).toEqual([])
    expect(scene.does(sealed(1))).toEqual(['RecordingPartSealed ix-1.r1 part 1', 'RecordingSealed ix-1.r1'])
  })

  it('has failed when all its parts have', () => {
    const scene = talking()
    scene.does(goesOn(1))
    scene.hangsUp('ix-1.p1')
    scene.does(failed(1))
    expect(scene.does(failed(2))).toEqual([
      'RecordingPartFailed ix-1.r1 part 2 disk full',
      'RecordingFailed ix-1.r1 all its parts are lost',
    ])
  })

  it('is said to miss what did not come within an hour (promise 15)', () => {
    const scene = talking()
    scene.does(goesOn(1))
    scene.hangsUp('ix-1.p1')
    scene.does(sealed(2))
    expect(scene.passes(HOUR_MS).filter((what) => what.startsWith('Recording'))).toEqual([
      'RecordingPartFailed ix-1.r1 part 1 never sealed',
      'RecordingSealed ix-1.r1',
    ])
    const none = talking()
    none.does(goesOn(1))
    none.hangsUp('ix-1.p1')
    expect(none.passes(HOUR_MS).filter((what) => what.startsWith('Recording'))).toEqual([
      'RecordingPartFailed ix-1.r1 part 1 never sealed',
      'RecordingPartFailed ix-1.r1 part 2 never sealed',
      'RecordingFailed ix-1.r1 all its parts are lost',
    ])
  })

  it('does not go on beyond its limits: of length, and of parts', () => {
    const long = talking()
    long.passes(12 * HOUR_MS)
    expect(long.does(goesOn(1))).toEqual([])
    expect(long.does(cutShort(1))).toEqual(['RecordingEnded ix-1.r1', 'RecordingSealed ix-1.r1'])
    const torn = talking()
    for (let part = 1; part < 100; part++) expect(torn.does(goesOn(part))).toHaveLength(1)
    expect(torn.does(goesOn(100))).toEqual([])
  })

  it('knows nothing of parts that there are not, of other calls, and of recordings that are over', () => {
    const scene = talking()
    expect(scene.does(sealed(2))).toEqual([])
    expect(scene.does(failed(2))).toEqual([])
    expect(scene.does({ ...goesOn(1), interaction: 'ix-9' } as CentreCommand)).toEqual([])
    expect(scene.does({ ...goesOn(1), recording: 'ix-1.r9' } as CentreCommand)).toEqual([])
    scene.hangsUp('ix-1.p1')
    expect(scene.does(goesOn(1))).toEqual([])
    expect(scene.does(sealed(1))).toEqual(['RecordingSealed ix-1.r1'])
    expect(lastEvent(scene)).not.toHaveProperty('parts')
  })
})

describe('a message at the beep in parts', () => {
  it('is played part after part', () => {
    const scene = atTheBeep()
    scene.does(cutShort(1))
    expect(scene.presses('ix-1.p1', '#')).toContain('StepEntered record/replay')
    expect(scene.hears('ix-1.p1')).toBe('silence')
    scene.does(sealed(2))
    expect(scene.desired('ix-1.p1').hears).toMatchObject({
      items: [
        { type: 'recording', recording: 'ix-1.r1' },
        { type: 'recording', recording: 'ix-1.r1-2' },
      ],
    })
  })

  it('is played without the part that is lost', () => {
    const scene = atTheBeep()
    scene.does(goesOn(1))
    scene.does(failed(1))
    scene.presses('ix-1.p1', '#')
    scene.does(sealed(2))
    expect(scene.desired('ix-1.p1').hears).toMatchObject({ items: [{ type: 'recording', recording: 'ix-1.r1-2' }] })
  })
})
