import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RoomLineView, RoomNews, RoomView } from '#api/contract'
import { type Answer, Asker, TestCentre } from './api-kit.ts'
import { follow } from './stream-kit.ts'

let centre: TestCentre
let ada: Asker
let bob: Asker
let cyd: Asker

const [ADA, BOB, CYD] = ['agent1', 'agent2', 'supervisor'] as const

beforeAll(async () => {
  centre = await TestCentre.start()
  ;[ada, bob, cyd] = (await Promise.all([ADA, BOB, CYD].map((user) => Asker.as(centre.base, user)))) as [
    Asker,
    Asker,
    Asker,
  ]
})
afterAll(() => centre?.close())

let lines = 0
const newLine = (text: string) => ({ id: `line-${String(++lines).padStart(8, '0')}`, text })

async function opened(asker: Asker, body: object): Promise<RoomView> {
  const { status, body: room } = await asker.ask('POST', '/rooms', body)
  expect(status).toBe(200)
  return room
}

const says = (asker: Asker, room: RoomView, line: { id: string; text: string }): Promise<Answer> =>
  asker.ask('POST', `/rooms/${room.id}/lines`, line)

const textsOf = (list: readonly RoomLineView[]) => list.map(({ from, text }) => `${from}: ${text}`)

describe('a room of colleagues (UCC-03, DIG-03)', () => {
  it('of two is there once, whoever opens it, and tells each at once what the other writes', async () => {
    const room = await opened(ada, { with: [BOB] })
    expect((await opened(bob, { with: [ADA] })).id).toBe(room.id)
    expect(room).toMatchObject({ direct: true, name: null, written: 0, unread: 0 })
    const stream = await follow<RoomNews>(centre.base, '/rooms/stream', bob.token)
    expect((await stream.next())?.rooms.map(({ id }) => id)).toContain(room.id)
    await says(ada, room, newLine('Can you take the next one?'))
    const news = await stream.until(({ rooms }) => rooms.some(({ unread }) => unread === 1))
    expect(textsOf(news.rooms[0]!.lines)).toEqual([`${ADA}: Can you take the next one?`])
    await bob.ask('POST', `/rooms/${room.id}/read`, { number: 1 })
    expect((await stream.until(({ rooms }) => rooms.some(({ unread }) => unread === 0))).rooms[0]).toMatchObject({
      members: [
        { user: ADA, read: 1 },
        { user: BOB, read: 1 },
      ],
      // What was told is not told again.
      lines: [],
    })
    stream.close()
  })

  it('tells the others who is writing, until the line is there (UCC-03)', async () => {
    const room = await opened(ada, { with: [BOB] })
    const stream = await follow<RoomNews>(centre.base, '/rooms/stream', bob.token)
    const own = await follow<RoomNews>(centre.base, '/rooms/stream', ada.token)
    const here = ({ rooms }: RoomNews) => rooms.find(({ id }) => id === room.id)
    expect((await ada.ask('POST', `/rooms/${room.id}/typing`, { typing: true })).status).toBe(204)
    expect(here(await stream.until((news) => here(news)?.typing !== undefined))?.typing).toEqual(['Agent 1'])
    const line = newLine('There it is')
    await says(ada, room, line)
    await stream.until((news) => here(news) !== undefined && here(news)?.typing === undefined)
    // Nobody is told of their own typing, and strangers may not say that they type.
    const mine = await own.until((news) => here(news)?.lines.some(({ id }) => id === line.id) ?? false)
    expect(here(mine)?.typing).toBeUndefined()
    expect((await cyd.ask('POST', `/rooms/${room.id}/typing`, { typing: true })).status).toBe(404)
    for (const one of [stream, own]) one.close()
  })

  it('has each line once, in order, also when its sender heard nothing and sends it again after the core was another', async () => {
    const room = await opened(ada, { with: [BOB, CYD], name: 'Shift' })
    const first = newLine('one')
    await says(ada, room, first)
    await says(ada, room, first)
    await says(bob, room, newLine('two'))
    await centre.restart()
    const again = await says(ada, room, first)
    expect([again.status, again.body.written]).toEqual([200, 2])
    await centre.settle()
    const { body } = await cyd.ask('GET', `/rooms/${room.id}/lines`)
    expect(textsOf(body.items)).toEqual([`${BOB}: two`, `${ADA}: one`])
  })

  it('is found again by its words, a page at a time, long after it left memory (UCC-04, MSU-13)', async () => {
    const room = await opened(ada, { with: [BOB], name: 'Archive' })
    for (let n = 1; n <= 130; n++)
      await centre.submit({ type: 'WriteInRoom', room: room.id, line: `l-${n}`, by: ADA, text: `Line ${n} of 100 % _` })
    await centre.settle()
    const ask = async (query: string): Promise<RoomLineView[]> =>
      (await bob.ask('GET', `/rooms/${room.id}/lines?${query}`)).body.items
    expect((await ask('contains=LINE%203')).map(({ number }) => number)).toEqual([
      39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 3,
    ])
    // Nothing in the words stands for anything else.
    expect(await ask('contains=1%25%25')).toEqual([])
    expect((await ask('limit=2&before=5')).map(({ number }) => number)).toEqual([4, 3])
  })

  it('is nobody else’s, and tells who left nothing more', async () => {
    const room = await opened(ada, { with: [BOB], name: 'Ours' })
    for (const [method, path, body] of [
      ['GET', `/rooms/${room.id}/lines`, undefined],
      ['POST', `/rooms/${room.id}/lines`, newLine('let me in')],
      ['POST', `/rooms/${room.id}/read`, { number: 1 }],
      ['PATCH', `/rooms/${room.id}`, { add: [CYD] }],
    ] as const)
      expect((await cyd.ask(method, path, body)).status).toBe(404)
    const stream = await follow<RoomNews>(centre.base, '/rooms/stream', cyd.token)
    await stream.next()
    await ada.ask('PATCH', `/rooms/${room.id}`, { add: [CYD], name: 'All of us' })
    expect((await stream.until(({ rooms }) => rooms.length > 0)).rooms).toMatchObject([
      { name: 'All of us', unread: 0 },
    ])
    await cyd.ask('PATCH', `/rooms/${room.id}`, { remove: [CYD] })
    expect(await stream.until(({ gone }) => gone.length > 0)).toEqual({ rooms: [], gone: [room.id] })
    stream.close()
    expect((await cyd.ask('GET', '/rooms')).body.some(({ id }: RoomView) => id === room.id)).toBe(false)
  })

  it('takes no people that there are not, nothing empty, and no flood', async () => {
    const room = await opened(ada, { with: [BOB], name: 'Limits' })
    expect((await ada.ask('POST', '/rooms', { with: ['nobody'] })).status).toBe(404)
    expect((await ada.ask('POST', '/rooms', { with: [ADA] })).status).toBe(409)
    expect((await says(ada, room, newLine('   '))).status).toBe(422)
    expect((await says(ada, room, newLine('x'.repeat(4_001)))).status).toBe(422)
    // At once: one after the other a slow machine is no flood.
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => says(bob, room, newLine(`flood ${n}`))))
    expect(answers.map(({ status }) => status)).toContain(429)
  })
})
