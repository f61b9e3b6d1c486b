import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a token server was asked. */
export type TokenRequest = Readonly<Record<string, string>>

/** How it answers instead of giving a token. */
export interface TokenFate {
  readonly status: number
  readonly body: string
  readonly headers?: Record<string, string>
}

/** A provider of access tokens on this machine: RFC 6749 for programs, RFC 7662 for the servers that are shown a token. Its tokens are the user's who is named in the scope. */
export class TokenServer {
  readonly #server: Server
  readonly #live = new Map<string, string>()
  /** Every request for a token, oldest first. */
  readonly requests: TokenRequest[] = []
  /** Seconds that a token lives. */
  expiresIn: number | undefined = 3_600
  /** Given with each token, when set. */
  refreshToken: string | undefined
  /** Asked before a token is given. */
  fate: (request: TokenRequest) => TokenFate | 'silence' | undefined = () => undefined

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(): Promise<TokenServer> {
    const server = new TokenServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get tokenUrl(): string {
    return `${this.#base}/token`
  }

  get introspectionUrl(): string {
    return `${this.#base}/introspect`
  }

  /** The client's secret, which it proves itself with. */
  readonly clientSecret = `secret ${randomBytes(8).toString('hex')}`

  /** Whose a token is that counts; undefined when it does not. */
  userOf(token: string): string | undefined {
    return this.#live.get(token)
  }

  /** No token that was given counts any more. */
  revoke(): void {
    this.#live.clear()
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  get #base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const asked = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
    const say = (status: number, body: string, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    if (request.url?.startsWith('/introspect')) {
      const username = this.userOf(asked['token'] ?? '')
      return void say(200, JSON.stringify(username === undefined ? { active: false } : { active: true, username }))
    }
    this.requests.push(asked)
    const fate = this.fate(asked)
    if (fate === 'silence') return
    if (fate) return void say(fate.status, fate.body, fate.headers)
    if (asked['client_secret'] !== this.clientSecret) return void say(401, '{"error":"invalid_client"}')
    const token = randomBytes(24).toString('base64url')
    this.#live.set(token, asked['scope'] ?? '')
    const more = this.refreshToken === undefined ? {} : { refresh_token: this.refreshToken }
    say(200, JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: this.expiresIn, ...more }))
  }
}
