/** Speaks to the API as any outside program does: JSON, bearer token, problem documents. */
export class ApiClient {
  readonly base: string
  #token: string | undefined

  constructor(base: string) {
    this.base = base
  }

  /** Logs in; the token goes with every later request. */
  async logIn(user: string, password = `demo-${user}`): Promise<this> {
    const { token } = await this.post<{ token: string }>('/sessions', { user, password })
    this.#token = token
    return this
  }

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path)
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('POST', path, body)
  }

  /** The whole answer, whatever its status. */
  async raw(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.raw(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text.slice(0, 500)}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
}

/** What is not there by then does not come: a machine that runs all tests is some times slower than a developer's. */
const EVENTUALLY_MS = 60_000

/** Asks again until the answer fits: a core that was killed a moment ago does not answer at once. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = EVENTUALLY_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (cause) {
      last = cause
    }
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for: ${what}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
