import type { MediaEvent } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import type { PartyIndex } from './party-index.ts'
import { recordingAt } from './recordings.ts'
import { type AdapterCommand, centre, voice } from './repair.ts'

/**
 * Turns what a media process tells into commands. A digit counts once however often it is told: its number goes into the log
 * with it. All else may come twice, because what it says is true for good.
 */
export async function submitMediaEvents(
  { sequencer }: VoiceContext,
  parties: PartyIndex,
  source: { readonly process: string; readonly instance: string },
  events: readonly MediaEvent[],
): Promise<void> {
  const { voice: legs, centre: state } = sequencer.committed.states
  const taken = legs.mediaEvents.get(source.process)
  const takenTo = taken?.instance === source.instance ? taken.number : 0
  const commands = events
    .filter((event) => event.number > takenTo)
    .flatMap((event): AdapterCommand[] => {
      if (event.type === 'recording-sealed' || event.type === 'recording-failed')
        return recordingCommand(event, state.unsealed)
      const leg = legs.legs.get(event.session)
      return leg ? sessionCommand(event, leg.id, parties.placeOf(leg)) : []
    })
  if (commands.length === 0) return
  const last = events.at(-1)!.number
  const mark = events.some((event) => event.type === 'digit')
    ? [voice({ type: 'TakeMediaEvents', ...source, number: last })]
    : []
  await sequencer.submit([...commands, ...mark])
}

type RecordingEvent = Extract<MediaEvent, { type: 'recording-sealed' | 'recording-failed' }>

function recordingCommand(
  event: RecordingEvent,
  unsealed: ReadonlyMap<string, { readonly interaction: string }>,
): AdapterCommand[] {
  const at = recordingAt(event.recording, unsealed)
  if (event.type === 'recording-failed') return [centre({ type: 'FailRecording', ...at, reason: event.reason })]
  const { durationMs, bytes, sha256, recovered } = event
  const interrupted = recovered ? { interrupted: true } : {}
  return [centre({ type: 'SealRecording', ...at, ...interrupted, durationMs, bytes, sha256 })]
}

function sessionCommand(
  event: Exclude<MediaEvent, RecordingEvent>,
  leg: string,
  party: { readonly interaction: string; readonly participant: string },
): AdapterCommand[] {
  switch (event.type) {
    case 'digit':
      return [centre({ type: 'PressDigit', ...party, digit: event.digit })]
    case 'program-ended':
      return [centre({ type: 'EndProgram', ...party, program: event.program })]
    // A prompt that cannot be played is over: the caller goes on instead of hearing nothing for ever.
    case 'program-failed':
      return [centre({ type: 'EndProgram', ...party, program: event.program, failed: true })]
    case 'flow':
      return [voice({ type: 'ReportFlow', leg, receiving: event.receiving })]
  }
}
