import type { ConversationView, MessageFileView } from '#api/contract'
import { eventsOf } from './event-stream.ts'

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

/** What one side of a conversation asks a server for. */
export interface ConversationPort {
  /** Begins it, or goes on with it; may be asked again. */
  begin(asked: object): Promise<{ readonly id: string; readonly token: string }>
  post(id: string, token: string, what: string, body?: object): Promise<void>
  upload(id: string, token: string, file: File): Promise<MessageFileView>
  file(id: string, token: string, hash: string): Promise<Blob>
  stream(
    conversation: { readonly id: string; readonly token: string; readonly after: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<ConversationView, void, undefined>
}

/** Where the two sides of a conversation stand in the API. */
const PATHS = {
  customer: (id: string) => `/chats/${id}`,
  agent: (id: string) => `/interactions/${encodeURIComponent(id)}/conversation`,
} as const

/** The agent's side of a conversation that is there already. */
export function agentConversation(server: string, id: string, token: string): ConversationPort {
  const port = new ConversationServer([server], 'agent')
  port.begin = async () => ({ id, token })
  return port
}

/** The servers of one pool, asked one after another: who does not answer is left for the next (AA-17). */
export class ConversationServer implements ConversationPort {
  readonly #servers: readonly string[]
  readonly #path: (id: string) => string
  #at = 0

  constructor(servers: readonly string[], side: keyof typeof PATHS = 'customer') {
    this.#path = PATHS[side]
    this.#servers = servers.map((server) => server.replace(/\/+$/, ''))
  }

  async begin(asked: object): Promise<{ readonly id: string; readonly token: string }> {
    return (await this.#ask('POST', '/chats', { body: JSON.stringify(asked) })).json()
  }

  async post(chat: string, token: string, what: string, body: object = {}): Promise<void> {
    await this.#ask('POST', `${this.#path(chat)}/${what}`, { token, body: JSON.stringify(body) })
  }

  async upload(chat: string, token: string, file: File): Promise<MessageFileView> {
    const path = `${this.#path(chat)}/files?name=${encodeURIComponent(file.name)}`
    return (await this.#ask('POST', path, { token, body: file, type: 'application/octet-stream' })).json()
  }

  async file(chat: string, token: string, hash: string): Promise<Blob> {
    return (await this.#ask('GET', `${this.#path(chat)}/files/${hash}`, { token })).blob()
  }

  /** Each view as it comes; ends when the server ends it, fails when it is cut. */
  async *stream(
    chat: { readonly id: string; readonly token: string; readonly after: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<ConversationView, void, undefined> {
    const after = chat.after === undefined ? '' : `?after=${encodeURIComponent(chat.after)}`
    const response = await this.#ask('GET', `${this.#path(chat.id)}/stream${after}`, { token: chat.token, signal })
    yield* eventsOf<ConversationView>(response)
  }

  async #ask(
    method: string,
    path: string,
    { token, body, type = 'application/json', signal }: Asked,
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

interface Asked {
  readonly token?: string
  readonly body?: string | File
  readonly type?: string
  readonly signal?: AbortSignal
}
