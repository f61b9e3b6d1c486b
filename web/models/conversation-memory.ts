/** A line that the visitor has written and no core has acknowledged yet. */
export interface UnsentLine {
  readonly id: string
  readonly text: string
  readonly files: readonly { readonly hash: string; readonly name: string }[]
  readonly at: number
}

/** What a page keeps of its chat: enough to go on after a reload, with what was not sent yet. */
export interface KeptConversation {
  readonly key: string
  readonly name?: string
  readonly email?: string
  readonly unsent: readonly UnsentLine[]
}

/** The part of a browser's storage that is used here. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Keeps a conversation in the tab, a visitor's by its queue, an agent's by its id. A storage that refuses (a private window) is no reason not to chat. */
export class ConversationMemory {
  readonly #storage: Kept
  readonly #name: string

  constructor(storage: Kept, name: string) {
    this.#storage = storage
    this.#name = `tandem.chat.${name}`
  }

  read(): KeptConversation | undefined {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#name) ?? 'null') as KeptConversation | null
      return kept && /^[0-9a-f]{32}$/.test(kept.key) && Array.isArray(kept.unsent) ? kept : undefined
    } catch {
      return undefined
    }
  }

  write(kept: KeptConversation | undefined): void {
    try {
      if (kept) this.#storage.setItem(this.#name, JSON.stringify(kept))
      else this.#storage.removeItem(this.#name)
    } catch {
      // What is not kept is forgotten at a reload; the chat itself is the server's.
    }
  }
}
