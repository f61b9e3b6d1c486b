import { PROBLEM_TYPE, type Problem, type ServerMessage, type Session, type Topic } from '#api/contract'
import { ApiProblem } from './api-problem.ts'
import { Servers } from './servers.ts'
import { type OpenSocket, type Socket, Subscription } from './subscription.ts'

/** A server that has not answered by then is as good as away for a reader; the next one is asked. */
const READ_MS_MAX = 5_000
/** A change waits for a takeover and for a slow log; after that nobody knows whether it was done. */
const WRITE_MS_MAX = 35_000
/** Rounds through all servers until a request is given up: a takeover is over by then. */
const ROUNDS = 4
const ROUND_PAUSE_MS = 500

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<Pick<Response, 'status' | 'ok' | 'headers' | 'text'>>

/** What a client is made of. */
export interface TandemClientOptions {
  /** Every server of the pool, such as `https://node1.example:8080`; all know the same. */
  readonly servers: readonly string[]
  /** The runtime's own unless told. */
  readonly fetch?: Fetch
  readonly openSocket?: OpenSocket
  /** Milliseconds between rounds; for tests. */
  readonly pauseMs?: number
}

/**
 * Speaks to whichever core of a pool answers: it holds the list of servers and goes on with the next when one fails.
 *
 * A read is asked of one after another. A change is sent to the next only when it certainly was not done: the server could not be
 * reached, or said that there is no primary. Otherwise it fails with the status 0 or 504, and whoever asked looks before asking again.
 *
 *     const client = new TandemClient({ servers: ['http://node1:8080', 'http://node2:8080'] })
 *     await client.logIn('supervisor', 'the password')
 *     const queues = await client.get('/queues')
 *     const subscription = client.follow(['agents'], (message) => show(message))
 */
export class TandemClient {
  readonly #servers: Servers
  readonly #fetch: Fetch
  readonly #openSocket: OpenSocket
  readonly #pauseMs: number
  #token: string | undefined

  constructor(options: TandemClientOptions) {
    this.#servers = new Servers(options.servers)
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#openSocket = options.openSocket ?? ((url) => new WebSocket(url) as unknown as Socket)
    this.#pauseMs = options.pauseMs ?? ROUND_PAUSE_MS
  }

  /** The server that is asked at this moment. */
  get server(): string {
    return this.#servers.current
  }

  /** Logs in; the session is good on every server. */
  async logIn(user: string, password: string): Promise<Session> {
    const session = await this.request<Session>('POST', '/sessions', { user, password })
    this.#token = session.token
    return session
  }

  get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path)
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.request<T>('POST', path, body)
  }

  /** Asks under `/api/v1`. Fails with {@link ApiProblem}. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const tries = ROUNDS * this.#servers.count
    for (let count = 1; ; count++) {
      const server = this.#servers.current
      try {
        return await this.#ask<T>(server, method, path, body)
      } catch (error) {
        if (!(error instanceof ApiProblem) || count >= tries || !mayAskAgain(method, error)) throw error
        this.#servers.failed(server)
        if (count % this.#servers.count === 0) await new Promise((resolve) => setTimeout(resolve, this.#pauseMs))
      }
    }
  }

  /** Hears what changes, from wherever it was when a server is lost; ends by `close()`, or when the session is over. */
  follow(topics: readonly Topic[], heard: (message: ServerMessage) => void, over?: () => void): Subscription {
    const token = this.#token ?? ''
    return new Subscription({ servers: this.#servers, openSocket: this.#openSocket, token, topics, heard, over })
  }

  async #ask<T>(server: string, method: string, path: string, body: unknown): Promise<T> {
    const signal = AbortSignal.timeout(method === 'GET' ? READ_MS_MAX : WRITE_MS_MAX)
    const headers: Record<string, string> = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
    }
    const init = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    let response: Awaited<ReturnType<Fetch>>
    let text: string
    try {
      response = await this.#fetch(`${server}/api/v1${path}`, init)
      text = await response.text()
    } catch (cause) {
      throw new ApiProblem(0, `${server} does not answer`, undefined, cause)
    }
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
    throw problemOf(response, text)
  }
}

function problemOf(response: Pick<Response, 'status' | 'headers'>, text: string): ApiProblem {
  const is = (response.headers.get('content-type') ?? '').includes(PROBLEM_TYPE)
  const problem = is ? (JSON.parse(text) as Problem) : undefined
  return new ApiProblem(response.status, problem?.detail ?? `the server answered ${response.status}`, problem)
}

/** What a server says when it has certainly done nothing. */
const NOTHING_DONE = new Set(['api.no-primary', 'api.not-primary', 'core.backup'])
/** What the system says of a connection that never was: nothing was sent over it. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])

function mayAskAgain(method: string, { status, problem, cause }: ApiProblem): boolean {
  if (method === 'GET' && (status === 0 || status >= 502)) return true
  if (status === 503) return NOTHING_DONE.has(problem?.type.split(':').at(-1) ?? '')
  return status === 0 && NEVER_CONNECTED.has(codeOf(cause) ?? '')
}

/** The system's code; `fetch` hides it one level down. */
function codeOf(cause: unknown): string | undefined {
  const { code, cause: deeper } = (cause ?? {}) as { code?: string; cause?: unknown }
  return code ?? (deeper === undefined ? undefined : codeOf(deeper))
}
