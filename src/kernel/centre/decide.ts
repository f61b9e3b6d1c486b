import { assertNever, type Millis } from '#base'
import { decideMailbox, isMailboxCommand, type MailboxCommand } from '#kernel/mailbox'
import { decideRoom, isRoomCommand, type RoomCommand } from '#kernel/room'
import type { CentreCommand, CommandOf } from './command.ts'
import {
  activateQueue,
  chooseStation,
  chooseStatus,
  end,
  endWrapUp,
  extendWrapUp,
  notePresence,
  setReachable,
} from './decide-agent.ts'
import { obeyAlert } from './decide-alert.ts'
import { beginContact } from './decide-begin.ts'
import {
  arrive,
  createWork,
  placeCall,
  reportAlerting,
  reportCleared,
  reportConnected,
  reportFailed,
} from './decide-call.ts'
import { settleAttempt } from './decide-callback.ts'
import { changeConfiguration, endSessions } from './decide-configuration.ts'
import { consult, invite, reconnect, release } from './decide-consult.ts'
import { serveDue } from './decide-due.ts'
import { changeItem } from './decide-item.ts'
import { endProgram, pressDigit } from './decide-media.ts'
import { identifyCustomer, leaveConversation, readMessages, reportMessage, sendMessage } from './decide-message.ts'
import { move } from './decide-move.ts'
import { note } from './decide-note.ts'
import { park, pickUp, unpark } from './decide-park.ts'
import { changePriority } from './decide-priority.ts'
import { continueRecording, failRecording, sealRecording } from './decide-recording.ts'
import { supervise } from './decide-supervise.ts'
import { conference, hold, join, mute, retrieve, sendDigits, transfer } from './decide-talk.ts'
import { accept, complete, decline } from './decide-work.ts'
import { Draft } from './draft.ts'
import type { CentreEvent } from './event.ts'
import { route } from './offer.ts'
import type { CentreStore } from './store.ts'

/**
 * The events that a command causes. After what the command asks for comes what is due by now (a command that was sent in time wins over a
 * deadline of the same moment), and last the routing of everybody who has become available.
 */
export function decideCentre(store: CentreStore, command: CentreCommand, now: Millis): readonly CentreEvent[] {
  const draft = new Draft(store, now)
  if (isRoomCommand(command)) obeyRoom(draft, command)
  else if (isMailboxCommand(command)) obeyMailbox(draft, command)
  else obey(draft, command)
  serveDue(draft)
  route(draft)
  return draft.events
}

/** What colleagues write to each other touches nothing else of the centre. */
function obeyRoom(draft: Draft, command: RoomCommand): void {
  for (const event of decideRoom(draft.store.rooms, command)) draft.emit(event)
}

/** Nor does what people do with voice messages. */
function obeyMailbox(draft: Draft, command: MailboxCommand): void {
  for (const event of decideMailbox(draft.store.mailboxes, command)) draft.emit(event)
}

/** All that the centre sees to itself, and nothing else of the kernel does. */
type OwnCommand = Exclude<CentreCommand, MailboxCommand | RoomCommand>

/** Who obeys which command. */
const DECISIONS: { readonly [Type in OwnCommand['type']]: (draft: Draft, command: CommandOf<Type>) => void } = {
  Arrive: arrive,
  PlaceCall: placeCall,
  CreateCallback: createWork,
  CreateWorkItem: createWork,
  CreateContact: createWork,
  BeginContact: beginContact,
  IdentifyCustomer: identifyCustomer,
  End: end,
  ReportAlerting: reportAlerting,
  ReportConnected: reportConnected,
  ReportFailed: reportFailed,
  ReportCleared: reportCleared,
  Hold: hold,
  Retrieve: retrieve,
  Mute: mute,
  SendDigits: sendDigits,
  Consult: consult,
  Reconnect: reconnect,
  Conference: conference,
  Join: join,
  Invite: invite,
  Release: release,
  Supervise: supervise,
  Transfer: transfer,
  Park: park,
  Unpark: unpark,
  PickUp: pickUp,
  Move: move,
  ChangePriority: changePriority,
  PressDigit: pressDigit,
  EndProgram: endProgram,
  SealRecording: sealRecording,
  FailRecording: failRecording,
  ContinueRecording: continueRecording,
  SetReachable: setReachable,
  ChooseStatus: chooseStatus,
  ChooseStation: chooseStation,
  NotePresence: notePresence,
  ActivateQueue: activateQueue,
  Accept: accept,
  Decline: decline,
  SettleAttempt: settleAttempt,
  Complete: complete,
  ExtendWrapUp: extendWrapUp,
  EndWrapUp: endWrapUp,
  Note: note,
  ChangeItem: changeItem,
  SendMessage: sendMessage,
  ReadMessages: readMessages,
  ReportMessage: reportMessage,
  Leave: leaveConversation,
  ChangeConfiguration: changeConfiguration,
  EndSessions: endSessions,
  LookAtThresholds: obeyAlert,
  SeeAlert: obeyAlert,
  AcknowledgeAlert: obeyAlert,
  // What is due is served after every command.
  Tick: () => {},
}

function obey(draft: Draft, command: OwnCommand): void {
  // The table says of each type that its command fits; of a type that is not known yet that is more than the compiler can follow.
  const decide = DECISIONS[command.type] as ((draft: Draft, command: OwnCommand) => void) | undefined
  if (!decide) assertNever(command as never)
  decide(draft, command)
}
