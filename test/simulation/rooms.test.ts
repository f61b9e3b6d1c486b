import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { Scene } from './scene.ts'

const OPEN = { type: 'OpenRoom', room: 'r1', by: 'agent1', others: ['agent2'], direct: false, name: 'Shift' } as const
const line = (n: number, by = 'agent1') =>
  ({ type: 'WriteInRoom', room: 'r1', line: `line-${n}`, by, text: `line ${n}` }) as const

const written = (scene: Scene) => scene.world.head.rooms.rooms.get('r1')?.lines.map(({ id, at }) => [id, at])

describe('rooms of a centre (UCC-03, MSU-13)', () => {
  it('are there after a crash, from a dump and from the log, with every line once and its moment', () => {
    const scene = new Scene()
    scene.does(OPEN)
    scene.does(line(1))
    scene.passes(5_000)
    scene.does(line(2, 'agent2'))
    const before = written(scene)
    scene.crashes()
    // Nobody heard whether it was written.
    expect(scene.does(line(2, 'agent2'))).toEqual([])
    expect(written(scene)).toEqual(before)
    scene.world.crashToLog()
    expect(written(scene)).toEqual(before)
    expect(before?.map(([, at]) => Number(at) - Number(before[0]![1]))).toEqual([0, 5_000])
    expect(scene.does(OPEN)).toEqual([])
  })

  it('take nothing from who waits: what is written decides nothing else, and a refusal leaves no trace', () => {
    const scene = new Scene()
    const before = scene.world.head.interactions.size
    expect(scene.does(OPEN)).toEqual(['RoomOpened r1'])
    expect(scene.does(line(1))).toEqual(['RoomWritten r1'])
    expect(() => scene.does(line(2, 'agent9'))).toThrow('you have no room r1')
    expect(() => scene.does({ ...OPEN, room: 'r2', direct: true, others: ['agent2', 'agent3'] })).toThrow(
      'a room has 2 to 2 people',
    )
    expect([scene.world.head.rooms.rooms.size, scene.world.head.interactions.size]).toEqual([1, before])
    try {
      scene.does(line(3, 'agent9'))
    } catch (error) {
      expect(isTandemError(error, 'room.unknown')).toBe(true)
    }
  })
})
