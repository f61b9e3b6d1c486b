import { assertNever, type Millis } from '#base'
import { decideMailbox, isMailboxCommand, type MailboxCommand } from '#kernel/mailbox'
import { decideRoom, isRoomCommand, type RoomCommand } from '#kernel/room'
import type { CentreCommand } from './command.ts'
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
import { obeyAdministrator } from './decide-configuration.ts'
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
  else if (command.type === 'ChangeItem') changeItem(draft, command)
  else if (command.type === 'BeginContact') beginContact(draft, command)
  else if (command.type !== 'Tick') obey(draft, command)
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

/** Those that are not seen to before. */
type OtherCommand = Exclude<
  CentreCommand,
  MailboxCommand | RoomCommand | { readonly type: 'BeginContact' | 'ChangeItem' | 'Tick' }
>

function obey(draft: Draft, command: OtherCommand): void {
  switch (command.type) {
    case 'Arrive':
      return arrive(draft, command)
    case 'ReportAlerting':
    case 'ReportConnected':
    case 'ReportFailed':
    case 'ReportCleared':
      return obeyReport(draft, command)
    case 'PlaceCall':
    case 'Transfer':
    case 'Join':
    case 'Hold':
    case 'Retrieve':
    case 'Mute':
    case 'SendDigits':
    case 'Consult':
    case 'Reconnect':
    case 'Conference':
    case 'Invite':
    case 'Release':
    case 'Supervise':
    case 'Park':
    case 'Unpark':
    case 'PickUp':
    case 'Move':
    case 'ChangePriority':
      return obeyTalk(draft, command)
    case 'PressDigit':
    case 'EndProgram':
    case 'SealRecording':
    case 'FailRecording':
    case 'ContinueRecording':
      return obeyMedia(draft, command)
    case 'SetReachable':
    case 'ChooseStatus':
    case 'ActivateQueue':
    case 'ChooseStation':
    case 'NotePresence':
      return obeyAgent(draft, command)
    case 'EndWrapUp':
    case 'ExtendWrapUp':
    case 'Accept':
    case 'Decline':
    case 'Complete':
    case 'Note':
    case 'SettleAttempt':
    case 'End':
      return obeyWork(draft, command)
    case 'CreateCallback':
    case 'CreateWorkItem':
    case 'CreateContact':
      return createWork(draft, command)
    case 'SendMessage':
    case 'ReadMessages':
    case 'ReportMessage':
    case 'Leave':
    case 'IdentifyCustomer':
      return obeyWriting(draft, command)
    case 'ChangeConfiguration':
    case 'EndSessions':
      return obeyAdministrator(draft, command)
    case 'LookAtThresholds':
    case 'SeeAlert':
    case 'AcknowledgeAlert':
      return obeyAlert(draft, command)
    default:
      return assertNever(command)
  }
}

function obeyReport(
  draft: Draft,
  command: Extract<CentreCommand, { type: 'ReportAlerting' | 'ReportConnected' | 'ReportFailed' | 'ReportCleared' }>,
): void {
  switch (command.type) {
    case 'ReportAlerting':
      return reportAlerting(draft, command)
    case 'ReportConnected':
      return reportConnected(draft, command)
    case 'ReportFailed':
      return reportFailed(draft, command)
    case 'ReportCleared':
      return reportCleared(draft, command)
    default:
      return assertNever(command)
  }
}

function obeyAgent(
  draft: Draft,
  command: Extract<
    CentreCommand,
    { type: 'SetReachable' | 'ChooseStatus' | 'ActivateQueue' | 'ChooseStation' | 'NotePresence' }
  >,
): void {
  switch (command.type) {
    case 'SetReachable':
      return setReachable(draft, command)
    case 'ChooseStatus':
      return chooseStatus(draft, command)
    case 'ActivateQueue':
      return activateQueue(draft, command)
    case 'ChooseStation':
      return chooseStation(draft, command)
    case 'NotePresence':
      return notePresence(draft, command)
    default:
      return assertNever(command)
  }
}

