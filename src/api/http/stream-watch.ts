import type { CentrePort } from '#api/live'

/** One answer that goes on. */
interface Followed {
  /** Fails when whoever asked may not follow it any more. */
  readonly check: () => Promise<void> | void
  readonly end: () => void
}

/**
 * Ends answers that go on when whoever asked for them may see that no more: the log-in is over, the account disabled, the right
 * withdrawn. They are looked at when something of that happens, and at no other time.
 */
export class StreamWatch {
  readonly #followed = new Set<Followed>()

  constructor(centre: Pick<CentrePort, 'onCommitted'>) {
    centre.onCommitted((batch) => {
      if (batch.some(({ event }) => event.type === 'SessionsEnded' || event.type === 'ConfigurationChanged'))
        for (const one of this.#followed) void this.#look(one)
    })
  }

  /** Returns what forgets it again. */
  add(followed: Followed): () => void {
    this.#followed.add(followed)
    return () => this.#followed.delete(followed)
  }

  async #look({ check, end }: Followed): Promise<void> {
    try {
      await check()
    } catch {
      end()
    }
  }
}
