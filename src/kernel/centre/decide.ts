import { assertNever, type Millis } from '#base'
import type { CentreCommand } from './command.ts'
import { activateQueue, chooseStatus, end, endWrapUp, extendWrapUp, setReachable } from './decide-agent.ts'
import {
  arrive,
  createWork,
  placeCall,
  reportAlerting,
  reportCleared,
  reportConnected,
  reportFailed,
} from './decide-call.ts'
import { changeConfiguration } from './decide-configuration.ts'
import { serveDue } from './decide-due.ts'
import { endProgram, pressDigit } from './decide-media.ts'
import { leaveConversation, readMessages, sendMessage } from './decide-message.ts'
import { note } from './decide-note.ts'
import { continueRecording, failRecording, sealRecording } from './decide-recording.ts'
import { hold, join, retrieve, transfer } from './decide-talk.ts'
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
  obey(draft, command)
  serveDue(draft)
  route(draft)
  return draft.events
}

function obey(draft: Draft, command: CentreCommand): void {
  switch (command.type) {
    case 'Arrive':
      return arrive(draft, command)
    case 'ReportAlerting':
      return reportAlerting(draft, command)
    case 'ReportConnected':
      return reportConnected(draft, command)
    case 'ReportFailed':
      return reportFailed(draft, command)
    case 'ReportCleared':
      return reportCleared(draft, command)
    case 'Hold':
      return hold(draft, command)
    case 'Retrieve':
      return retrieve(draft, command)
    case 'Transfer':
      return transfer(draft, command)
    case 'Join':
      return join(draft, command)
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
    case 'SetReachable':
      return setReachable(draft, command)
    case 'ChooseStatus':
      return chooseStatus(draft, command)
    case 'ActivateQueue':
      return activateQueue(draft, command)
    case 'EndWrapUp':
    case 'ExtendWrapUp':
      return command.type === 'EndWrapUp' ? endWrapUp(draft, command) : extendWrapUp(draft, command)
    case 'Accept':
    case 'Decline':
    case 'Complete':
    case 'Note':
      return obeyWork(draft, command)
    case 'End':
      return end(draft, command)
    case 'CreateCallback':
    case 'CreateWorkItem':
    case 'CreateContact':
      return createWork(draft, command)
    case 'SendMessage':
    case 'ReadMessages':
    case 'Leave':
      return obeyWriting(draft, command)
    case 'PlaceCall':
      return placeCall(draft, command)
    case 'ChangeConfiguration':
      return changeConfiguration(draft, command)
    case 'Tick':
      return
    default:
      return assertNever(command)
  }
}

function obeyWriting(
  draft: Draft,
  command: Extract<CentreCommand, { type: 'SendMessage' | 'ReadMessages' | 'Leave' }>,
): void {
  switch (command.type) {
    case 'SendMessage':
      return sendMessage(draft, command)
    case 'ReadMessages':
      return readMessages(draft, command)
    case 'Leave':
      return leaveConversation(draft, command)
    default:
      return assertNever(command)
  }
}

function obeyWork(
  draft: Draft,
  command: Extract<CentreCommand, { type: 'Accept' | 'Decline' | 'Complete' | 'Note' }>,
): void {
  switch (command.type) {
    case 'Accept':
      return accept(draft, command)
    case 'Decline':
      return decline(draft, command)
    case 'Complete':
      return complete(draft, command)
    case 'Note':
      return note(draft, command)
    default:
      return assertNever(command)
  }
}
