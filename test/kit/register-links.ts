import { defineErrors } from '#base'
import type { RegisterPeers } from '#seams/registers'

const ERRORS = defineErrors({ 'link.down': { sentence: 'no connection to {peer}', status: 503 } })

type Answerer = (body: unknown, from: string) => unknown

/** The links between the cores of a pool, without a network: who joins is linked with all, until a way is cut. What is said is copied, as on a wire. */
export class RegisterLinks {
  readonly #cores = new Map<string, { answerer: Answerer | undefined; readonly listeners: Set<() => void> }>()
  readonly #cut = new Set<string>()
  /** Questions that were put, since the test looked last. */
  questions = 0

  /** What a core of that name uses. */
  join(name: string): RegisterPeers {
    const own = { answerer: undefined as Answerer | undefined, listeners: new Set<() => void>() }
    this.#cores.set(name, own)
    const peers: RegisterPeers = {
      peers: () =>
        [...this.#cores.keys()].flatMap((other) =>
          other === name ? [] : [{ name: other, linked: !this.#cut.has(wayOf(name, other)) }],
        ),
      onChanged(listener) {
        own.listeners.add(listener)
        return () => own.listeners.delete(listener)
      },
      ask: (peer, _type, body) => this.#ask(name, peer, body),
      answer(_type, answerer) {
        own.answerer = answerer
        return () => {
          own.answerer = undefined
        }
      },
    }
    this.#changed()
    return peers
  }

  /** Cuts the way between two, or opens it again. */
  cut(one: string, other: string, isCut = true): void {
    if (isCut) this.#cut.add(wayOf(one, other))
    else this.#cut.delete(wayOf(one, other))
    this.#changed()
  }

  /** A core is gone, and all know it. */
  leave(name: string): void {
    this.#cores.delete(name)
    this.#changed()
  }

  async #ask(from: string, to: string, body: unknown): Promise<unknown> {
    this.questions++
    const lost = () => this.#cut.has(wayOf(from, to)) || !this.#cores.get(to)?.answerer
    if (lost()) throw ERRORS['link.down']({ peer: to })
    const answer = await this.#cores.get(to)?.answerer?.(structuredClone(body), from)
    if (this.#cut.has(wayOf(from, to))) throw ERRORS['link.down']({ peer: to })
    return structuredClone(answer)
  }

  #changed(): void {
    for (const { listeners } of [...this.#cores.values()]) for (const listener of [...listeners]) listener()
  }
}

function wayOf(one: string, other: string): string {
  return [one, other].sort().join(' ')
}
