import { assertNever, type Millis } from '#base'
import type { VoiceCommand, VoiceCommandType } from './command.ts'
import type { VoiceEvent } from './event.ts'
import type { Leg, ProgressState, VoiceState } from './leg.ts'

/** 1,000 calls with 1,000 agents are 2,000 legs; ten times that is what one core's memory and one second of takeover hold. */
export const LEGS_MAX = 20_000

/** One offer, one BYE, one NOTIFY and one probe may wait at once; more would be a bug or an attack by REFER. */
export const REQUESTS_MAX = 6

type LegCommand = Extract<VoiceCommand, { leg: string }>

const LIVE: readonly ProgressState[] = [
  'arrived',
  'ringing',
  'answered',
  'preparing',
  'dialling',
  'alerting',
  'cancelling',
  'confirmed',
  'releasing',
]
const DIALOG: readonly ProgressState[] = ['answered', 'confirmed']

/** In which states a command does something. Elsewhere it decides nothing: on a network everything comes late or twice. */
const FITS: { readonly [K in LegCommand['type']]: readonly ProgressState[] } = {
  RepeatInvite: ['arrived', 'ringing', 'answered', 'rejected', 'confirmed'],
  Ring: ['arrived'],
  Answer: ['arrived', 'ringing'],
  Reject: ['arrived', 'ringing'],
  Acknowledge: ['answered', 'confirmed', 'releasing'],
  Dial: ['preparing'],
  Alert: ['dialling'],
  Reroute: ['preparing', 'dialling'],
  Authorise: ['dialling', 'alerting', 'confirmed', 'releasing'],
  Accept: ['dialling', 'alerting', 'cancelling'],
  Cancel: ['dialling', 'alerting'],
  Release: DIALOG,
  End: LIVE,
  Reinvite: ['confirmed'],
  Probe: ['confirmed'],
  Renew: ['confirmed'],
  CloseRequest: LIVE,
  TakeReinvite: ['confirmed'],
  TakeRequest: DIALOG,
  Place: LIVE,
  ReportFlow: DIALOG,
}

/** What a command causes; nothing where it does not fit. */
export function decide(state: VoiceState, command: VoiceCommand, _now: Millis): readonly VoiceEvent[] {
  switch (command.type) {
    case 'ReceiveInvite':
      return isNew(state, command) ? [{ ...command, type: 'LegArrived' }] : []
    case 'Prepare':
      return isNew(state, command) && !state.participants.has(command.leg.participant) && hasRoom(state, command)
        ? [{ type: 'LegPrepared', leg: command.leg }]
        : []
    case 'TakeMediaEvents':
      return [{ ...command, type: 'MediaEventsTaken' }]
    default: {
      const leg = state.legs.get(command.leg)
      if (!leg || !FITS[command.type].includes(leg.progress.state)) return []
      return command.type === 'Reroute' ? reroute(state, leg, command) : decideLeg(leg, command)
    }
  }
}

function isNew(state: VoiceState, { leg }: Extract<VoiceCommand, { type: 'ReceiveInvite' | 'Prepare' }>): boolean {
  return !state.legs.has(leg.id) && state.legs.size < LEGS_MAX
}

/** Whether the trunk carries one call more. */
function hasRoom({ trunks }: VoiceState, { leg, callsMax }: Extract<VoiceCommand, { type: 'Prepare' }>): boolean {
  return leg.trunk === undefined || callsMax === undefined || (trunks.get(leg.trunk.name) ?? 0) < callsMax
}

function reroute(
  { trunks }: VoiceState,
  leg: Leg,
  { type: _, callsMax, ...way }: Extract<VoiceCommand, { type: 'Reroute' }>,
): readonly VoiceEvent[] {
  const fits = leg.trunk !== undefined && leg.trunk.name !== way.trunk && (trunks.get(way.trunk) ?? 0) < callsMax
  return fits ? [{ ...way, type: 'LegRerouted' }] : []
}

function decideLeg(leg: Leg, command: Exclude<LegCommand, { type: 'Reroute' }>): readonly VoiceEvent[] {
  const next = leg.dialog.localSeq + 1
  switch (command.type) {
    case 'RepeatInvite':
      return leg.server ? [{ ...command, type: 'InviteRepeated' }] : []
    case 'Ring':
      return [{ ...command, type: 'LegRinging' }]
    case 'Answer':
      return [{ ...command, type: 'LegAnswered' }]
    case 'Reject':
      return [{ ...command, type: 'LegRejected' }]
    case 'Acknowledge':
      return leg.server?.answered && leg.server.cseq === command.cseq ? [{ ...command, type: 'LegAcknowledged' }] : []
    case 'Dial':
      return [{ ...command, type: 'LegDialled', cseq: next }]
    case 'Alert':
      return [{ ...command, type: 'LegAlerting' }]
    case 'Accept':
      return [{ ...command, type: 'LegAccepted' }]
    case 'Cancel':
      return [{ ...command, type: 'LegCancelled' }]
    case 'Release':
      return [{ ...command, type: 'LegReleasing', cseq: next }]
    case 'End':
      return [{ type: 'LegEnded', leg: command.leg }]
    case 'Renew':
      return leg.direction === 'out' ? [{ ...command, type: 'LegRenewed' }] : []
    case 'Authorise': {
      const open = leg.trunk && leg.requests.some(({ cseq }) => cseq === command.cseq)
      return open ? [{ ...command, type: 'LegChallenged', next }] : []
    }
    case 'Place':
      return [{ ...command, type: 'LegPlaced' }]
    case 'ReportFlow':
      return command.receiving === (leg.silentSince === undefined) ? [] : [{ ...command, type: 'FlowChanged' }]
    default:
      return decideInDialog(leg, command, next)
  }
}

function decideInDialog(
  leg: Leg,
  command: Extract<LegCommand, { type: 'Reinvite' | 'Probe' | 'CloseRequest' | 'TakeReinvite' | 'TakeRequest' }>,
  next: number,
): readonly VoiceEvent[] {
  const full = leg.requests.length >= REQUESTS_MAX
  const offering = leg.requests.some((request) => request.method === 'INVITE')
  switch (command.type) {
    case 'Reinvite':
      return full || offering || leg.server ? [] : [{ ...command, type: 'LegOffered', cseq: next }]
    case 'Probe':
      return full || leg.requests.some((request) => request.method === 'OPTIONS')
        ? []
        : [{ ...command, type: 'LegProbed', cseq: next }]
    case 'CloseRequest':
      return leg.requests.some((request) => request.cseq === command.cseq)
        ? [{ ...command, type: 'RequestClosed' }]
        : []
    case 'TakeReinvite':
      return offering || leg.server || command.cseq <= leg.dialog.remoteSeq
        ? []
        : [{ ...command, type: 'ReinviteTaken' }]
    case 'TakeRequest': {
      if (command.cseq <= leg.dialog.remoteSeq || full) return []
      const { leg: id, cseq, notify } = command
      return [{ type: 'RequestTaken', leg: id, cseq, ...(notify && { notify: { ...notify, cseq: next } }) }]
    }
    default:
      return assertNever(command)
  }
}

/** The names of all commands, for tests that must leave none out. */
export const VOICE_COMMANDS: readonly VoiceCommandType[] = [
  'ReceiveInvite',
  'Prepare',
  'TakeMediaEvents',
  ...(Object.keys(FITS) as LegCommand['type'][]),
]
