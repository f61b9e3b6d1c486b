import type { CallbackOffer } from '#api/contract'
import { Store } from './store.ts'
import { ConversationProblem, type VisitorServers } from './visitor-servers.ts'

/** The first pause before asking again; each further one doubles, up to the longest. */
const RETRY_MS_FIRST = 500
const RETRY_MS_MAX = 5_000
/** How often it is looked at how the callback stands: whoever waits at the telephone needs no faster page. */
const LOOK_MS = 10_000

/** How it stands with the callback of a visitor. */
export interface CallbackPage {
  /** What the queue offers; undefined until a server has said so. */
  readonly offer: CallbackOffer | undefined
  readonly state: 'none' | 'sending' | 'scheduled' | 'waiting' | 'calling' | 'talking' | 'over' | 'refused'
  readonly number: string
  /** When it is meant for. */
  readonly at: string | null
  readonly problem: string | null
}

/** What a visitor asks for. */
export interface WantedCallback {
  readonly number: string
  readonly at?: { readonly local: string; readonly timeZone: string }
  readonly about?: string
  readonly consent: string
  /** The chat in which the visitor waits meanwhile. */
  readonly chat?: { readonly id: string; readonly token: string }
}

/** What the tab keeps: what was asked for, with the key that makes it one callback however often it is sent. */
interface KeptCallback {
  readonly key: string
  readonly wanted: WantedCallback
  readonly begun?: { readonly id: string; readonly token: string }
}

/** What a callback is made of. */
export interface CallbackOptions {
  readonly servers: Pick<VisitorServers, 'ask'>
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly queue: string
  readonly random: () => string
  readonly sleep: (ms: number) => Promise<void>
}

const NOTHING: CallbackPage = { offer: undefined, state: 'none', number: '', at: null, problem: null }

/** Telephone numbers as people write them; undefined when it is none. */
export function numberOf(written: string): string | undefined {
  const number = written.replace(/[\s()./-]/g, '')
  return /^\+?[0-9]{3,20}$/.test(number) ? number : undefined
}

/** A visitor's callback: asked for once however often the page is reloaded or the server dies, and followed until it is over. */
export class CallbackModel extends Store<CallbackPage> {
  readonly #options: CallbackOptions
  readonly #name: string
  #kept: KeptCallback | undefined
  #round = 0

  constructor(options: CallbackOptions) {
    super(NOTHING)
    this.#options = options
    this.#name = `tandem.callback.${options.queue}`
    this.#kept = this.#read()
    if (this.#kept) void this.#follow()
  }

  /** Asks what the queue offers now. */
  async look(): Promise<void> {
    const path = `/callbacks?queue=${encodeURIComponent(this.#options.queue)}`
    try {
      const offer = (await (await this.#options.servers.ask('GET', path)).json()) as CallbackOffer
      this.set({ ...this.get(), offer })
    } catch {
      // Whoever cannot be asked offers nothing.
    }
  }

  /** Asks to be called. */
  request(wanted: WantedCallback): void {
    if (this.#kept) return
    this.#keep({ key: this.#options.random(), wanted })
    void this.#follow()
  }

  /** Takes it back. */
  async cancel(): Promise<void> {
    const begun = this.#kept?.begun
    if (!begun) return
    try {
      await this.#patiently(() =>
        this.#options.servers.ask('POST', `/callbacks/${begun.id}/cancel`, { token: begun.token }),
      )
      this.forget()
    } catch (problem) {
      this.set({ ...this.get(), problem: wordsOf(problem) })
    }
  }

  /** Forgets one that is over or was refused, so that another can be asked for. */
  forget(): void {
    this.#round++
    this.#keep(undefined)
    this.set({ ...NOTHING, offer: this.get().offer })
  }

  async #follow(): Promise<void> {
    const round = ++this.#round
    const kept = this.#kept!
    this.set({ ...this.get(), state: 'sending', number: kept.wanted.number, problem: null })
    try {
      const begun = kept.begun ?? (await this.#begin(kept))
      while (round === this.#round) {
        const response = await this.#patiently(() =>
          this.#options.servers.ask('GET', `/callbacks/${begun.id}`, { token: begun.token }),
        )
        const { state, at } = (await response.json()) as Pick<CallbackPage, 'state' | 'at'>
        if (round !== this.#round) return
        this.set({ ...this.get(), state, at, problem: null })
        if (state === 'over') return
        await this.#options.sleep(LOOK_MS)
      }
    } catch (problem) {
      if (round !== this.#round) return
      this.#keep(undefined)
      this.set({ ...this.get(), state: 'refused', problem: wordsOf(problem) })
    }
  }

  async #begin({ key, wanted }: KeptCallback): Promise<{ readonly id: string; readonly token: string }> {
    const body = JSON.stringify({ key, queue: this.#options.queue, ...wanted })
    const response = await this.#patiently(() => this.#options.servers.ask('POST', '/callbacks', { body }))
    const { id, token } = (await response.json()) as { id: string; token: string }
    const begun = { id, token }
    this.#keep({ key, wanted, begun })
    return begun
  }

  /** Asks until there is an answer; who asks too often is told so at once, for the pause is long. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let pauseMs = RETRY_MS_FIRST; ; pauseMs = Math.min(RETRY_MS_MAX, pauseMs * 2)) {
      try {
        return await ask()
      } catch (problem) {
        const passes = problem instanceof ConversationProblem && problem.passes && problem.status !== 429
        if (!passes) throw problem
        await this.#options.sleep(pauseMs)
      }
    }
  }

  #read(): KeptCallback | undefined {
    try {
      const kept = JSON.parse(this.#options.storage.getItem(this.#name) ?? 'null') as KeptCallback | null
      return kept && /^[0-9a-f]{32}$/.test(kept.key) && typeof kept.wanted.number === 'string' ? kept : undefined
    } catch {
      return undefined
    }
  }

  #keep(kept: KeptCallback | undefined): void {
    this.#kept = kept
    try {
      if (kept) this.#options.storage.setItem(this.#name, JSON.stringify(kept))
      else this.#options.storage.removeItem(this.#name)
    } catch {
      // What is not kept is forgotten at a reload; the callback itself is the server's.
    }
  }
}

function wordsOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : ''
}
