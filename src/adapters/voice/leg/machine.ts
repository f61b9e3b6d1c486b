import { assert, type Millis } from '#base'
import type { VoiceCommand } from './command.ts'
import { decide } from './decide.ts'
import type { VoiceEvent } from './event.ts'
import { evolve, type OpenState } from './evolve.ts'
import { dialogKey, type Ghost, isOver, type Leg, type VoiceState } from './leg.ts'

/** The shape of a dump; one of another number is not read, and the log is folded instead. */
const DUMP_FORMAT = 1

interface VoiceDump {
  readonly format: number
  readonly legs: readonly Leg[]
  readonly ended: readonly Ghost[]
  readonly mediaEvents: readonly (readonly [string, { readonly instance: string; readonly number: number }])[]
}

/** What a sequencer needs to run the legs; the same five words as every machine of Tandem. */
export interface VoiceMachine {
  initial(): VoiceState
  decide(state: VoiceState, command: VoiceCommand, now: Millis): readonly VoiceEvent[]
  evolve(state: VoiceState, event: VoiceEvent, at: Millis): void
  dump(state: VoiceState): unknown
  restore(dump: unknown): VoiceState
}

/** The machine of all legs: pure, and the only thing about a call's signalling that survives a core. */
export const voiceMachine: VoiceMachine = {
  initial: () => empty(),
  decide,
  evolve: (state, event, at) => evolve(state as OpenState, event, at),
  dump: (state): VoiceDump => ({
    format: DUMP_FORMAT,
    legs: [...state.legs.values()],
    ended: [...state.ended],
    mediaEvents: [...state.mediaEvents],
  }),
  restore: (dump) => restore(dump as VoiceDump),
}

function empty(): OpenState {
  return {
    legs: new Map(),
    dialogs: new Map(),
    participants: new Map(),
    interactions: new Map(),
    ended: [],
    load: new Map(),
    trunks: new Map(),
    mediaEvents: new Map(),
  }
}

function restore(dump: VoiceDump): VoiceState {
  assert(dump.format === DUMP_FORMAT, 'a dump of this format')
  const state = empty()
  for (const leg of dump.legs) {
    state.legs.set(leg.id, leg)
    state.dialogs.set(dialogKey(leg.dialog.callId, leg.dialog.localTag), leg.id)
    state.participants.set(leg.participant, leg.id)
    state.interactions.set(leg.interaction, [...(state.interactions.get(leg.interaction) ?? []), leg.id])
    if (isOver(leg)) continue
    state.load.set(leg.media.process, (state.load.get(leg.media.process) ?? 0) + 1)
    if (leg.trunk) state.trunks.set(leg.trunk.name, (state.trunks.get(leg.trunk.name) ?? 0) + 1)
  }
  state.ended.push(...dump.ended)
  for (const [process, taken] of dump.mediaEvents) state.mediaEvents.set(process, taken)
  return state
}
