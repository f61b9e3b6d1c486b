/** What a server said, or why it said nothing. */
export class ConversationProblem extends Error {
  /** The HTTP status; 0 when nobody answered. */
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }

  /** Whether asking again may help: nobody answered, no core is primary, or it was too fast. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** What goes with a question. */
export interface Asked {
  readonly token?: string
  readonly body?: string | File
  readonly type?: string
  readonly signal?: AbortSignal
}

/** The servers of one pool, asked one after another: who does not answer is left for the next (AA-17). */
export class VisitorServers {
  readonly #servers: readonly string[]
  #at = 0

  constructor(servers: readonly string[]) {
    this.#servers = servers.map((server) => server.replace(/\/+$/, ''))
  }

  async ask(
    method: string,
    path: string,
    { token, body, type = 'application/json', signal }: Asked = {},
  ): Promise<Response> {
    const server = this.#servers[this.#at % this.#servers.length]
    let response: Response
    try {
      response = await fetch(`${server}/api/v1${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': type }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
        credentials: 'omit',
      })
    } catch (cause) {
      this.#at++
      throw new ConversationProblem(0, String(cause))
    }
    if (response.ok) return response
    if (response.status >= 500) this.#at++
    const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string }
    throw new ConversationProblem(response.status, problem.detail ?? problem.title ?? response.statusText)
  }
}
