import type {
  AgentLive,
  Counted,
  InteractionDetail,
  Problem,
  ResponseView,
  Session,
  SoftphoneAccount,
  VisitorPhone,
} from '#api/contract'

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

  /** What the softphone of whoever is logged in registers with. */
  softphone(): Promise<SoftphoneAccount> {
    return this.#ask('POST', '/softphone')
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

  /** What a figure of a queue counts since a moment: the first page, which is as much as anybody reads. */
  async counted(queue: string, figure: string, since: string): Promise<readonly Counted[]> {
    // A minute ahead: the clock of this machine may be behind.
    const to = new Date(Date.now() + 60_000).toISOString()
    const query = new URLSearchParams({ figure, from: since, to, limit: String(COUNTED_MAX) })
    const list = await this.#ask<{ items: readonly Counted[] }>(
      'GET',
      `/reports/queues/${encodeURIComponent(queue)}/contacts?${query}`,
    )
    return list.items
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

  /** Any other question to the server: a part of the product that has many of its own keeps them in a client of its own. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#ask(method, path, body)
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new ApiProblem(0, '')
    })
    const text = await response.text()
    if (response.ok) return (text ? JSON.parse(text) : undefined) as T
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
