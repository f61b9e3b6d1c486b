import type { DeskSettings, DirectoryEntry, InteractionView, ItemView, Note, Thread, Today } from '#api/contract'
import { ApiClient } from './api-client.ts'

/** What is done with an interaction by a click, without more to say. */
export type PlainAction = 'accept' | 'decline' | 'complete' | 'hold' | 'retrieve' | 'end'

/** What the desk asks of the server, besides what it is told by itself. */
export class DeskClient {
  readonly #api: ApiClient

  constructor(token: string) {
    this.#api = new ApiClient(token)
  }

  settings(): Promise<DeskSettings> {
    return this.#api.read('/desk')
  }

  today(user: string): Promise<Today> {
    return this.#api.read(`/agents/${encodeURIComponent(user)}/today`)
  }

  directory(search: string): Promise<readonly DirectoryEntry[]> {
    return this.#api.read(`/directory?${new URLSearchParams({ search })}`)
  }

  /** The customer's other contacts, a page of them. */
  thread(id: string, after?: string): Promise<Thread> {
    const query = after === undefined ? '' : `?${new URLSearchParams({ after })}`
    return this.#api.read(`/interactions/${encodeURIComponent(id)}/thread${query}`)
  }

  note(id: string): Promise<Note> {
    return this.#api.read(`/interactions/${encodeURIComponent(id)}/note`)
  }

  write(id: string, note: Note): Promise<Note> {
    return this.#api.send('PUT', `/interactions/${encodeURIComponent(id)}/note`, note)
  }

  item(id: string): Promise<ItemView> {
    return this.#api.read(`/interactions/${encodeURIComponent(id)}/item`)
  }

  fillIn(id: string, values: ItemView['values']): Promise<ItemView> {
    return this.#api.send('PATCH', `/interactions/${encodeURIComponent(id)}/item`, { values })
  }

  document(id: string, hash: string): Promise<ArrayBuffer> {
    return this.#api.bytes(`/interactions/${encodeURIComponent(id)}/item/documents/${hash}`)
  }

  act(id: string, action: PlainAction): Promise<{ readonly interaction: InteractionView | null }> {
    return this.#api.send('POST', `/interactions/${encodeURIComponent(id)}/${action}`, {})
  }

  transfer(id: string, to: string, mailbox = false): Promise<unknown> {
    return this.#api.send('POST', `/interactions/${encodeURIComponent(id)}/transfer`, { to, mailbox })
  }

  mute(id: string, muted: boolean): Promise<unknown> {
    return this.#call(id, 'mute', { muted })
  }

  /** Keys for the others in the conversation; `key` is made by the page, so that what is asked twice is sent once. */
  keypad(id: string, digits: string, key: string): Promise<unknown> {
    return this.#call(id, 'keypad', { digits, id: key })
  }

  consult(id: string, to: string): Promise<unknown> {
    return this.#call(id, 'consult', { to })
  }

  /** Calls one more person into the conversation, which goes on meanwhile. */
  invite(id: string, to: string): Promise<unknown> {
    return this.#call(id, 'invite', { to })
  }

  reconnect(id: string): Promise<unknown> {
    return this.#call(id, 'reconnect')
  }

  completeTransfer(id: string): Promise<unknown> {
    return this.#call(id, 'transfer/complete')
  }

  conference(id: string): Promise<unknown> {
    return this.#call(id, 'conference')
  }

  /** Leaves the others to each other. */
  leave(id: string): Promise<unknown> {
    return this.#call(id, 'release')
  }

  park(id: string): Promise<unknown> {
    return this.#call(id, 'park')
  }

  /** Takes a call that is parked: the own phone rings. */
  unpark(id: string): Promise<{ readonly id: string }> {
    return this.#call(id, 'unpark')
  }

  /** Takes a call that rings at a colleague: the own phone rings. */
  pickUp(id: string): Promise<unknown> {
    return this.#call(id, 'pick-up')
  }

  /** Says how the call to the customer of a callback ended. */
  settle(id: string, outcome: 'no-answer' | 'wrong-number' | 'refused'): Promise<unknown> {
    return this.#call(id, 'outcome', { outcome })
  }

  endWrapUp(id: string): Promise<unknown> {
    return this.#api.send('POST', `/interactions/${encodeURIComponent(id)}/wrap-up`, {})
  }

  extendWrapUp(id: string, byMs: number): Promise<unknown> {
    return this.#api.send('POST', `/interactions/${encodeURIComponent(id)}/wrap-up/extend`, { byMs })
  }

  /** Calls somebody: the own phone rings first. The id is made by the page, which may so await the ring. */
  call(to: string, id: string): Promise<unknown> {
    return this.#api.send('POST', '/interactions', { type: 'call', to, id })
  }

  /** Writes to a number first; the same id again sends nothing. */
  beginText(text: { readonly id: string; readonly account: string; readonly to: string; readonly text: string }) {
    return this.#api.send<{ readonly id: string }>('POST', '/interactions', { type: 'text', ...text })
  }

  /** Sends a fax first: its pages, then the contact that it begins; the same id again sends nothing. */
  async beginFax({ file, ...fax }: { id: string; account: string; to: string; text: string; file: File }) {
    const path = `/documents?${new URLSearchParams({ name: file.name })}`
    const { hash, name } = await this.#api.upload<{ readonly hash: string; readonly name: string }>(path, file)
    const body = { type: 'fax', ...fax, documents: [{ hash, name }] }
    return this.#api.send<{ readonly id: string }>('POST', '/interactions', body)
  }

  #call<T>(id: string, action: string, body: unknown = {}): Promise<T> {
    return this.#api.send('POST', `/interactions/${encodeURIComponent(id)}/${action}`, body)
  }
}
