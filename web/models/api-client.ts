import type {
  AgentLive,
  CalledAnew,
  Counted,
  InteractionDetail,
  Problem,
  ResponseView,
  Session,
  SoftphoneAccount,
  VisitorPhone,
} from '#api/contract'
import { PAGE_SERVERS } from './page-servers.ts'

/** What the server answered when it was no success; status 0 when it did not answer at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly retryAfterS: number

  constructor(status: number, detail: string, retryAfterS = 0) {
    super(detail)
    this.status = status
    this.retryAfterS = retryAfterS
  }
}

/** The server sees from a file itself what it is. */
const FILE_TYPE = 'application/octet-stream'

/** As many as one page of the API holds. */
const COUNTED_MAX = 200

/** A queue as it is configured: the part that the board shows. */
export interface ConfiguredQueue {
  readonly name: string
  readonly numbers: readonly string[]
}

/** Speaks to the API with one session's token. */
export class ApiClient {
  readonly #token: string | undefined

  constructor(token?: string) {
    this.#token = token
  }

  logIn(user: string, password: string): Promise<Session> {
    return this.#ask('POST', '/sessions', { user, password })
  }

  logOut(): Promise<void> {
    return this.#ask('DELETE', '/sessions')
  }

  /** Sets the own password; all sessions of before are over, and the answer is the one that goes on. */
  setOwnPassword(set: { readonly current: string; readonly password: string }): Promise<Session> {
    return this.#ask('POST', '/sessions/current/password', set)
  }

  /** What the softphone of whoever is logged in registers with. */
  softphone(): Promise<SoftphoneAccount> {
    return this.#ask('POST', '/softphone')
  }

  /** Asks for the call of this page to be given to it anew: it hears nothing. */
  callAnew(): Promise<CalledAnew> {
    return this.#ask('POST', '/softphone/call-anew')
  }

  /** What a visitor calls with; refused where visitors may not. */
  visitorPhone(): Promise<VisitorPhone> {
    return this.#ask('GET', '/visitor-phone')
  }

  interaction(id: string): Promise<InteractionDetail> {
    return this.#ask('GET', `/interactions/${encodeURIComponent(id)}`)
  }

  queues(): Promise<readonly ConfiguredQueue[]> {
    return this.#ask('GET', '/queues')
  }

  /** What a figure counts between two moments, or until now: the first page, which is as much as anybody reads. */
  async counted(of: { kind: string; name: string; from: string; to?: string | undefined }, figure: string) {
    // A minute ahead: the clock of this machine may be behind.
    const to = of.to ?? new Date(Date.now() + 60_000).toISOString()
    const query = new URLSearchParams({ figure, from: of.from, to, limit: String(COUNTED_MAX) })
    const path = `/reports/${of.kind}s/${encodeURIComponent(of.name)}/contacts?${query}`
    return (await this.#ask<{ items: readonly Counted[] }>('GET', path)).items
  }

  /** What may be said in this work without typing it. */
  async responses(id: string): Promise<readonly ResponseView[]> {
    return (
      await this.#ask<{ items: readonly ResponseView[] }>('GET', `/interactions/${encodeURIComponent(id)}/responses`)
    ).items
  }

  chooseStatus(user: string, status: AgentLive['chosen'], reason?: string): Promise<AgentLive> {
    return this.#ask('POST', `/agents/${encodeURIComponent(user)}/status`, { status, ...(reason ? { reason } : {}) })
  }

  /** Where the user is rung until it logs off: at a telephone number outside, or (null) at its own phone. */
  chooseStation(user: string, number: string | null): Promise<AgentLive> {
    return this.#ask('PUT', `/agents/${encodeURIComponent(user)}/station`, { number })
  }

  /** Reads any other part of the API; the path is below `/api/v1`. */
  read<T>(path: string): Promise<T> {
    return this.#ask('GET', path)
  }

  /** Asks for any other change. */
  send<T>(method: 'PATCH' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.#ask(method, path, body)
  }

  /** Sends a file as it is. */
  async upload<T>(path: string, file: Blob): Promise<T> {
    const response = await this.#response('POST', path, file)
    return JSON.parse(await response.text()) as T
  }

  /** What a path holds, as it is: sound, tables. */
  async bytes(path: string): Promise<ArrayBuffer> {
    return (await this.#response('GET', path)).arrayBuffer()
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const text = await (await this.#response(method, path, body)).text()
    return (text ? JSON.parse(text) : undefined) as T
  }

  /** The answer, if it is a success. */
  async #response(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${PAGE_SERVERS.get()}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': body instanceof Blob ? FILE_TYPE : 'application/json' }),
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    }).catch(() => {
      throw new ApiProblem(0, '')
    })
    if (response.ok) return response
    const text = await response.text()
    throw new ApiProblem(response.status, detailOf(text), Number(response.headers.get('retry-after') ?? 0))
  }
}

function detailOf(text: string): string {
  try {
    return (JSON.parse(text) as Problem).detail ?? ''
  } catch {
    return ''
  }
}
