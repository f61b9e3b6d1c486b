import { assertNever, type Millis } from '#base'
import type { Interaction } from '#kernel/interaction'

/** What an interaction spends its time with (DAT-02). `created` counts as menu: nobody waits for an agent yet. */
export type SegmentKind = 'menu' | 'queue' | 'ring' | 'talk' | 'hold' | 'wrap-up'

/** A stretch that has begun. */
export interface OpenSegment {
  readonly kind: SegmentKind
  readonly startedAt: Millis
  readonly queue?: string | undefined
  readonly agent?: string | undefined
}

/** A party from its coming to its leaving, also after the kernel has forgotten it. */
export interface PartyRecord {
  readonly id: string
  readonly kind: string
  readonly agent?: string | undefined
  readonly address: string
  readonly displayName?: string | undefined
  readonly joinedAt: Millis
  readonly connectedAt?: Millis | undefined
  readonly leftAt?: Millis | undefined
  readonly connection: string
  readonly reason?: string | undefined
  readonly wrapUpSince?: Millis | undefined
  readonly wrapUpMs: Millis
}

/** What the journal keeps of an interaction until it is closed: the kernel's own fold, and what its rows will say. */
export interface OpenInteraction {
  readonly interaction: Interaction
  /** The term of the primary that wrote its newest event, and how many terms it has lived through before (DAT-05). */
  readonly term: number
  readonly seqno: number
  readonly segment: OpenSegment
  readonly segments: number
  readonly spentMs: Readonly<Record<SegmentKind, Millis>>
  readonly queuedAt?: Millis | undefined
  readonly answeredAt?: Millis | undefined
  readonly queue?: string | undefined
  readonly firstAgent?: string | undefined
  readonly lastAgent?: string | undefined
  readonly parties: Readonly<Record<string, PartyRecord>>
}

/** An interaction that has just been created. */
export function beginInteraction(interaction: Interaction, at: Millis, term: number): OpenInteraction {
  return {
    interaction,
    term,
    seqno: 0,
    segment: { kind: 'menu', startedAt: at },
    segments: 0,
    spentMs: { menu: 0, queue: 0, ring: 0, talk: 0, hold: 0, 'wrap-up': 0 },
    parties: {},
  }
}

/** The stretch that the interaction is in now. */
export function segmentOf(interaction: Interaction, startedAt: Millis): OpenSegment {
  const { phase } = interaction
  const queue = 'queue' in phase ? phase.queue : undefined
  const talking = interaction.participants.findLast((party) => party.user !== undefined && party.kind === 'agent')?.user
  switch (phase.state) {
    case 'created':
    case 'in-flow':
      return { kind: 'menu', startedAt }
    case 'queued':
      return { kind: 'queue', startedAt, queue }
    case 'offered':
      return { kind: 'ring', startedAt, queue, agent: phase.user }
    case 'connected':
      return { kind: 'talk', startedAt, queue, agent: talking }
    case 'held':
      return { kind: 'hold', startedAt, queue, agent: talking }
    case 'wrapping-up':
      return { kind: 'wrap-up', startedAt, queue, agent: talking }
    default:
      return assertNever(phase)
  }
}

/** Whether two stretches are one. */
export function isSameSegment(a: OpenSegment, b: OpenSegment): boolean {
  return a.kind === b.kind && a.queue === b.queue && a.agent === b.agent
}
