/** Browsers that follow the centre over WebSocket and resume by sequence, and a program that writes through the API: any of the servers will do. */
import WebSocket from 'ws'
import { sharedNow } from '../../kit/rtp-stream.ts'
import { Random } from '../../simulation/random.ts'
import type { HistoryWriter } from '../history.ts'
import { type ActorTask, delay, runActor } from './actor.ts'

const RECONNECT_MS = 100
const REQUEST_MS_MAX = 5_000
const WRITE_EVERY_MS = 250
const LOOK_EVERY_MS = 500

/** Nobody plays this agent: its status is what the writer writes. */
export const WRITTEN_AGENT = 'agent199'

/** What one browser believes. It follows the words of the API's page: a snapshot replaces all, changes replace what they name. */
class Browser {
  readonly name: string
  readonly #task: ActorTask
  readonly #history: HistoryWriter
  readonly #random: Random
  readonly #open = new Map<string, string>()
  readonly #agents = new Map<string, string>()
  #sequence: number | undefined
  #servers = 0
  #socket: WebSocket | undefined
  #closed = false
  #token = ''

  constructor(name: string, parts: { task: ActorTask; history: HistoryWriter; random: Random }) {
    this.name = name
    this.#task = parts.task
    this.#history = parts.history
    this.#random = parts.random
  }

  /** Connects and stays connected, leaving of its own accord now and then as a laptop does, until it is closed. */
  async live(token: string): Promise<void> {
    this.#token = token
    while (!this.#closed) {
      await this.#connection()
      if (!this.#closed) await delay(RECONNECT_MS)
    }
  }

  /** Says what it believes at the end. */
  finish(): void {
    this.#closed = true
    this.#history.note(this.name, 'info', 'belief', {
      sequence: this.#sequence,
      open: [...this.#open.keys()],
      agents: Object.fromEntries(this.#agents),
    })
    this.#socket?.close()
  }

  #connection(): Promise<void> {
    const { api } = this.#task
    const base = api[this.#servers++ % api.length] ?? ''
    const socket = new WebSocket(`${base.replace('http', 'ws')}/ws`, { handshakeTimeout: REQUEST_MS_MAX })
    this.#socket = socket
    const leave = setTimeout(() => socket.close(), this.#random.between(2_000, 15_000))
    let last = sharedNow()
    // Three times the pace at which the server says that it lives.
    const silent = setInterval(() => {
      if (sharedNow() - last > 15_000) socket.terminate()
    }, 1_000)
    return new Promise((resolve) => {
      socket.on('open', () => {
        this.#history.note(this.name, 'invoke', 'resume', { sequence: this.#sequence, base })
        const seen = this.#sequence === undefined ? {} : { sequence: this.#sequence }
        socket.send(
          JSON.stringify({ type: 'resume', token: this.#token, topics: ['agents', 'interactions', 'queues'], ...seen }),
        )
      })
      let resumed = false
      socket.on('message', (data) => {
        last = sharedNow()
        this.#take(JSON.parse(String(data)) as Message, !resumed)
        resumed = true
      })
      socket.on('error', () => {})
      socket.on('close', (code) => {
        clearTimeout(leave)
        clearInterval(silent)
        this.#history.note(this.name, resumed ? 'info' : 'unknown', resumed ? 'left' : 'resume', { code })
        resolve()
      })
    })
  }

  #take(message: Message, first: boolean): void {
    const { type, sequence } = message
    if (first) this.#history.note(this.name, type === 'problem' ? 'fail' : 'ok', 'resume', { type, sequence })
    if (type === 'problem') return
    if (type !== 'alive' || sequence !== this.#sequence)
      this.#history.note(this.name, 'info', 'told', { type, sequence, before: this.#sequence })
    this.#sequence = sequence
    if (type === 'snapshot') {
      this.#open.clear()
      this.#agents.clear()
    }
    for (const { id, state } of message.interactions ?? []) {
      if (state === 'closed') this.#open.delete(id)
      else this.#open.set(id, state)
    }
    for (const { user, status } of message.agents ?? []) {
      if (this.#agents.get(user) !== status) this.#history.note(this.name, 'info', 'status', { user, status })
      this.#agents.set(user, status)
    }
  }
}

interface Message {
  readonly type: 'snapshot' | 'changes' | 'alive' | 'problem'
  readonly sequence: number
  readonly interactions?: readonly { readonly id: string; readonly state: string }[]
  readonly agents?: readonly { readonly user: string; readonly status: string }[]
}

const browsers: Browser[] = []
let task: ActorTask
let history: HistoryWriter
let token = ''
let closed = false

/** Asks whichever server answers. */
async function ask(path: string, at: number, init: RequestInit = {}): Promise<Response> {
  const base = task.api[at % task.api.length] ?? ''
  return fetch(`${base}${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
  })
}

async function logIn(): Promise<void> {
  const body = JSON.stringify({ user: 'supervisor', password: 'demo-supervisor' })
  for (let tries = 0; token === '' && !closed; tries++) {
    const response = await ask('/api/v1/sessions', tries, { method: 'POST', body }).catch(() => undefined)
    if (response?.ok) token = ((await response.json()) as { token: string }).token
    else await delay(RECONNECT_MS)
  }
}

/** Writes one fact after the other, each with words of its own, so that what was acknowledged can be found, and found once. */
async function write(): Promise<void> {
  for (let number = 1; !closed; number++) {
    const reason = `w-${task.seed}-${number}`
    const body = JSON.stringify({ status: number % 2 === 0 ? 'ready' : 'not-ready', reason })
    history.note('writer', 'invoke', 'write', { reason })
    const path = `/api/v1/agents/${WRITTEN_AGENT}/status`
    const response = await ask(path, number, { method: 'POST', body }).catch(() => undefined)
    const status = response?.status ?? 0
    const refused = status >= 400 && status < 500
    history.note('writer', response?.ok ? 'ok' : refused ? 'fail' : 'unknown', 'write', { reason, status })
    await delay(WRITE_EVERY_MS)
  }
}

/** Looks which server says that it is the primary, and of which term. */
async function look(server: number): Promise<void> {
  const who = `look${server}`
  for (; !closed; await delay(LOOK_EVERY_MS)) {
    const health = await ask('/health/primary', server).catch(() => undefined)
    const cluster = health?.ok ? await ask('/api/v1/cluster', server).catch(() => undefined) : undefined
    const { term, primary } = cluster?.ok ? ((await cluster.json()) as { term: number; primary: string }) : {}
    history.note(who, 'info', 'primary', { ok: health?.ok ?? false, term, primary })
  }
}

runActor('clients', {
  async prepare(given, writer) {
    task = given
    history = writer
    await logIn()
    for (let index = 0; index < task.browsers; index++) {
      const random = new Random(task.seed * 31 + index)
      const browser = new Browser(`browser${index + 1}`, { task, history, random })
      browsers.push(browser)
      void browser.live(token)
    }
  },
  act() {
    void write()
    for (let server = 0; server < task.api.length; server++) void look(server)
    return Promise.resolve()
  },
  async finish() {
    closed = true
    for (const browser of browsers) browser.finish()
    await delay(100)
  },
})
