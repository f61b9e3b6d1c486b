import type { Millis } from '#base'
import type { Medium } from './interaction.ts'

/** A closed interaction as history keeps it: the journal writes it, API and pages read it. */
export interface InteractionSummary {
  readonly interactionIdKey: string
  readonly seqno: number
  readonly medium: Medium
  readonly direction: 'inbound' | 'outbound' | 'internal'
  readonly from: string
  readonly to: string
  readonly createdAt: Millis
  readonly closedAt: Millis
  readonly queuedAt: Millis | null
  readonly queue: string | null
  readonly firstAgent: string | null
  readonly lastAgent: string | null
  readonly outcome: string
  readonly flowMs: Millis
  readonly waitMs: Millis
  readonly ringMs: Millis
  readonly talkMs: Millis
  readonly holdMs: Millis
  readonly wrapUpMs: Millis
}

/** Which closed interactions to list, newest first. `after`: only those created before this moment, or then with a smaller id. */
export interface SummaryQuery {
  readonly queue?: string | undefined
  readonly agent?: string | undefined
  /** Digits that the caller's or the called number has in it; no letters, so nothing in it stands for anything. */
  readonly number?: string | undefined
  /** Created at this moment or later. */
  readonly from?: Millis | undefined
  /** Created before this moment. */
  readonly to?: Millis | undefined
  readonly limit: number
  readonly after?: { readonly createdAt: Millis; readonly id: string } | undefined
}