/** What a media process tells. */
function obeyMedia(
  draft: Draft,
  command: Extract<
    CentreCommand,
    { type: 'PressDigit' | 'EndProgram' | 'SealRecording' | 'FailRecording' | 'ContinueRecording' }
  >,
): void {
  switch (command.type) {
    case 'PressDigit':
      return pressDigit(draft, command)
    case 'EndProgram':
      return endProgram(draft, command)
    case 'SealRecording':
      return sealRecording(draft, command)
    case 'FailRecording':
      return failRecording(draft, command)
    case 'ContinueRecording':
      return continueRecording(draft, command)
    default:
      return assertNever(command)
  }
}

function obeyWriting(
  draft: Draft,
  command: Extract<
    CentreCommand,
    { type: 'SendMessage' | 'ReadMessages' | 'ReportMessage' | 'Leave' | 'IdentifyCustomer' }
  >,
): void {
  switch (command.type) {
    case 'SendMessage':
      return sendMessage(draft, command)
    case 'ReadMessages':
      return readMessages(draft, command)
    case 'ReportMessage':
      return reportMessage(draft, command)
    case 'Leave':
      return leaveConversation(draft, command)
    case 'IdentifyCustomer':
      return identifyCustomer(draft, command)
    default:
      return assertNever(command)
  }
}

type TalkCommand = Extract<
  CentreCommand,
  {
    type:
      | 'PlaceCall'
      | 'Transfer'
      | 'Join'
      | 'Hold'
      | 'Retrieve'
      | 'Mute'
      | 'SendDigits'
      | 'Consult'
      | 'Reconnect'
      | 'Conference'
      | 'Invite'
      | 'Release'
      | 'Supervise'
      | 'Park'
      | 'Unpark'
      | 'PickUp'
      | 'Move'
      | 'ChangePriority'
  }
>

/** What people do with a conversation from their page. */
function obeyTalk(draft: Draft, command: TalkCommand): void {
  switch (command.type) {
    case 'PlaceCall':
      return placeCall(draft, command)
    case 'Transfer':
      return transfer(draft, command)
    case 'Join':
      return join(draft, command)
    case 'Hold':
      return hold(draft, command)
    case 'Retrieve':
      return retrieve(draft, command)
    case 'Mute':
      return mute(draft, command)
    case 'SendDigits':
      return sendDigits(draft, command)
    case 'Consult':
      return consult(draft, command)
    case 'Reconnect':
      return reconnect(draft, command)
    case 'Conference':
      return conference(draft, command)
    case 'Invite':
      return invite(draft, command)
    case 'Release':
      return release(draft, command)
    case 'Supervise':
      return supervise(draft, command)
    case 'Park':
      return park(draft, command)
    case 'Unpark':
      return unpark(draft, command)
    case 'PickUp':
      return pickUp(draft, command)
    case 'Move':
      return move(draft, command)
    case 'ChangePriority':
      return changePriority(draft, command)
    default:
      return assertNever(command)
  }
}

function obeyWork(
  draft: Draft,
  command: Extract<
    CentreCommand,
    { type: 'EndWrapUp' | 'ExtendWrapUp' | 'Accept' | 'Decline' | 'Complete' | 'Note' | 'SettleAttempt' | 'End' }
  >,
): void {
  switch (command.type) {
    case 'EndWrapUp':
      return endWrapUp(draft, command)
    case 'ExtendWrapUp':
      return extendWrapUp(draft, command)
    case 'Accept':
      return accept(draft, command)
    case 'Decline':
      return decline(draft, command)
    case 'Complete':
      return complete(draft, command)
    case 'Note':
      return note(draft, command)
    case 'SettleAttempt':
      return settleAttempt(draft, command)
    case 'End':
      return end(draft, command)
    default:
      return assertNever(command)
  }
}
