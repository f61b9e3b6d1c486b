import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RoomLineView, RoomNews, RoomView } from '#api/contract'
import { ApiProblem } from './api-client.ts'
import { RoomsModel } from './rooms.ts'
import type { RoomsPort } from './rooms-client.ts'

/** The second that it is by itself is less than a busy machine may be away. */
const SOON_MS_MAX = 30_000

const line = (number: number, from = 'bob', id = `line-${number}`): RoomLineView => ({
  ...{ id, number, from, text: `text ${number}` },
  at: new Date(number * 1_000).toISOString(),
})

function room(lines: readonly RoomLineView[], unread = 0, id = 'r1'): RoomView {
  const members = ['ada', 'bob'].map((user) => ({ user, name: user, read: 0 }))
  return { ...{ id, name: null, direct: true, members, unread, lines: [...lines] }, written: lines.at(-1)?.number ?? 0 }
}

/** A server that says what the test tells it to. */
class FakeServer implements RoomsPort {
  readonly written: string[] = []
  readonly read = vi.fn(async () => {})
  readonly leave = vi.fn(async () => {})
  readonly typing = vi.fn(async () => {})
  readonly colleagues = vi.fn(async () => [])
  readonly open = vi.fn(async () => room([], 0, 'r2'))
  streams = 0
  refuses: ApiProblem | undefined
  #news: ((news: RoomNews | undefined) => void) | undefined

  async *stream(): AsyncGenerator<RoomNews, void, undefined> {
    this.streams++
    for (;;) {
      const news = await new Promise<RoomNews | undefined>((resolve) => {
        this.#news = resolve
      })
      if (!news) throw new Error('cut')
      yield news
    }
  }

  async write(_: string, { id }: { readonly id: string }): Promise<RoomView> {
    if (this.refuses) throw this.refuses
    this.written.push(id)
    return room([line(this.written.length, 'ada', id)])
  }

  /** Tells news once the model listens, or cuts the connection. */
  async tells(news: RoomNews | undefined): Promise<void> {
    await vi.waitFor(() => expect(this.#news).toBeDefined(), SOON_MS_MAX)
    const tell = this.#news!
    this.#news = undefined
    tell(news)
    await new Promise((resolve) => setTimeout(resolve))
  }
}

const models: RoomsModel[] = []
afterEach(() => {
  for (const model of models.splice(0)) model.close()
})

function begun() {
  const server = new FakeServer()
  let ids = 0
  const told: string[] = []
  const clock = { now: 0 }
  const model = new RoomsModel({
    server,
    random: () => `own-${++ids}`,
    now: () => clock.now,
    sleep: () => new Promise((resolve) => setTimeout(resolve)),
    told: ({ id }, { text }) => told.push(`${id} ${text}`),
  })
  models.push(model)
  return { server, model, told, clock }
}

describe('the rooms of a page (UCC-03)', () => {
  it('hold each line once and in order, whatever comes twice or after a cut', async () => {
    const { server, model } = begun()
    await server.tells({ rooms: [room([line(1), line(2)])], gone: [] })
    await server.tells({ rooms: [room([line(3)])], gone: [] })
    await server.tells(undefined)
    await vi.waitFor(() => expect(server.streams).toBe(2), SOON_MS_MAX)
    expect(model.get().online).toBe(false)
    await server.tells({ rooms: [room([line(2), line(3), line(4)])], gone: [] })
    expect(model.get()).toMatchObject({ online: true })
    expect(model.get().rooms[0]?.lines.map(({ number }) => number)).toEqual([1, 2, 3, 4])
    await server.tells({ rooms: [], gone: ['r1'] })
    expect(model.get().rooms).toEqual([])
  })

  it('tell of typing in the room that is looked at, again every three seconds while it goes on', async () => {
    const { server, model, clock } = begun()
    await server.tells({ rooms: [room([])], gone: [] })
    model.typing()
    model.show('r1')
    model.typing()
    model.typing()
    expect(server.typing).toHaveBeenCalledTimes(1)
    clock.now = 3_000
    model.typing()
    model.write('hello')
    model.typing()
    expect(server.typing.mock.calls).toEqual([['r1'], ['r1'], ['r1']])
  })

  it('send what was written until a core has it, with the same id, and show why a line is refused', async () => {
    const { server, model } = begun()
    await server.tells({ rooms: [room([])], gone: [] })
    model.show('r1')
    server.refuses = new ApiProblem(0, 'nobody answered')
    model.write('hello')
    model.write('   ')
    expect(model.get().unsent['r1']).toEqual([{ id: 'own-1', text: 'hello' }])
    server.refuses = undefined
    await vi.waitFor(() => expect(server.written).toEqual(['own-1']), SOON_MS_MAX)
    await vi.waitFor(() => expect(model.get().unsent['r1']).toEqual([]), SOON_MS_MAX)
    // At no moment it stands nowhere.
    expect(model.get().rooms[0]?.lines.map(({ id }) => id)).toEqual(['own-1'])
    server.refuses = new ApiProblem(404, 'you have no room r1')
    model.write('again')
    await vi.waitFor(() => expect(model.get().unsent['r1']?.[0]?.problem).toBe('you have no room r1'), SOON_MS_MAX)
  })

  it('are read when they are looked at, and told of when they are not, but not for what was there before', async () => {
    const { server, model, told } = begun()
    await server.tells({ rooms: [room([line(1)], 1)], gone: [] })
    expect([model.get().unread, told]).toEqual([1, []])
    await server.tells({ rooms: [room([line(2)], 2)], gone: [] })
    expect(told).toEqual(['r1 text 2'])
    expect(server.read).not.toHaveBeenCalled()
    model.show('r1')
    expect(server.read).toHaveBeenCalledWith('r1', 2)
    await server.tells({ rooms: [room([line(3)], 1)], gone: [] })
    expect(server.read).toHaveBeenLastCalledWith('r1', 3)
    expect(told).toHaveLength(1)
    await model.open(['cyd'])
    expect(model.get().shown).toBe('r2')
  })
})
