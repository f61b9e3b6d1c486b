import type { Millis } from '#base'
import type { InteractionId, RecordingId, RecordingPart } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { followFlow } from './enter.ts'
import { RECORDING_PARTS_MAX } from './limits.ts'

/** A recording as it is known: by its interaction while it runs, and on its own when it has ended and is not sealed. */
interface Known {
  readonly running: boolean
  readonly parts: number
  readonly finished: readonly RecordingPart[]
  /** When it is as long as it may be. */
  readonly fullAt: Millis
}

/**
 * What a media process recorded is whole: a recording that was told to end, or reached its limit, or was cut short with its process. The
 * last goes on in another part. All may come after the interaction's end.
 */
export function sealRecording(draft: Draft, command: CommandOf<'SealRecording'>): void {
  const { interaction, recording, part = 1, interrupted, durationMs, bytes, sha256 } = command
  const known = knownRecording(draft, interaction, recording)
  if (!known || isFinished(known, part)) return
  const current = known.running && part === known.parts
  const goesOn = current && interrupted === true && mayGoOn(draft, known)
  if (goesOn) draft.emit({ type: 'RecordingContinued', interaction, recording, part: part + 1 })
  else if (current) draft.emit({ type: 'RecordingEnded', interaction, recording })
  const file = { interaction, recording, durationMs, bytes, sha256 }
  if (known.parts === 1 && !goesOn) draft.emit({ type: 'RecordingSealed', ...file })
  else {
    draft.emit({ type: 'RecordingPartSealed', ...file, part })
    finishRecording(draft, interaction, recording)
  }
  if (current && !goesOn) followFlow(draft, interaction, { type: 'recording-over' })
}

/** What a media process should have recorded is not there. */
export function failRecording(draft: Draft, command: CommandOf<'FailRecording'>): void {
  const { interaction, recording, part = 1, reason } = command
  const known = knownRecording(draft, interaction, recording)
  if (!known || isFinished(known, part)) return
  const phase = draft.interaction(interaction)?.phase
  const isOfStep = phase?.state === 'in-flow' && phase.recording === recording
  if (known.running && part === known.parts) draft.emit({ type: 'RecordingEnded', interaction, recording })
  losePart(draft, { interaction, recording, part, reason })
  if (isOfStep) followFlow(draft, interaction, { type: 'recording-over' })
}

/** The parties have left the media process that records them, or it has died: what they say next is another part. */
export function continueRecording(draft: Draft, command: CommandOf<'ContinueRecording'>): void {
  const { interaction, recording, after } = command
  const known = knownRecording(draft, interaction, recording)
  if (!known?.running || known.parts !== after || !mayGoOn(draft, known)) return
  draft.emit({ type: 'RecordingContinued', interaction, recording, part: after + 1 })
}

/** Nobody has told of the recording for so long that what is missing of it will not come (promise 15: it is said, not forgotten). */
export function giveUpRecording(draft: Draft, interaction: InteractionId, recording: RecordingId): void {
  const known = knownRecording(draft, interaction, recording)
  if (!known) return
  for (let part = 1; part <= known.parts; part++) {
    if (!isFinished(known, part)) losePart(draft, { interaction, recording, part, reason: 'never sealed' })
  }
}

interface Lost {
  readonly interaction: InteractionId
  readonly recording: RecordingId
  readonly part: number
  readonly reason: string
}

function losePart(draft: Draft, { interaction, recording, part, reason }: Lost): void {
  const known = knownRecording(draft, interaction, recording)
  if (known?.parts === 1) return draft.emit({ type: 'RecordingFailed', interaction, recording, reason })
  draft.emit({ type: 'RecordingPartFailed', interaction, recording, part, reason })
  finishRecording(draft, interaction, recording)
}

/** When all its parts are there or lost, the recording is what there is. */
function finishRecording(draft: Draft, interaction: InteractionId, recording: RecordingId): void {
  const known = knownRecording(draft, interaction, recording)
  if (!known || known.running || known.finished.length < known.parts) return
  const sealed = known.finished.flatMap((one) => one.sealed ?? [])
  if (sealed.length === 0) {
    return draft.emit({ type: 'RecordingFailed', interaction, recording, reason: 'all its parts are lost' })
  }
  const sum = (of: (one: (typeof sealed)[number]) => number): number =>
    sealed.reduce((total, one) => total + of(one), 0)
  draft.emit({
    type: 'RecordingSealed',
    interaction,
    recording,
    durationMs: sum((one) => one.durationMs),
    bytes: sum((one) => one.bytes),
    parts: known.parts,
    lost: known.parts - sealed.length,
  })
}

function knownRecording(draft: Draft, interaction: InteractionId, recording: RecordingId): Known | undefined {
  const waiting = draft.unsealedOf(recording)
  if (waiting?.interaction === interaction) {
    const { parts = 1, finished = [] } = waiting
    return { running: false, parts, finished, fullAt: 0 }
  }
  const found = draft.interaction(interaction)?.recordings.find((one) => one.id === recording)
  if (!found || found.endedAt !== undefined) return undefined
  const { parts = 1, finished = [], startedAt, durationMsMax } = found
  return { running: true, parts, finished, fullAt: startedAt + durationMsMax }
}

function isFinished({ parts, finished }: Known, part: number): boolean {
  return part > parts || finished.some((one) => one.part === part)
}

function mayGoOn(draft: Draft, { fullAt, parts }: Known): boolean {
  return draft.now < fullAt && parts < RECORDING_PARTS_MAX
}
