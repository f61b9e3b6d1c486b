import type { Millis } from '#base'
import type { WatchedValue } from '#kernel/alert'
import type { ConfigurationChange } from '#kernel/config'
import type {
  AGENT_OUTCOMES,
  InteractionId,
  Medium,
  MessageDelivery,
  MessageFile,
  MessageId,
  MessageMail,
  ParticipantId,
  RecordingId,
  Supervision,
  Wants,
  WorkItem,
} from '#kernel/interaction'
import type { MailboxCommand } from '#kernel/mailbox'
import type { RoomCommand } from '#kernel/room'

/** What may be asked of the centre. A command that no longer fits (its interaction is gone, the party has left) decides nothing: it came late or twice. */
export type CentreCommand =
  // From the channel adapters: what happened at the parties.
  /** A call came in; `participant` becomes the customer. Numbers that lead nowhere are refused by the adapter before (`resolveNumber`). */
  | {
      readonly type: 'Arrive'
      readonly interaction: InteractionId
      readonly from: string
      readonly fromName?: string
      /** Set when the caller is a user of Tandem. */
      readonly user?: string
      readonly to: string
    }
  | { readonly type: 'ReportAlerting'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | { readonly type: 'ReportConnected'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  /** A dialled party did not come: never answered. */
  | {
      readonly type: 'ReportFailed'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: 'busy' | 'no-answer' | 'declined' | 'unreachable' | 'error'
    }
  /** A party hung up, or its leg is lost. */
  | {
      readonly type: 'ReportCleared'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: 'hung-up' | 'lost'
    }
  | { readonly type: 'Hold'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  /** What else its phone was heard in is held, or given up if nobody was reached there. */
  | { readonly type: 'Retrieve'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | {
      readonly type: 'Mute'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly muted: boolean
    }
  /** Digits go to the others in the talk: an adapter sends them, here it is noted. */
  | {
      readonly type: 'SendDigits'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly count: number
    }
  /** The party calls somebody while it holds the others: an interaction of its own, led by the same phone. */
  | {
      readonly type: 'Consult'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly consultation: InteractionId
      readonly to: string
    }
  /** The consultation ends, and the party is back with those whom it held. */
  | { readonly type: 'Reconnect'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  /** The party's two conversations become one, with the party in it. */
  | {
      readonly type: 'Conference'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly consulted: InteractionId
      readonly consultedParticipant: ParticipantId
    }
  /** One more is called into the conversation. */
  | {
      readonly type: 'Invite'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly to: string
    }
  /** One party is let go; who is left alone is finished too. */
  | { readonly type: 'Release'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  /** A supervisor is with a conversation from now on, or in another way than before: rung first, when it is not there yet. */
  | {
      readonly type: 'Supervise'
      readonly interaction: InteractionId
      readonly user: string
      readonly mode: Supervision['mode'] | 'join'
      readonly announced: boolean
    }
  /** The call waits on a numbered place until somebody takes it. */
  | {
      readonly type: 'Park'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly slot?: string
    }
  /** A parked call is taken: the person's phone is rung. */
  | { readonly type: 'Unpark'; readonly interaction: InteractionId; readonly user: string }
  /** What rings elsewhere, or waits, is given to this person. */
  | { readonly type: 'PickUp'; readonly interaction: InteractionId; readonly user: string }
  /** Blind transfer to a number (a queue's, a flow's, an extension). */
  | {
      readonly type: 'Transfer'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly to: string
      /** Nobody is rung there: the mailbox of whom the number belongs to takes a message. */
      readonly mailbox?: boolean
    }
  /** Whoever runs the shift brings it to another queue or to a person, whoever has it now. */
  | {
      readonly type: 'Move'
      readonly interaction: InteractionId
      /** The user who asks. */
      readonly by: string
      readonly to:
        | { readonly type: 'queue'; readonly queue: string; readonly place: 'kept' | 'front' | 'last' }
        | { readonly type: 'user'; readonly user: string }
      /** How it stood when it was asked: otherwise it is refused, for it was answered or came back meanwhile. */
      readonly expects?: 'waiting' | 'talking'
      /** Why, in the words of who asks: 1-200 characters. */
      readonly note?: string
    }
  /** Whoever runs the shift, or a process its work item, gives what waits another priority: 0-100. */
  | {
      readonly type: 'ChangePriority'
      readonly interaction: InteractionId
      readonly by: string
      readonly priority: number
      /** Why, in the words of who asks: 1-200 characters. */
      readonly note?: string
    }
  /** Attended transfer: `participant` leaves both interactions, the parties that remain are joined in the first. */
  | {
      readonly type: 'Join'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly consulted: InteractionId
      readonly consultedParticipant: ParticipantId
    }
  | {
      readonly type: 'PressDigit'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly digit: string
    }
  | {
      readonly type: 'EndProgram'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly program: string
      /** It could not be played to its end. */
      readonly failed?: true
    }
  | {
      readonly type: 'SealRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      /** Which part of it; the first unless told. */
      readonly part?: number
      /** It was cut short: its media process died while it ran. */
      readonly interrupted?: boolean
      readonly durationMs: number
      readonly bytes: number
      readonly sha256: string
    }
  | {
      readonly type: 'FailRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part?: number
      readonly reason: string
    }
  /** The recorded parties go to another media process, or find theirs started anew: a part follows the one of this number. */
  | {
      readonly type: 'ContinueRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly after: number
    }
  /** A phone of the user is registered, or none any more. */
  | { readonly type: 'SetReachable'; readonly user: string; readonly reachable: boolean }
  // From people.
  | {
      readonly type: 'ChooseStatus'
      readonly user: string
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
    }
  /** Where an agent is rung until it logs off: at a telephone number outside (TEL-18), or at its own phone when none is named; or nowhere, and gets no calls. */
  | {
      readonly type: 'ChooseStation'
      readonly user: string
      readonly number?: string
      readonly phoneless?: boolean
    }
  /** What colleagues read beside the user's status from now on (AGS-05); nothing when no note is given. */
  | { readonly type: 'NotePresence'; readonly user: string; readonly note?: string; readonly by: string }
  /** An agent takes work of a queue from now on, or no more (ACD-11). */
  | { readonly type: 'ActivateQueue'; readonly user: string; readonly queue: string; readonly active: boolean }
  /** An agent takes what it is offered on its page; a call is taken by answering the phone. */
  | { readonly type: 'Accept'; readonly interaction: InteractionId; readonly user: string }
  /** An agent refuses what it is offered, by whatever medium. */
  | { readonly type: 'Decline'; readonly interaction: InteractionId; readonly user: string }
  /** The agent of a callback says how the call to the customer ended, while it talks or writes its notes. */
  | {
      readonly type: 'SettleAttempt'
      readonly interaction: InteractionId
      readonly user: string
      readonly outcome: (typeof AGENT_OUTCOMES)[number]
    }
  /** An agent has done what a work item or something written asks for. */
  | {
      readonly type: 'Complete'
      readonly interaction: InteractionId
      readonly user: string
      /** What came of a work item: 1-200 characters. */
      readonly outcome?: string
    }
  /** More time for the work after a call, as far as the queue gives it. */
  | { readonly type: 'ExtendWrapUp'; readonly interaction: InteractionId; readonly user: string; readonly byMs: number }
  | { readonly type: 'EndWrapUp'; readonly interaction: InteractionId; readonly user: string; readonly code?: string }
  /** What an agent writes down of an interaction while it works on it; each time all of it. What is not said is gone. */
  | {
      readonly type: 'Note'
      readonly interaction: InteractionId
      readonly user: string
      readonly code?: string
      readonly text?: string
    }
  /** Ends a whole interaction (a supervisor, an agent on the page). */
  | { readonly type: 'End'; readonly interaction: InteractionId; readonly by: string }
  /** A callback or work item into a queue; a click-to-call that first rings the user, then dials `to`. */
  | {
      readonly type: 'CreateCallback'
      readonly interaction: InteractionId
      readonly number: string
      readonly queue: string
      readonly by?: string
      readonly priority?: number
      /** When the customer wants to be called; now when not said, or past. */
      readonly at?: Millis
      /** What it is about. */
      readonly subject?: string
      /** The words by which the customer agreed to be called. */
      readonly consent?: string
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  | {
      readonly type: 'CreateWorkItem'
      readonly interaction: InteractionId
      readonly subject: string
      readonly item?: WorkItem
      readonly queue: string
      readonly by?: string
      readonly priority?: number
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** A process changes a work item, or an agent fills in its form. What is not said stays as it is; `dueAt` 0 is no time. */
  | {
      readonly type: 'ChangeItem'
      readonly interaction: InteractionId
      readonly by: string
      readonly subject?: string
      readonly values?: WorkItem['values']
      readonly dueAt?: Millis
      readonly documents?: WorkItem['documents']
      /** While it waits, as by `ChangePriority`. */
      readonly priority?: number
    }
  /** Something written came in, into a queue. */
  | {
      readonly type: 'CreateContact'
      readonly interaction: InteractionId
      readonly medium: Extract<Medium, 'chat' | 'sms' | 'email' | 'fax'>
      readonly from: string
      readonly subject?: string
      readonly queue: string
      readonly priority?: number
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** An agent writes to a customer first: it has the conversation from now on, and is rung by nobody for it. The same id again decides nothing. */
  | {
      readonly type: 'BeginContact'
      readonly interaction: InteractionId
      readonly medium: Extract<Medium, 'sms' | 'fax'>
      readonly user: string
      /** The address of ours that it is written from. */
      readonly from: string
      /** The customer's. */
      readonly to: string
      /** Whose work it is: where it waits when its agent is lost, and whose rules count for the work after it. */
      readonly queue: string
      readonly subject?: string
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** A line of a conversation: the customer's, or that of an agent who takes part. The same id again decides nothing. */
  | {
      readonly type: 'SendMessage'
      readonly interaction: InteractionId
      readonly message: MessageId
      /** The agent who writes; the customer when not said. */
      readonly user?: string
      readonly text: string
      readonly files?: readonly MessageFile[]
      /** It is a mail. */
      readonly mail?: MessageMail
    }
  /** The customer, or an agent, has seen everything up to a message. */
  | {
      readonly type: 'ReadMessages'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly user?: string
    }
  /** It is known now who the customer of a contact is: contacts of one customer are one (promise 8). */
  | { readonly type: 'IdentifyCustomer'; readonly interaction: InteractionId; readonly customer: string }
  /** What is known of a line that left as a message of its own; absent: it waits again. */
  | {
      readonly type: 'ReportMessage'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly delivery?: MessageDelivery
    }
  /** The customer leaves a conversation in writing. */
  | { readonly type: 'Leave'; readonly interaction: InteractionId }
  | { readonly type: 'PlaceCall'; readonly interaction: InteractionId; readonly user: string; readonly to: string }
  /** `basedOn`: the version that the author saw; a change of the same object since then is refused with who and when. */
  | {
      readonly type: 'ChangeConfiguration'
      readonly by: string
      readonly basedOn: number
      readonly changes: readonly ConfigurationChange[]
      /** The address that the author asked from, and why. */
      readonly from?: string
      readonly note?: string
    }
  /** Everybody who is logged in as that user, wherever, must log in again: the password is another one. */
  | { readonly type: 'EndSessions'; readonly user: string; readonly by: string }
  /** How the figures stand that thresholds watch; asked once a second, most of the time it decides nothing. */
  | { readonly type: 'LookAtThresholds'; readonly values: readonly WatchedValue[] }
  /** An alert stands on the page of a user. */
  | { readonly type: 'SeeAlert'; readonly alert: string; readonly user: string }
  /** A user takes care of an alert; the note is 1-200 characters. */
  | { readonly type: 'AcknowledgeAlert'; readonly alert: string; readonly by: string; readonly note?: string }
  // What colleagues write to each other.
  | RoomCommand
  // What people do with voice messages.
  | MailboxCommand
  // From the clock.
  | { readonly type: 'Tick' }

/** The command of that type, or those of several. */
export type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>
