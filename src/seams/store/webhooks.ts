import type { Millis } from '#base'

/** How far a webhook is, and how it goes. */
export interface WebhookPosition {
  readonly webhook: string
  /** The newest event that its receiver has, or does not ask for. */
  readonly sequence: number
  /** When its receiver took an event last. */
  readonly deliveredAt?: Millis
  /** How often the next event was tried in vain; 0 while all goes well. */
  readonly failures: number
  /** Since when, and what is wrong, in words; kept until the next success. */
  readonly failingSince?: Millis
  readonly problem?: string
  /** The version of the configuration that its receiver said to be gone at (410): nothing is sent until the webhook is changed. */
  readonly goneVersion?: number
}

/**
 * How far each webhook is, for whoever is primary next. Whoever writes says the term of its primary; what an older one writes is
 * refused, so that a late primary cannot turn a position back. Methods may fail with `store.unreachable`.
 */
export interface WebhookPositions {
  list(): Promise<readonly WebhookPosition[]>
  /** Takes the webhook over for the term: gives where it stands, at `sequence` when it is new; undefined when a newer term has it. */
  claim(webhook: string, term: number, sequence: number): Promise<WebhookPosition | undefined>
  /** Keeps it, if the term is still the newest; otherwise false. */
  save(position: WebhookPosition, term: number): Promise<boolean>
  /** Forgets a webhook that is not configured any more. */
  remove(webhook: string, term: number): Promise<void>
}

/** The positions in memory: for tests. */
export class MemoryWebhookPositions implements WebhookPositions {
  readonly #rows = new Map<string, { readonly position: WebhookPosition; readonly term: number }>()

  async list(): Promise<readonly WebhookPosition[]> {
    return [...this.#rows.values()].map(({ position }) => position)
  }

  async claim(webhook: string, term: number, sequence: number): Promise<WebhookPosition | undefined> {
    const row = this.#rows.get(webhook)
    if (row && row.term > term) return undefined
    const position = row?.position ?? { webhook, sequence, failures: 0 }
    this.#rows.set(webhook, { position, term })
    return position
  }

  async save(position: WebhookPosition, term: number): Promise<boolean> {
    const row = this.#rows.get(position.webhook)
    if (!row || row.term > term) return false
    this.#rows.set(position.webhook, { position, term })
    return true
  }

  async remove(webhook: string, term: number): Promise<void> {
    const row = this.#rows.get(webhook)
    if (row && row.term <= term) this.#rows.delete(webhook)
  }
}
