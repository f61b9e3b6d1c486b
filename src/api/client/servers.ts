/** The servers of a pool, and which of them is asked: the first until it fails, then the next, round and round. */
export class Servers {
  readonly #list: readonly string[]
  #at = 0

  /** Addresses such as `https://node1.example:8080`; at least one. */
  constructor(list: readonly string[]) {
    this.#list = list.map((server) => server.replace(/\/+$/, ''))
  }

  get current(): string {
    return this.#list[this.#at] ?? ''
  }

  get count(): number {
    return this.#list.length
  }

  /** The given server failed: from now on the next is asked, unless somebody else has moved on already. */
  failed(server: string): void {
    if (server === this.current) this.#at = (this.#at + 1) % this.#list.length
  }
}
