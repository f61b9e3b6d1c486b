import type { AgentLive, InteractionView, SegmentKind } from './tone-types.ts'

/** A colour with a meaning; tokens.css says which. */
export type Tone = 'ready' | 'busy' | 'offered' | 'waiting' | 'late' | 'wrap' | 'idle' | 'off' | 'menu' | 'hold'

/** The colour of each agent status. */
export const STATUS_TONES: Readonly<Record<AgentLive['status'], Tone>> = {
  ready: 'ready',
  busy: 'busy',
  offered: 'offered',
  'wrapping-up': 'wrap',
  'ring-no-answer': 'late',
  'not-ready': 'idle',
  unreachable: 'off',
  'logged-off': 'off',
}

/** The colour of each state of an interaction. */
export const STATE_TONES: Readonly<Record<InteractionView['state'], Tone>> = {
  created: 'menu',
  'in-flow': 'menu',
  queued: 'waiting',
  offered: 'offered',
  connected: 'busy',
  held: 'hold',
  'wrapping-up': 'wrap',
  closed: 'off',
}

/** The colour of each kind of stretch. */
export const SEGMENT_TONES: Readonly<Record<SegmentKind, Tone>> = {
  menu: 'menu',
  queue: 'waiting',
  ring: 'offered',
  talk: 'busy',
  hold: 'hold',
  'wrap-up': 'wrap',
}
