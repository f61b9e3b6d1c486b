import type { Millis } from '#base'
import type { AlertEvent } from '#kernel/alert'
import type { ConfigurationChange } from '#kernel/config'
import type { Hearing } from '#kernel/flow'
import type {
  CallbackOutcome,
  Due,
  InteractionId,
  Medium,
  Message,
  MessageDelivery,
  MessageId,
  ParkedAt,
  Participant,
  ParticipantId,
  Place,
  RecordingId,
  Supervision,
  Wants,
  WorkItem,
} from '#kernel/interaction'
import type { MailboxEvent } from '#kernel/mailbox'
import type { ExpectedWait } from '#kernel/queue'
import type { RoomEvent } from '#kernel/room'
import type { RoutingDecision } from '#kernel/routing'

/** What happened in the centre. The moment (`at`) and the number stand in the log's record. Every machine of the kernel folds the events that concern it. */
export type CentreEvent =
  | AlertEvent
  | RoomEvent
  | MailboxEvent
  | {
      readonly type: 'InteractionCreated'
      readonly interaction: InteractionId
      readonly medium: Medium
      readonly direction: 'inbound' | 'outbound' | 'internal'
      readonly from: string
      readonly to: string
      readonly customer?: string
      readonly subject?: string
      /** The words by which the customer agreed to be called. */
      readonly consent?: string
      readonly participants: readonly Participant[]
      readonly wants?: Wants
      /** What a work item has besides its subject. */
      readonly item?: WorkItem
      /** Its time is yet to come: until then it is in no queue. */
      readonly due?: Due
      /** An agent asks for advice by it, beside that other interaction. */
      readonly consults?: InteractionId
    }
  /** An agent has begun it, and is in it from this moment on. */
  | {
      readonly type: 'ContactBegun'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user: string
      readonly queue: string
      readonly medium: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Where it waits when its agent is lost. */
      readonly place: Place
    }
  | {
      readonly type: 'StepEntered'
      readonly interaction: InteractionId
      readonly flow: string
      readonly step: string
      readonly visit: number
      readonly attempt: number
      /** What is said of the messages of a mailbox, where the step says them. */
      readonly hearing?: Hearing
    }
  | {
      readonly type: 'DigitPressed'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly digit: string
    }
  /** It is known now who the customer is. */
  | { readonly type: 'CustomerIdentified'; readonly interaction: InteractionId; readonly customer: string }
  | { readonly type: 'ProgramEnded'; readonly interaction: InteractionId; readonly program: string }
  | {
      readonly type: 'Queued'
      readonly interaction: InteractionId
      readonly queue: string
      readonly priority: number
      readonly enteredAt: Millis
      readonly visit: number
      readonly prompts: readonly string[]
      readonly nextAnnouncementAt?: Millis
      /** See `Place`. */
      readonly rankAt?: Millis
      readonly ring?: number
      readonly only?: Place['only']
      readonly routeAt?: Millis
      readonly prioritised?: Place['prioritised']
      /** What it asks for from now on, besides what its queue does. */
      readonly wants?: Wants
      /** Its agent was lost: it is back at its old place, with the moment when it entered first (ACD-12). */
      readonly rescued?: true
      /** The contact whose place it takes over: a caller who waits on as a callback, or an earlier callback of the same customer. */
      readonly keeps?: InteractionId
    }
  /** Its queue does not let it wait there (any longer); where it goes is told by the events that follow at once. */
  | {
      readonly type: 'Overflowed'
      readonly interaction: InteractionId
      readonly queue: string
      readonly reason: 'waited' | 'size' | 'closed' | 'nobody'
    }
  /** It has waited long enough for its next ring, or for one person alone. What is not said holds no more. */
  | {
      readonly type: 'Widened'
      readonly interaction: InteractionId
      readonly ring: number
      readonly only?: Place['only']
      readonly routeAt?: Millis
    }
  | {
      readonly type: 'Announced'
      readonly interaction: InteractionId
      readonly visit: number
      readonly prompts: readonly string[]
      readonly nextAnnouncementAt: Millis
      /** The place that was said; 1 is next. */
      readonly position?: number
      /** The range of the wait that was said, so that it can be held against what happens. */
      readonly expected?: ExpectedWait
    }
  /** An agent is offered the interaction. One more while it is offered already: both are rung, and the first to answer has it. */
  | {
      readonly type: 'Offered'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user: string
      readonly queue?: string
      readonly until: Millis
      readonly why: RoutingDecision
      /** When it is not `voice`. */
      readonly medium?: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Where a flow goes on if a direct offer fails. */
      readonly otherwise?: { readonly flow: string; readonly step: string }
      /** The queue to whose front it goes if a direct offer after a transfer fails. */
      readonly back?: string
      /** Who is rung before that, having transferred it. */
      readonly returnTo?: string
      /** It was parked there, and is parked again if nobody answers. */
      readonly parked?: Omit<ParkedAt, 'until'>
    }
  /** The offer is over without an answer; a queued interaction waits on at its old place. */
  | {
      readonly type: 'OfferEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly reason: 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'error' | 'withdrawn'
      readonly ronaUntil?: Millis
    }
  /** The customer of a callback is dialled: its agent has answered. */
  | { readonly type: 'CustomerDialled'; readonly interaction: InteractionId; readonly participant: Participant }
  /** Somebody outside is called over a trunk, for those who are there. */
  | { readonly type: 'OutsideDialled'; readonly interaction: InteractionId; readonly participant: Participant }
  /**
   * It is known how a call to the customer of a callback ended. The same attempt again is what its agent says instead. With `next` it is
   * tried again then; without it the callback is over, or the customer is there.
   */
  | {
      readonly type: 'CallbackAttempted'
      readonly interaction: InteractionId
      /** From 1. */
      readonly attempt: number
      readonly outcome: CallbackOutcome
      readonly user?: string
      /** Whose agent called. */
      readonly queue: string
      readonly next?: Due
    }
  | { readonly type: 'ParticipantAlerting'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | { readonly type: 'ParticipantConnected'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | {
      readonly type: 'ParticipantCleared'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: string
    }
  /** Somebody is called into a conversation that goes on meanwhile. */
  | {
      readonly type: 'ParticipantInvited'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user?: string
      /** Whose work it becomes: that of a queue, when a parked call is taken. */
      readonly queue?: string
      readonly until: Millis
      /** When it is not `voice`. */
      readonly medium?: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Who asked for it. */
      readonly by?: string
    }
  /** Who was called into a conversation did not come. */
  | {
      readonly type: 'InvitationEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user?: string
      readonly reason: 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'error' | 'withdrawn'
    }
  /** How somebody is with a conversation of others, from now on; absent: as one of its parties. */
  | {
      readonly type: 'SupervisionChanged'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly supervises?: Supervision
    }
  /** A supervisor has the agent's place, who is cleared at once. */
  | {
      readonly type: 'TakenOver'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly from: ParticipantId
    }
  /** The system lets nobody hear the party, or again. */
  | {
      readonly type: 'Muted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly muted: boolean
    }
  /** Digits were sent to the others in the talk. Which, is not told: it may have been a card number. */
  | {
      readonly type: 'DigitsSent'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly count: number
    }
  /** The two conversations of the party are one from now on; `Joined` follows at once. */
  | {
      readonly type: 'Conferenced'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly consulted: InteractionId
    }
  /** It waits where anybody may take it; the party has left it, or it was there before. */
  | {
      readonly type: 'Parked'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly slot: string
      readonly user: string
      readonly until: Millis
    }
  | { readonly type: 'Held'; readonly interaction: InteractionId; readonly by: ParticipantId }
  | { readonly type: 'Retrieved'; readonly interaction: InteractionId; readonly by: ParticipantId }
  | {
      readonly type: 'Transferred'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly to: string
      /** To the mailbox of whom the number belongs to. */
      readonly mailbox?: true
    }
  /** Whoever runs the shift has brought it elsewhere; where it is then is told by the events that follow at once. */
  | {
      readonly type: 'Moved'
      readonly interaction: InteractionId
      readonly by: string
      /** What `to` names. */
      readonly kind: 'queue' | 'user'
      readonly to: string
      /** Where in a queue: by how long it has waited, before all others, or behind them. */
      readonly place?: 'kept' | 'front' | 'last'
      /** Who had it, when somebody talked to it. */
      readonly from?: string
      readonly note?: string
    }
  /** Somebody has given what waits another priority, and with it another place in its queue. */
  | {
      readonly type: 'PriorityChanged'
      readonly interaction: InteractionId
      readonly by: string
      readonly priority: number
      /** What it was until now. */
      readonly before: number
      /** See `Place`. */
      readonly rankAt: Millis
      readonly note?: string
    }
  /** The remaining party of `consulted` goes on in `interaction` under the id that it had; the `InteractionClosed` of `consulted` follows at once. */
  | {
      readonly type: 'Joined'
      readonly interaction: InteractionId
      readonly consulted: InteractionId
      readonly participant: Participant
    }
  | {
      readonly type: 'RecordingStarted'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly channels: readonly ParticipantId[]
      readonly durationMsMax: number
      readonly mailbox?: string
    }
  | { readonly type: 'RecordingEnded'; readonly interaction: InteractionId; readonly recording: RecordingId }
  | {
      readonly type: 'RecordingSealed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly durationMs: number
      readonly bytes: number
      /** Of its one file; each of several parts has its own. */
      readonly sha256?: string
      /** Of how many parts it is, and how many of them are lost, when it is more than one. */
      readonly parts?: number
      readonly lost?: number
    }
  /** The media process of a running recording is gone: this part, from 2, follows in another file. */
  | {
      readonly type: 'RecordingContinued'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
    }
  | {
      readonly type: 'RecordingPartSealed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
      readonly durationMs: number
      readonly bytes: number
      readonly sha256: string
    }
  | {
      readonly type: 'RecordingPartFailed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
      readonly reason: string
    }
  | {
      readonly type: 'RecordingFailed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly reason: string
    }
  /** A process has changed a work item, or an agent has filled in its form; what is not said stays as it is. */
  | {
      readonly type: 'ItemChanged'
      readonly interaction: InteractionId
      readonly by: string
      readonly subject?: string
      readonly values?: WorkItem['values']
      /** 0: at no time any more. */
      readonly dueAt?: Millis
      readonly documents?: WorkItem['documents']
    }
  /** The time has come at which a work item should have been done. */
  | { readonly type: 'ItemOverdue'; readonly interaction: InteractionId }
  /** An agent has done what a work item asks for; its form is whole. */
  | {
      readonly type: 'ItemCompleted'
      readonly interaction: InteractionId
      readonly user: string
      readonly outcome?: string
    }
  /** Somebody has written a line. */
  | {
      readonly type: 'MessageAdded'
      readonly interaction: InteractionId
      readonly message: Pick<Message, 'id' | 'user' | 'text' | 'files' | 'mail'> & { readonly by: 'customer' | 'agent' }
    }
  /** What became of a line that left as a message of its own, from now on; absent: it waits again. */
  | {
      readonly type: 'MessageReported'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly delivery?: MessageDelivery
    }
  /** One side has seen all lines up to this one. */
  | {
      readonly type: 'MessagesRead'
      readonly interaction: InteractionId
      readonly by: 'customer' | 'agents'
      readonly message: MessageId
    }
  | {
      readonly type: 'WrapUpStarted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly until: Millis
    }
  | {
      readonly type: 'WrapUpExtended'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly until: Millis
    }
  /** What an agent has written down of it so far, instead of what it had before. */
  | {
      readonly type: 'Noted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly code?: string
      readonly text?: string
    }
  | {
      readonly type: 'WrapUpEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly code?: string
    }
  | {
      readonly type: 'InteractionClosed'
      readonly interaction: InteractionId
      /** `withdrawn`: its customer has reached an agent by another way, or asked anew. */
      readonly reason:
        | 'answered'
        | 'abandoned'
        | 'short-abandoned'
        | 'self-served'
        | 'failed'
        | 'joined'
        | 'ended'
        | 'withdrawn'
      /** The interaction that made a withdrawn one needless. */
      readonly by?: InteractionId
    }
  | {
      readonly type: 'StatusChosen'
      readonly user: string
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
      /** Where the agent's load begins, when it comes on duty: at the least of those who are. */
      readonly load?: Millis
    }
  | { readonly type: 'ReachableChanged'; readonly user: string; readonly reachable: boolean; readonly load?: Millis }
  /** Where the agent is rung from now on: at a telephone number outside, at its own phone again, or nowhere: then it gets no calls. */
  | {
      readonly type: 'StationChosen'
      readonly user: string
      readonly number?: string
      readonly phoneless?: true
      readonly load?: Millis
    }
  /** What colleagues read beside the user's status from now on; nothing when there is no note. */
  | { readonly type: 'PresenceNoted'; readonly user: string; readonly by: string; readonly note?: string }
  /** The agent takes work of the queue from now on, or no more (ACD-11). */
  | { readonly type: 'QueueActivated'; readonly user: string; readonly queue: string; readonly active: boolean }
  | { readonly type: 'RonaEnded'; readonly user: string }
  | {
      readonly type: 'ConfigurationChanged'
      readonly version: number
      readonly by: string
      readonly changes: readonly ConfigurationChange[]
      readonly from?: string
      readonly note?: string
    }
  /** All log-ins of the user up to now are over, on every core (SEC-05). */
  | { readonly type: 'SessionsEnded'; readonly user: string; readonly by: string }
