import type { CentreState } from '#kernel/centre'
import type { Interaction, InteractionId } from '#kernel/interaction'
import type { VoiceContext } from './context.ts'
import type { EdgePool } from './edge-pool.ts'
import { isInviting, isOver, type Leg } from './leg/leg.ts'
import type { MediaPool } from './media-pool.ts'
import type { PartyIndex } from './party-index.ts'
import { lacksPort } from './reconcile.ts'

/** Which media process has an interaction's sound: one for all of its legs, also when they have to leave theirs. */
export class MediaHomes {
  readonly #context: VoiceContext
  readonly #edges: EdgePool
  readonly #media: MediaPool
  readonly #parties: PartyIndex
  /** Where interactions go whose media process is gone: all their legs to the same one. */
  readonly #homes = new Map<InteractionId, string>()

  constructor(
    context: VoiceContext,
    { edges, media }: { readonly edges: EdgePool; readonly media: MediaPool },
    parties: PartyIndex,
  ) {
    this.#context = context
    this.#edges = edges
    this.#media = media
    this.#parties = parties
  }

  /** Of interactions that are over nothing is remembered. */
  forgetEnded(): void {
    const { interactions }: CentreState = this.#context.sequencer.committed.states.centre
    for (const id of this.#homes.keys()) if (!interactions.has(id)) this.#homes.delete(id)
  }

  /** The media process of an interaction: that of its first live leg, unless that process is gone for good. */
  processOf(interaction: Interaction): string | undefined {
    for (const { id } of interaction.participants) {
      const leg = this.#parties.legOf(id)
      if (!leg || isOver(leg)) continue
      if (!this.#mayStay(interaction, leg.media.process)) return this.#homeFor(interaction.id, leg.edge)
      this.#homes.delete(interaction.id)
      return leg.media.process
    }
    return this.#media.choose()
  }

  /** A process that lives behind a cut link keeps its calls, until one of them needs something new of it. */
  #mayStay(interaction: Interaction, process: string): boolean {
    if (this.#media.isReady(process)) return !this.#media.shouldLeave(process) || this.#mustWait(interaction, process)
    if (!this.#media.isHealthy(process) || this.#homes.has(interaction.id)) return false
    const now = this.#context.sequencer.now()
    return !this.#legsOf(interaction).some((leg) => lacksPort(leg, now))
  }

  /**
   * Nobody leaves a process that still works while another party of the call cannot be told: without an ACK, or with an INVITE under way, it
   * would stay behind alone, and neither would hear the other (RFC 3261 14.1). That lasts a transaction at most. A move that has begun
   * goes on.
   */
  #mustWait(interaction: Interaction, process: string): boolean {
    if (this.#homes.has(interaction.id)) return false
    const standing = this.#legsOf(interaction).filter(
      ({ progress: { state } }) => state === 'answered' || state === 'confirmed',
    )
    return standing.every((leg) => leg.media.process === process) && standing.some(isInviting)
  }

  #legsOf({ participants }: Interaction): Leg[] {
    return participants.flatMap(({ id }) => this.#parties.legOf(id) ?? [])
  }

  #homeFor(interaction: InteractionId, edge: string): string | undefined {
    const chosen = this.#homes.get(interaction)
    if (chosen !== undefined && this.#media.isReady(chosen)) return chosen
    const home = this.#media.choose(this.#edges.find(edge)?.node)
    if (home !== undefined) this.#homes.set(interaction, home)
    return home
  }
}
