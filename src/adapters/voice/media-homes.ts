import type { CentreState } from '#kernel/centre'
import type { Interaction, InteractionId } from '#kernel/interaction'
import type { VoiceContext } from './context.ts'
import type { EdgePool } from './edge-pool.ts'
import { isOver } from './leg/leg.ts'
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
  #mayStay({ id, participants }: Interaction, process: string): boolean {
    if (this.#media.isReady(process)) return !this.#media.shouldLeave(process)
    if (!this.#media.isHealthy(process) || this.#homes.has(id)) return false
    const now = this.#context.sequencer.now()
    return !participants.some((one) => {
      const leg = this.#parties.legOf(one.id)
      return leg !== undefined && lacksPort(leg, now)
    })
  }

  #homeFor(interaction: InteractionId, edge: string): string | undefined {
    const chosen = this.#homes.get(interaction)
    if (chosen !== undefined && this.#media.isReady(chosen)) return chosen
    const home = this.#media.choose(this.#edges.find(edge)?.node)
    if (home !== undefined) this.#homes.set(interaction, home)
    return home
  }
}
