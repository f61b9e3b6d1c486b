import { assertNever } from '#base'
import type { Configuration } from '#kernel/config'
import { flowOf, type StepHears, stepHears, stepOf } from '#kernel/flow'
import type {
  DesiredParticipant,
  HearsItem,
  Interaction,
  InteractionRecording,
  Participant,
  ParticipantHears,
  ParticipantId,
  Phase,
} from './interaction.ts'
import { isByPhone, isConnected, isLive, isOfferedTo, isTalker, otherParticipant, waitingParticipant } from './party.ts'
import { playableParts } from './recording-part.ts'

/** What is heard where a queue, or a configuration that has it no more, names no music. */
const MUSIC_PROMPT = 'music'
const RING_PROMPT = 'ring'

const SILENCE: ParticipantHears = { type: 'silence' }

type In<State extends Phase['state']> = Extract<Phase, { state: State }>

/** The program of a flow's step or a queue's announcement: the same visit is the same program, so that a takeover never starts it again. */
export function visitProgram(interaction: string, visit: number): string {
  return `${interaction}.v${visit}`
}

/**
 * How a party of the interaction shall be now. It follows from the state alone, so every core says the same, and says it again after a
 * takeover. A party that was never connected is `cleared` with the reason that its phone shall be told.
 */
export function desiredParticipant(
  interaction: Interaction,
  participant: Participant,
  configuration: Configuration,
): DesiredParticipant {
  if (!isLive(participant)) return clearedAs(participant)
  return withSounds(desiredOf(interaction, participant, configuration), configuration)
}

function desiredOf(
  interaction: Interaction,
  participant: Participant,
  configuration: Configuration,
): DesiredParticipant {
  const { phase } = interaction
  switch (phase.state) {
    case 'created':
      return { connection: isConnected(participant) ? 'connected' : 'alerting', hears: SILENCE }
    case 'in-flow':
      return reached(interaction, participant, hearsStep(interaction, phase, configuration))
    case 'queued':
      return reached(interaction, participant, hearsQueue(interaction, phase, configuration))
    case 'offered':
      return offeredAs(interaction, participant, phase, configuration)
    case 'connected':
    case 'held':
      return inTalk(interaction, participant, phase, configuration)
    case 'wrapping-up':
      return { connection: 'cleared', hears: SILENCE, clearReason: 'finished' }
    default:
      return assertNever(phase)
  }
}

/** Prompts that an administrator gave a sound are played with it. */
function withSounds(desired: DesiredParticipant, { prompts }: Configuration): DesiredParticipant {
  const { hears } = desired
  if (hears.type !== 'program' || prompts.size === 0) return desired
  const items = hears.items.map((item): HearsItem => {
    if (item.type !== 'prompt') return item
    const own = prompts.get(item.prompt)
    return own ? { ...item, sound: own.sound } : item
  })
  return { ...desired, hears: { ...hears, items } }
}

function clearedAs(participant: Participant): DesiredParticipant {
  const reason = participant.connection === 'failed' ? participant.reason : 'finished'
  switch (reason) {
    case 'busy':
    case 'no-answer':
    case 'unreachable':
    case 'declined':
    case 'no-such-number':
      return { connection: 'cleared', hears: SILENCE, clearReason: reason }
    default:
      return { connection: 'cleared', hears: SILENCE, clearReason: 'finished' }
  }
}

/**
 * A party that shall be connected. Agents are dialled by us, and the customer of a callback; any other came by itself and is only
 * answered. What comes by no phone has nobody to dial.
 */
function reached(interaction: Interaction, participant: Participant, hears: ParticipantHears): DesiredParticipant {
  const { medium } = interaction
  if (!isByPhone(medium)) return { connection: 'connected', hears: SILENCE }
  if (cameItself(interaction, participant)) return { connection: 'connected', hears }
  const caller = otherParticipant(interaction, participant.id)
  const isStranger = participant.outside !== undefined && participant.user === undefined
  return {
    connection: 'connected',
    hears,
    dial: {
      ...(participant.user === undefined ? undefined : { user: participant.user }),
      address: participant.outside ?? participant.address,
      ...(participant.outside === undefined ? undefined : { outside: true }),
      callerNumber: caller?.address ?? (medium === 'callback' ? interaction.from : interaction.to),
      // What colleagues are called is nothing for those outside.
      ...(caller?.displayName === undefined || isStranger ? undefined : { callerName: caller.displayName }),
    },
  }
}

/** Whether the party called: it is answered, and never dialled. */
function cameItself({ medium }: Interaction, { kind, outside }: Participant): boolean {
  return kind === 'customer' && medium !== 'callback' && outside === undefined
}

