import { describe, expect, it } from 'vitest'
import { CallbackModel, numberOf, type WantedCallback } from './callback.ts'
import { ConversationProblem } from './visitor-servers.ts'

/** A server that keeps what it was asked for by key, and may be away or die after it took something and before it said so. */
class FakeServer {
  readonly asked = new Map<string, Record<string, unknown>>()
  posts = 0
  away = 0
  swallow = 0
  refuses: number | undefined
  state = 'waiting'

  async ask(method: string, path: string, { body }: { body?: string | File } = {}): Promise<Response> {
    if (this.away-- > 0) throw new ConversationProblem(0, 'nobody answers')
    if (path.startsWith('/callbacks?')) return json({ callbacks: true, open: false, staffed: false })
    if (method === 'GET') return json({ id: 'ix-1', state: this.state, at: null })
    if (path.endsWith('/cancel')) {
      this.state = 'over'
      return json({})
    }
    this.posts++
    if (this.refuses !== undefined) throw new ConversationProblem(this.refuses, 'not so often')
    const asked = JSON.parse(String(body)) as Record<string, unknown>
    this.asked.set(String(asked['key']), asked)
    if (this.swallow-- > 0) throw new ConversationProblem(503, 'it died')
    return json({ id: 'ix-1', token: 't', at: null })
  }
}

const json = (value: object): Response => new Response(JSON.stringify(value))

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

let keys = 0

function page(server: FakeServer, kept = storage()): CallbackModel {
  return new CallbackModel({
    ...{ servers: server, storage: kept, queue: 'support' },
    random: () => (keys++).toString(16).padStart(32, '0'),
    sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
  })
}

async function until(fits: () => boolean): Promise<void> {
  while (!fits()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const wanted: WantedCallback = { number: '+49301234', consent: 'Call me.' }

describe('a visitor’s callback', () => {
  it('is one, whoever dies while it is asked for, and is followed to its end', async () => {
    const server = new FakeServer()
    Object.assign(server, { away: 2, swallow: 1 })
    const model = page(server)
    model.request(wanted)
    model.request({ ...wanted, number: '112' })
    await until(() => model.get().state === 'waiting')
    expect(server.posts).toBe(2)
    expect([...server.asked.values()]).toEqual([expect.objectContaining({ queue: 'support', ...wanted })])
    server.state = 'over'
    await until(() => model.get().state === 'over')
    expect(model.get().number).toBe('+49301234')
  })

  it('goes on after a reload without being asked for again', async () => {
    const server = new FakeServer()
    const kept = storage()
    const first = page(server, kept)
    first.request(wanted)
    await until(() => first.get().state === 'waiting')
    const second = page(server, kept)
    await until(() => second.get().state === 'waiting')
    expect(server.posts).toBe(1)
    expect(second.get().number).toBe('+49301234')
    for (const model of [first, second]) model.forget()
  })

  it('says why it was refused, and can be asked for anew', async () => {
    const server = new FakeServer()
    server.refuses = 429
    const model = page(server)
    model.request(wanted)
    await until(() => model.get().state === 'refused')
    expect(model.get().problem).toBe('not so often')
    server.refuses = undefined
    model.forget()
    model.request(wanted)
    await until(() => model.get().state === 'waiting')
    model.forget()
  })

  it('is taken back', async () => {
    const server = new FakeServer()
    const model = page(server)
    await model.look()
    model.request(wanted)
    await until(() => model.get().state === 'waiting')
    await model.cancel()
    expect(server.state).toBe('over')
    expect(model.get()).toMatchObject({ state: 'none', offer: { callbacks: true } })
  })

  it('takes numbers as people write them', () => {
    expect(numberOf('+49 (30) 12-34/5')).toBe('+493012345')
    for (const bad of ['', '12', 'call me', '+', 'sip:a@b']) expect(numberOf(bad), bad).toBeUndefined()
  })
})
