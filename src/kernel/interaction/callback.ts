import type { Millis } from '#base'

/** How an attempt to reach the customer of a callback may end. */
export const CALLBACK_OUTCOMES = [
  /** The customer answered. */
  'reached',
  /** The line is busy, or the phone refused the call: that is not yet the person's word. */
  'busy',
  /** It rang and nobody came, or only a machine did. */
  'no-answer',
  /** The agent found somebody else there. */
  'wrong-number',
  /** The customer told the agent not to want the call. */
  'refused',
  /** No network leads there, or not now. */
  'unreachable',
  /** Something of the centre itself was lost before the customer answered. */
  'interrupted',
] as const

/** How an attempt to reach the customer of a callback ended. */
export type CallbackOutcome = (typeof CALLBACK_OUTCOMES)[number]

/** What an agent may say of an attempt: it has heard what no phone tells. */
export const AGENT_OUTCOMES = ['reached', 'no-answer', 'wrong-number', 'refused'] as const satisfies CallbackOutcome[]

/** One call to the customer of a callback. */
export interface CallbackAttempt {
  /** From 1. */
  readonly attempt: number
  /** When it was known how it ended. */
  readonly at: Millis
  readonly outcome: CallbackOutcome
  /** The agent who called. */
  readonly user?: string
}

/** Whether the customer of a callback answered the last call to it. */
export function wasReached({ attempts }: { readonly attempts?: readonly CallbackAttempt[] }): boolean {
  return attempts?.at(-1)?.outcome === 'reached'
}
