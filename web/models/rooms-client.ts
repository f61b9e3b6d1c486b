import type { DirectoryEntry, RoomNews, RoomView } from '#api/contract'
import { ApiClient, ApiProblem } from './api-client.ts'
import { eventsOf } from './event-stream.ts'
import { PAGE_SERVERS } from './page-servers.ts'

/** What the page asks the server about rooms. */
export interface RoomsPort {
  /** All of them, then what changes; fails when it is cut. */
  stream(signal: AbortSignal): AsyncGenerator<RoomNews, void, undefined>
  open(users: readonly string[], name?: string): Promise<RoomView>
  /** May be asked again: the same line is one. Gives the room with this line. */
  write(room: string, line: { readonly id: string; readonly text: string }): Promise<RoomView>
  read(room: string, number: number): Promise<unknown>
  typing(room: string): Promise<unknown>
  leave(room: string): Promise<unknown>
  colleagues(search: string): Promise<readonly DirectoryEntry[]>
}

/** Rooms as the API has them. */
export class RoomsClient implements RoomsPort {
  readonly #api: ApiClient
  readonly #token: string
  readonly #user: string

  constructor(token: string, user: string) {
    this.#api = new ApiClient(token)
    this.#token = token
    this.#user = user
  }

  async *stream(signal: AbortSignal): AsyncGenerator<RoomNews, void, undefined> {
    const headers = { authorization: `Bearer ${this.#token}` }
    const response = await fetch(`${PAGE_SERVERS.get()}/api/v1/rooms/stream`, { headers, signal, credentials: 'omit' })
    if (!response.ok) throw new ApiProblem(response.status, response.statusText)
    yield* eventsOf<RoomNews>(response)
  }

  open(users: readonly string[], name?: string): Promise<RoomView> {
    return this.#api.send('POST', '/rooms', { with: users, ...(name !== undefined && { name }) })
  }

  write(room: string, line: { readonly id: string; readonly text: string }): Promise<RoomView> {
    return this.#api.send('POST', `/rooms/${room}/lines`, line)
  }

  read(room: string, number: number): Promise<unknown> {
    return this.#api.send('POST', `/rooms/${room}/read`, { number })
  }

  typing(room: string): Promise<unknown> {
    return this.#api.send('POST', `/rooms/${room}/typing`, { typing: true })
  }

  leave(room: string): Promise<unknown> {
    return this.#api.send('PATCH', `/rooms/${room}`, { remove: [this.#user] })
  }

  async colleagues(search: string): Promise<readonly DirectoryEntry[]> {
    const found: readonly DirectoryEntry[] = await this.#api.read(`/directory?${new URLSearchParams({ search })}`)
    return found.filter(({ type, name }) => type === 'agent' && name !== this.#user)
  }
}
