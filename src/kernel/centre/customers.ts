import { customerOf, type Interaction, type InteractionId } from '#kernel/interaction'

/** Which contacts wait for each customer, of those that are withdrawn when the customer reaches an agent: callbacks and chats. */
export class Customers {
  readonly #waiting = new Map<string, Set<InteractionId>>()

  /** Notes that an interaction changed. */
  change(id: InteractionId, before: Interaction | undefined, after: Interaction | undefined): void {
    const left = withdrawableFor(before)
    const came = withdrawableFor(after)
    if (left === came) return
    if (left !== undefined) this.#remove(left, id)
    if (came === undefined) return
    const ids = this.#waiting.get(came) ?? new Set()
    this.#waiting.set(came, ids.add(id))
  }

  /** The contacts that wait for a customer. */
  of(customer: string): Iterable<InteractionId> {
    return this.#waiting.get(customer) ?? []
  }

  #remove(customer: string, id: InteractionId): void {
    const ids = this.#waiting.get(customer)
    ids?.delete(id)
    if (ids?.size === 0) this.#waiting.delete(customer)
  }
}

/**
 * The customer for whom this contact waits and could be withdrawn; undefined when it is none of these. A call that waits is a person on a
 * line, whoever else calls from the same number; something written has to be read.
 */
export function withdrawableFor(interaction: Interaction | undefined): string | undefined {
  if (interaction?.medium !== 'callback' && interaction?.medium !== 'chat') return undefined
  const { phase } = interaction
  const isLater = phase.state === 'created' && phase.due !== undefined
  return isLater || phase.state === 'queued' || phase.state === 'offered' ? customerOf(interaction) : undefined
}
