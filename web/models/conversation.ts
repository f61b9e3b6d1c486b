import type { ConversationView, DeliveryView, MessageFileView, MessageView } from '#api/contract'
import type { ConversationMemory, KeptConversation, UnsentLine } from './conversation-memory.ts'
import { type ConversationPort, ConversationProblem } from './conversation-server.ts'
import { Store } from './store.ts'

/** The first pause before asking again; each further one doubles, up to the longest. */
const RETRY_MS_FIRST = 500
const RETRY_MS_MAX = 5_000
/** Who goes on typing says so again. */
const TYPING_MS = 3_000

/** What the panel shows. */
export interface ConversationPage {
  readonly state: 'idle' | 'starting' | ConversationView['state'] | 'refused'
  readonly position: number | null
  readonly wait: ConversationView['wait']
  readonly agents: readonly string[]
  readonly lines: readonly MessageView[]
  /** Written, and not acknowledged yet. */
  readonly unsent: readonly UnsentLine[]
  /** Whether the other side is writing. */
  readonly otherTypes: boolean
  /** The last line that the other side has seen. */
  readonly seen: string | null
  /** What became of lines that left as text messages. */
  readonly deliveries: readonly DeliveryView[]
  /** Whether a server is connected at this moment. */
  readonly online: boolean
  /** Why it was refused. */
  readonly problem: string | null
}

const NOTHING: ConversationPage = {
  state: 'idle',
  position: null,
  wait: null,
  agents: [],
  lines: [],
  unsent: [],
  otherTypes: false,
  seen: null,
  deliveries: [],
  online: false,
  problem: null,
}

/** Whose page it is. */
export type ConversationSide = 'customer' | 'agent'

/** What a conversation is made of. */
export interface ConversationOptions {
  readonly server: ConversationPort
  readonly memory: ConversationMemory
  readonly side: ConversationSide
  /** What a visitor's chat is about: its queue. */
  readonly about?: { readonly queue: string }
  readonly random: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/**
 * One side of a conversation in writing. What is written is kept in the tab until a core has it in its log, and sent again with the same id until then; what comes is
 * followed on a stream that begins again after the last line. So neither a reload nor a takeover loses or doubles a line.
 */
export class ConversationModel extends Store<ConversationPage> {
  readonly #options: ConversationOptions
  #kept: KeptConversation | undefined
  #chat: { readonly id: string; readonly token: string } | undefined
  #ended = new AbortController()
  #sending = false
  /** In the log, and not yet come back on the stream, which says where they stand. */
  readonly #posted = new Set<string>()
  #typedAt = 0