function offeredAs(
  interaction: Interaction,
  participant: Participant,
  phase: In<'offered'>,
  configuration: Configuration,
): DesiredParticipant {
  if (isOfferedTo(interaction, participant.id)) return reached(interaction, participant, SILENCE)
  if (phase.queue !== undefined) {
    return reached(interaction, participant, hearsQueue(interaction, { ...phase, queue: phase.queue }, configuration))
  }
  // Who calls a person directly hears its own exchange's ringing until the person answers; who is already on the line hears ours.
  if (!isConnected(participant)) return { connection: 'alerting', hears: SILENCE }
  return reached(interaction, participant, ringing(phase.participant))
}

function hearsStep(interaction: Interaction, phase: In<'in-flow'>, configuration: Configuration): ParticipantHears {
  const step = stepOf(flowOf(configuration, phase.flow), phase.step)
  if (!step) return SILENCE
  const recording = interaction.recordings.find((one) => one.id === phase.recording)
  if (step.type === 'replay' && !recording?.sealed) return SILENCE
  return asHears(stepHears(step, phase), visitProgram(interaction.id, phase.visit), recording)
}

function inParts(item: HearsItem, recording: InteractionRecording | undefined): readonly HearsItem[] {
  if (item.type !== 'recording' || item.recording !== recording?.id) return [item]
  return playableParts(recording).map((part) => ({ type: 'recording', recording: part }))
}

/** A recording of several parts is played part after part. */
function asHears(hears: StepHears, program: string, recording: InteractionRecording | undefined): ParticipantHears {
  switch (hears.type) {
    case 'silence':
    case 'echo':
      return { type: hears.type }
    case 'items':
      return {
        type: 'program',
        program,
        items: hears.items.flatMap((item) => inParts(item, recording)),
        repeat: hears.repeat,
      }
    default:
      return assertNever(hears)
  }
}

function hearsQueue(
  interaction: Interaction,
  phase: { readonly queue: string; readonly visit: number; readonly prompts: readonly string[] },
  configuration: Configuration,
): ParticipantHears {
  return {
    type: 'program',
    program: visitProgram(interaction.id, phase.visit),
    items: [...phase.prompts.map(promptItem), promptItem(musicOf(configuration, phase.queue))],
    repeat: true,
  }
}

function inTalk(
  interaction: Interaction,
  participant: Participant,
  phase: In<'connected' | 'held'>,
  configuration: Configuration,
): DesiredParticipant {
  // Who calls out by its own phone hears from that phone that it rings there, until somebody answers.
  if (
    !isConnected(participant) &&
    cameItself(interaction, participant) &&
    !interaction.participants.some(isConnected)
  ) {
    return { connection: 'alerting', hears: SILENCE }
  }
  const desired = reached(interaction, participant, hearsTalk(interaction, participant, phase, configuration))
  return participant.muted || participant.supervises?.mode === 'listen' ? { ...desired, muted: true } : desired
}

/** What a party of a conversation hears: all who can be heard but itself, or what tells it why there is nobody. */
function hearsTalk(
  interaction: Interaction,
  participant: Participant,
  phase: In<'connected' | 'held'>,
  configuration: Configuration,
): ParticipantHears {
  if (participant.connection === 'held') return SILENCE
  const heard = interaction.participants.filter((one) => isHeardBy(one, participant)).map(({ id }) => id)
  if (heard.length > 1) return { type: 'participants', participants: heard }
  if (heard[0] !== undefined) return { type: 'participant', participant: heard[0] }
  if (phase.state === 'held') return hearsHold(interaction, phase, configuration)
  const other = otherParticipant(interaction, participant.id)
  // An agent who calls somebody back hears that the other phone rings.
  return other && !isConnected(other) ? ringing(other.id) : SILENCE
}

function isHeardBy(one: Participant, listener: Participant): boolean {
  if (one.id === listener.id || one.connection !== 'connected' || one.muted) return false
  return one.supervises ? one.supervises.mode === 'coach' && one.supervises.agent === listener.id : isTalker(one)
}

function ringing(participant: ParticipantId): ParticipantHears {
  const items = [promptItem(RING_PROMPT), promptItem(MUSIC_PROMPT)]
  return { type: 'program', program: `${participant}.ring`, items, repeat: true }
}

function hearsHold(interaction: Interaction, phase: In<'held'>, configuration: Configuration): ParticipantHears {
  const items = [promptItem(musicOf(configuration, phase.queue))]
  return { type: 'program', program: `${interaction.id}.h${phase.since}`, items, repeat: true }
}

function musicOf(configuration: Configuration, queue: string | undefined): string {
  return (queue === undefined ? undefined : configuration.queues.get(queue)?.musicPrompt) ?? MUSIC_PROMPT
}

function promptItem(prompt: string): HearsItem {
  return { type: 'prompt', prompt }
}

/** Whether the party is the one who hears the program that an adapter tells about. */
export function hearsPrograms(interaction: Interaction, participant: ParticipantId): boolean {
  return waitingParticipant(interaction)?.id === participant
}
