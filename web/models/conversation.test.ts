import { describe, expect, it } from 'vitest'
import type { ConversationView, MessageFileView, MessageView } from '#api/contract'
import { ConversationModel } from './conversation.ts'
import { ConversationMemory } from './conversation-memory.ts'
import { ConversationProblem } from './conversation-server.ts'

/** A server that keeps what it took, and may be away, or die after it took something and before it said so. */
class FakeServer {
  readonly taken: { id: string; text: string }[] = []
  readonly begun: object[] = []
  away = false
  /** The next message is taken and not acknowledged. */
  swallow = 0
  state: ConversationView['state'] = 'waiting'
  over = false
  #wake: () => void = () => {}

  #answer(): void {
    if (this.away) throw new ConversationProblem(0, 'nobody answers')
  }

  async begin(asked: object): Promise<{ id: string; token: string }> {
    this.#answer()
    this.begun.push(asked)
    return { id: 'ix-1', token: 't' }
  }

  async post(_chat: string, _token: string, what: string, body: object = {}): Promise<void> {
    this.#answer()
    if (what !== 'messages') return
    if (this.over) throw new ConversationProblem(409, 'the conversation is over')
    const { id, text } = body as { id: string; text: string }
    if (!this.taken.some((one) => one.id === id)) this.taken.push({ id, text })
    if (this.swallow-- > 0) throw new ConversationProblem(503, 'it died')
    this.tell()
  }

  /** Uploads that are cut off before one is whole; then each kind but text is refused. */
  cutUploads = 0
  uploads = 0

  async upload(_chat: string, _token: string, file: File): Promise<MessageFileView> {
    this.uploads++
    if (this.cutUploads-- > 0) throw new ConversationProblem(0, 'cut off')
    if (file.type !== 'text/plain') throw new ConversationProblem(415, 'not this kind')
    return { hash: 'a'.repeat(64), name: file.name, type: file.type, bytes: file.size }
  }

  async file(): Promise<Blob> {
    return new Blob([])
  }

  /** Says to who follows that something has changed. */
  tell(): void {
    this.#wake()
  }

  async *stream({ after }: { after: string | undefined }, signal: AbortSignal): AsyncGenerator<ConversationView, void> {
    let seen = this.taken.findIndex(({ id }) => id === after)
    for (;;) {
      this.#answer()
      if (signal.aborted) return
      const messages = this.taken.slice(seen + 1).map(lineOf)
      seen = this.taken.length - 1
      yield view(this.over ? 'over' : this.state, messages)
      if (this.over) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }
}

function lineOf({ id, text }: { id: string; text: string }): MessageView {
  return { id, text, at: '2026-11-27T08:00:00.000Z', by: 'customer', user: null, name: null, files: [], note: null }
}

function view(state: ConversationView['state'], messages: MessageView[]): ConversationView {
  return {
    ...{ id: 'ix-1', state, position: 1, wait: null, agents: [], messages },
    read: { customer: null, agents: null },
    typing: { customer: false, agents: false },
  }
}

function storage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

function page(server: FakeServer, kept = storage()) {
  let count = 0
  const random = () => (count++).toString(16).padStart(30, '0') + Math.random().toString(16).slice(2, 4).padEnd(2, '0')
  const memory = new ConversationMemory(kept, 'support')
  const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 1))
  return new ConversationModel({
    server,
    memory,
    side: 'customer',
    about: { queue: 'support' },
    random,
    now: () => 0,
    sleep,
  })
}

async function until(fits: () => boolean): Promise<void> {
  while (!fits()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const textsOf = (model: ConversationModel) => model.get().lines.map(({ text }) => text)

describe('a visitor’s chat', () => {
  it('sends a file once whose upload was cut off, without being asked again (IR-17)', async () => {
    const server = new FakeServer()
    const model = page(server)
    model.begin({ question: 'one' })
    await until(() => model.get().lines.length === 1)
    server.cutUploads = 2
    await model.attach(new File(['bill'], 'bill.txt', { type: 'text/plain' }))
    await until(() => model.get().lines.length === 2)
    expect(server.uploads).toBe(3)
    expect(server.taken).toHaveLength(2)
    // What the server does not want is told, not tried for ever.
    await expect(model.attach(new File(['x'], 'x.exe', { type: 'application/x' }))).rejects.toThrow('not this kind')
    expect(server.uploads).toBe(4)
  })

  it('sends the question first, and what follows in the order of writing', async () => {
    const server = new FakeServer()
    const model = page(server)
    expect(model.get().state).toBe('idle')
    model.begin({ name: 'Ada', question: 'one' })
    model.write('two')
    model.write('  ')
    model.write('three')
    await until(() => model.get().lines.length === 3)
    expect(textsOf(model)).toEqual(['one', 'two', 'three'])
    expect(model.get()).toMatchObject({ state: 'waiting', unsent: [], online: true })
    expect(server.begun[0]).toMatchObject({ queue: 'support', name: 'Ada' })
  })

  it('IR-15 loses and doubles nothing when a server dies after it took a line and before it said so', async () => {
    const server = new FakeServer()
    const model = page(server)
    model.begin({ question: 'one' })
    await until(() => model.get().lines.length === 1)
    server.swallow = 2
    model.write('two')
    await until(() => model.get().lines.length === 2)
    await until(() => model.get().unsent.length === 0)
    expect(server.taken.map(({ text }) => text)).toEqual(['one', 'two'])
  })

  it('keeps what is written while nobody answers, through a reload, and sends it when somebody does', async () => {
    const server = new FakeServer()
    const kept = storage()
    const before = page(server, kept)
    before.begin({ question: 'one' })
    await until(() => before.get().lines.length === 1)
    server.away = true
    server.tell()
    before.write('two')
    await until(() => !before.get().online)
    expect(before.get().unsent.map(({ text }) => text)).toEqual(['two'])
    // The page is loaded anew; the one before it is gone.
    const after = page(server, kept)
    server.away = false
    await until(() => after.get().lines.length === 2)
    expect(textsOf(after)).toEqual(['one', 'two'])
    expect(new Set(server.begun.map((asked) => (asked as { key: string }).key)).size).toBe(1)
    before.forget()
  })

  it('says what was not sent when the chat is over, and begins another with another key', async () => {
    const server = new FakeServer()
    const kept = storage()
    const model = page(server, kept)
    model.begin({ question: 'one' })
    await until(() => model.get().lines.length === 1)
    server.over = true
    server.tell()
    await until(() => model.get().state === 'over')
    model.write('too late')
    await until(() => model.get().unsent.length === 1)
    model.forget()
    expect(model.get().state).toBe('idle')
    expect(kept.kept.size).toBe(0)
  })

  it('says why it cannot begin', async () => {
    const server = new FakeServer()
    server.begin = async () => {
      throw new ConversationProblem(403, 'the queue takes no chats')
    }
    const model = page(server)
    model.begin({ question: 'one' })
    await until(() => model.get().state === 'refused')
    expect(model.get().problem).toBe('the queue takes no chats')
  })

  it('does without a storage that refuses or holds nonsense', () => {
    const broken = { getItem: () => '{"key":1}', setItem: () => raise(), removeItem: () => raise() }
    const memory = new ConversationMemory(broken, 'support')
    expect(memory.read()).toBeUndefined()
    expect(() => memory.write({ key: 'a', unsent: [] })).not.toThrow()
    expect(() => memory.write(undefined)).not.toThrow()
  })
})

function raise(): never {
  throw new DOMException('full', 'QuotaExceededError')
}