  constructor(options: ConversationOptions) {
    super(NOTHING)
    this.#options = options
    this.#kept = options.memory.read()
    if (this.#kept) this.#run()
  }

  /** What opens the chat that goes on, once a server has begun it. */
  get opened(): { readonly id: string; readonly token: string } | undefined {
    return this.#chat
  }

  /** Begins a chat; the question is its first line. */
  begin({ name, email, question }: { name?: string; email?: string; question: string }): void {
    if (this.#kept) return
    this.#keep({
      key: this.#options.random(),
      ...(name ? { name } : {}),
      ...(email ? { email } : {}),
      unsent: [this.#line(question)],
    })
    this.#run()
  }

  /** Goes on with a conversation that is there already: an agent's. */
  resume(): void {
    if (this.#kept) return
    this.#keep({ key: this.#options.random(), unsent: [] })
    this.#run()
  }

  /** Writes a line. */
  write(text: string, files: readonly MessageFileView[] = []): void {
    if (!this.#kept || (text.trim() === '' && files.length === 0)) return
    const line = this.#line(text, files)
    this.#keep({ ...this.#kept, unsent: [...this.#kept.unsent, line] })
    void this.#send()
  }

  /**
   * Sends a file; fails with what the server has against it. An upload that is cut off goes on by itself with whatever core there is then: the
   * same content is the same file, however often it comes.
   */
  async attach(file: File): Promise<void> {
    const chat = this.#chat
    if (!chat) return
    const { server } = this.#options
    this.write('', [await this.#patiently(() => server.upload(chat.id, chat.token, file))])
  }

  /** Sends a text message again that may not have arrived; what came of it is seen on the stream. */
  async resend(message: string): Promise<void> {
    const path = `messages/${encodeURIComponent(message)}/resend`
    if (this.#chat) await this.#options.server.post(this.#chat.id, this.#chat.token, path)
  }

  /** The content of a file of this chat. */
  async file(hash: string): Promise<Blob | undefined> {
    return this.#chat && this.#options.server.file(this.#chat.id, this.#chat.token, hash)
  }

  /** This side types. */
  typing(): void {
    const { now, server } = this.#options
    if (!this.#chat || now() - this.#typedAt < TYPING_MS) return
    this.#typedAt = now()
    server.post(this.#chat.id, this.#chat.token, 'typing', { typing: true }).catch(() => {})
  }

  /** This side has seen everything that is there. */
  read(): void {
    const last = this.get().lines.findLast(({ by }) => by !== 'system' && by !== this.#options.side)
    if (!this.#chat || !last) return
    this.#options.server.post(this.#chat.id, this.#chat.token, 'read', { message: last.id }).catch(() => {})
  }

  /** Leaves the chat. */
  async end(): Promise<void> {
    const chat = this.#chat
    if (chat) await this.#patiently(() => this.#options.server.post(chat.id, chat.token, 'end'))
  }

  /** The address that the visitor gave at the beginning. */
  get email(): string {
    return this.#kept?.email ?? ''
  }

  /** Has the text of the chat, which is over, sent to an address; fails with what the server has against it. */
  async transcript(email: string): Promise<void> {
    const chat = this.#chat
    if (chat) await this.#patiently(() => this.#options.server.post(chat.id, chat.token, 'transcript', { email }))
  }

  /** Stops following; what was not sent stays kept. */
  close(): void {
    this.#ended.abort()
  }

  /** Forgets a chat that is over, so that another can begin. */
  forget(): void {
    this.#ended.abort()
    this.#ended = new AbortController()
    this.#kept = undefined
    this.#chat = undefined
    this.#options.memory.write(undefined)
    this.set(NOTHING)
  }

  #line(text: string, files: readonly MessageFileView[] = []): UnsentLine {
    const named = files.map(({ hash, name }) => ({ hash, name }))
    return { id: this.#options.random(), text, files: named, at: this.#options.now() }
  }

  #keep(kept: KeptConversation): void {
    this.#kept = kept
    this.#options.memory.write(kept)
    this.set({ ...this.get(), unsent: kept.unsent })
  }

  #run(): void {
    this.set({ ...this.get(), state: 'starting' })
    this.#follow(this.#ended.signal).catch((problem: unknown) => this.#refused(problem))
  }

  #refused(problem: unknown): void {
    if (this.#ended.signal.aborted) return
    this.set({
      ...this.get(),
      state: 'refused',
      online: false,
      problem: problem instanceof Error ? problem.message : '',
    })
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.get().state !== 'over') {
      const { key, name, email } = this.#kept!
      const { server, about, sleep } = this.#options
      this.#chat = await this.#patiently(() =>
        server.begin({ key, ...about, ...(name ? { name } : {}), ...(email ? { email } : {}) }),
      )
      void this.#send()
      try {
        const after = this.get().lines.at(-1)?.id
        for await (const view of server.stream({ ...this.#chat, after }, signal)) this.#show(view)
      } catch (problem) {
        if (problem instanceof ConversationProblem && !problem.passes && problem.status !== 401) throw problem
      }
      if (signal.aborted) return
      this.set({ ...this.get(), online: false })
      await sleep(RETRY_MS_FIRST)
    }
  }

  #show(view: ConversationView): void {
    const before = this.get()
    const known = new Set(before.lines.map(({ id }) => id))
    const lines = [...before.lines, ...view.messages.filter(({ id }) => !known.has(id))]
    this.#acknowledge(lines)
    this.set({
      ...this.get(),
      ...{ lines, state: view.state, position: view.position, wait: view.wait, agents: view.agents, online: true },
      deliveries: view.deliveries ?? [],
      otherTypes: this.#options.side === 'customer' ? view.typing.agents : view.typing.customer,
      seen: this.#options.side === 'customer' ? view.read.agents : view.read.customer,
    })
  }

  /** What stands in the conversation needs no sending any more. */
  #acknowledge(lines: readonly { readonly id: string }[]): void {
    const kept = this.#kept
    if (!kept) return
    const there = new Set(lines.map(({ id }) => id))
    const unsent = kept.unsent.filter(({ id }) => !there.has(id))
    if (unsent.length < kept.unsent.length) this.#keep({ ...kept, unsent })
  }

  /** Sends what waits, one line after another, so that they stand in the order in which they were written. */
  async #send(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    try {
      for (;;) {
        const line = this.#kept?.unsent.find((one) => !this.#posted.has(one.id))
        const chat = this.#chat
        if (!line || !chat) return
        const { id, text, files } = line
        await this.#patiently(() => this.#options.server.post(chat.id, chat.token, 'messages', { id, text, files }))
        this.#posted.add(id)
      }
    } catch (problem) {
      // Over, or not allowed: the stream tells which, and the line stays where the visitor sees that it was not sent.
      if (!(problem instanceof ConversationProblem)) throw problem
    } finally {
      this.#sending = false
    }
  }

  /** Asks until there is an answer. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let pauseMs = RETRY_MS_FIRST; ; pauseMs = Math.min(RETRY_MS_MAX, pauseMs * 2)) {
      try {
        return await ask()
      } catch (problem) {
        if (!(problem instanceof ConversationProblem) || !problem.passes || this.#ended.signal.aborted) throw problem
        this.set({ ...this.get(), online: false })
        await this.#options.sleep(pauseMs)
      }
    }
  }
}
