import type { RoomLineView, RoomNews, RoomView } from '#api/contract'
import { ApiProblem } from './api-client.ts'
import type { RoomsPort } from './rooms-client.ts'
import { Store } from './store.ts'

/** The first pause before asking again; each further one doubles, up to the longest. */
const RETRY_MS_FIRST = 500
const RETRY_MS_MAX = 5_000
/** What a room shows without asking for more. */
const LINES_MAX = 300
/** Who goes on typing says so again. */
const TYPING_MS = 3_000

/** A line that no core has acknowledged yet. */
export interface UnsentRoomLine {
  readonly id: string
  readonly text: string
  /** Why it is not taken at all; it is not sent again. */
  readonly problem?: string
}

/** What the page shows of colleagues. */
export interface RoomsPage {
  /** Those that were written in last stand first. */
  readonly rooms: readonly RoomView[]
  /** Lines that nobody has acknowledged, by room. */
  readonly unsent: Readonly<Record<string, readonly UnsentRoomLine[]>>
  /** The room that is looked at. */
  readonly shown: string | undefined
  readonly unread: number
  /** Whether a server is connected at this moment. */
  readonly online: boolean
}

/** What rooms are made of. */
export interface RoomsOptions {
  readonly server: RoomsPort
  readonly random: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Somebody wrote in a room that is not looked at. */
  readonly told?: (room: RoomView, line: RoomLineView) => void
}

/** The rooms of whoever is logged in: followed as they change, written in until a core has each line in its log. */
export class RoomsModel extends Store<RoomsPage> {
  readonly #options: RoomsOptions
  readonly #ended = new AbortController()
  #sending = false
  #begun = false
  #typed: { readonly room: string; readonly at: number } | undefined

  constructor(options: RoomsOptions) {
    super({ rooms: [], unsent: {}, shown: undefined, unread: 0, online: false })
    this.#options = options
    void this.#follow()
  }

  close(): void {
    this.#ended.abort()
  }

  /** Looks at a room, or at none. */
  show(room: string | undefined): void {
    this.set({ ...this.get(), shown: room })
    this.#read()
  }

  /** Opens a room with colleagues and looks at it. */
  async open(users: readonly string[], name?: string): Promise<void> {
    const room = await this.#options.server.open(users, name)
    this.#take({ rooms: [room], gone: [] })
    this.show(room.id)
  }

  async leave(room: string): Promise<void> {
    await this.#options.server.leave(room)
    this.#take({ rooms: [], gone: [room] })
  }

  /** Writes a line into the room that is looked at. */
  write(text: string): void {
    const { shown, unsent } = this.get()
    if (shown === undefined || text.trim() === '') return
    const line = { id: this.#options.random(), text }
    this.set({ ...this.get(), unsent: { ...unsent, [shown]: [...(unsent[shown] ?? []), line] } })
    this.#typed = undefined
    void this.#send()
  }

  /** Something is being typed into the room that is looked at. */
  typing(): void {
    const { shown } = this.get()
    const at = this.#options.now()
    if (shown === undefined || (this.#typed?.room === shown && at - this.#typed.at < TYPING_MS)) return
    this.#typed = { room: shown, at }
    this.#options.server.typing(shown).catch(() => {})
  }

  async #follow(): Promise<void> {
    let pauseMs = RETRY_MS_FIRST
    while (!this.#ended.signal.aborted) {
      try {
        for await (const news of this.#options.server.stream(this.#ended.signal)) {
          pauseMs = RETRY_MS_FIRST
          this.set({ ...this.get(), online: true })
          this.#take(news)
          this.#begun = true
          void this.#send()
        }
      } catch (problem) {
        // The session is over: the page says so itself.
        if (problem instanceof ApiProblem && problem.status === 401) return
      }
      this.set({ ...this.get(), online: false })
      await this.#options.sleep(pauseMs)
      pauseMs = Math.min(2 * pauseMs, RETRY_MS_MAX)
    }
  }

  #take({ rooms: changed, gone }: RoomNews): void {
    const { shown, unsent } = this.get()
    const known = new Map(this.get().rooms.map((room) => [room.id, room]))
    const left = { ...unsent }
    for (const room of changed) {
      const before = known.get(room.id)
      known.set(room.id, { ...room, lines: linesOf(before?.lines ?? [], room.lines) })
      const written = new Set(room.lines.map(({ id }) => id))
      if (left[room.id]) left[room.id] = left[room.id]!.filter(({ id }) => !written.has(id))
      this.#tell(before, room)
    }
    for (const id of gone) {
      known.delete(id)
      delete left[id]
    }
    const rooms = [...known.values()].sort((a, b) => lastOf(b) - lastOf(a))
    const unread = rooms.reduce((sum, room) => sum + room.unread, 0)
    const stays = shown !== undefined && known.has(shown) ? shown : undefined
    this.set({ ...this.get(), rooms, unsent: left, unread, shown: stays })
    this.#read()
  }

  #tell(before: RoomView | undefined, room: RoomView): void {
    const line = room.lines.at(-1)
    if (!this.#begun || !line || room.unread === 0 || room.id === this.get().shown) return
    if (room.unread > (before?.unread ?? 0)) this.#options.told?.(room, line)
  }

  /** What is looked at has been seen. */
  #read(): void {
    const { rooms, shown } = this.get()
    const room = rooms.find(({ id }) => id === shown)
    if (room && room.unread > 0) void this.#options.server.read(room.id, room.written).catch(() => {})
  }

  /** Sends what waits, one line after the other, until none waits; what is refused stays with its reason. */
  async #send(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    let pauseMs = RETRY_MS_FIRST
    for (let next = this.#next(); next && !this.#ended.signal.aborted; next = this.#next()) {
      const [room, line] = next
      try {
        // The line stands where the log has it before it stops to be one that waits.
        this.#take({ rooms: [await this.#options.server.write(room, line)], gone: [] })
        this.#change(room, line.id, () => [])
        pauseMs = RETRY_MS_FIRST
      } catch (problem) {
        const status = problem instanceof ApiProblem ? problem.status : 0
        if (status === 0 || status === 429 || status >= 500) {
          await this.#options.sleep(pauseMs)
          pauseMs = Math.min(2 * pauseMs, RETRY_MS_MAX)
        } else this.#change(room, line.id, (one) => [{ ...one, problem: String((problem as Error).message) }])
      }
    }
    this.#sending = false
  }

  #next(): readonly [string, UnsentRoomLine] | undefined {
    for (const [room, lines] of Object.entries(this.get().unsent)) {
      const line = lines.find(({ problem }) => problem === undefined)
      if (line) return [room, line]
    }
    return undefined
  }

  #change(room: string, id: string, to: (line: UnsentRoomLine) => readonly UnsentRoomLine[]): void {
    const { unsent } = this.get()
    const lines = (unsent[room] ?? []).flatMap((line) => (line.id === id ? to(line) : line))
    this.set({ ...this.get(), unsent: { ...unsent, [room]: lines } })
  }
}

/** Both lists in the order of the log, each line once, the newest of very many. */
function linesOf(before: readonly RoomLineView[], now: readonly RoomLineView[]): RoomLineView[] {
  const byNumber = new Map([...before, ...now].map((line) => [line.number, line]))
  return [...byNumber.values()].sort((a, b) => a.number - b.number).slice(-LINES_MAX)
}

function lastOf({ lines }: RoomView): number {
  const at = lines.at(-1)?.at
  return at === undefined ? 0 : Date.parse(at)
}
