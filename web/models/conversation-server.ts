import type { ConversationView, MessageFileView } from '#api/contract'
import { eventsOf } from './event-stream.ts'
import { PAGE_SERVERS } from './page-servers.ts'
import { VisitorServers } from './visitor-servers.ts'

export { ConversationProblem } from './visitor-servers.ts'

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
export function agentConversation(id: string, token: string): ConversationPort {
  const port = new ConversationServer(PAGE_SERVERS.all, 'agent')
  port.begin = async () => ({ id, token })
  return port
}

/** One side of conversations, over HTTP. */
export class ConversationServer implements ConversationPort {
  readonly #servers: VisitorServers
  readonly #path: (id: string) => string

  constructor(servers: readonly string[], side: keyof typeof PATHS = 'customer') {
    this.#path = PATHS[side]
    this.#servers = new VisitorServers(servers)
  }

  async begin(asked: object): Promise<{ readonly id: string; readonly token: string }> {
    return (await this.#servers.ask('POST', '/chats', { body: JSON.stringify(asked) })).json()
  }

  async post(chat: string, token: string, what: string, body: object = {}): Promise<void> {
    await this.#servers.ask('POST', `${this.#path(chat)}/${what}`, { token, body: JSON.stringify(body) })
  }

  async upload(chat: string, token: string, file: File): Promise<MessageFileView> {
    const path = `${this.#path(chat)}/files?name=${encodeURIComponent(file.name)}`
    return (await this.#servers.ask('POST', path, { token, body: file, type: 'application/octet-stream' })).json()
  }

  async file(chat: string, token: string, hash: string): Promise<Blob> {
    return (await this.#servers.ask('GET', `${this.#path(chat)}/files/${hash}`, { token })).blob()
  }

  /** Each view as it comes; ends when the server ends it, fails when it is cut. */
  async *stream(
    chat: { readonly id: string; readonly token: string; readonly after: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<ConversationView, void, undefined> {
    const after = chat.after === undefined ? '' : `?after=${encodeURIComponent(chat.after)}`
    const response = await this.#servers.ask('GET', `${this.#path(chat.id)}/stream${after}`, {
      token: chat.token,
      signal,
    })
    yield* eventsOf<ConversationView>(response)
  }
}
