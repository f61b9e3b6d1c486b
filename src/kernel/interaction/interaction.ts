import type { Millis } from '#base'
import type { Medium, Requirements } from '#kernel/config'
import type { Hearing } from '#kernel/flow'
import type { ToldWait } from '#kernel/queue'
import type { CallbackAttempt } from './callback.ts'
import type { Conversation } from './message.ts'
import type { WorkItem } from './work-item.ts'

/** Names one contact for ever; given by whoever creates it. */
export type InteractionId = string
/** `<interaction>.p<n>`: made by the kernel from the interaction's own counter, so that replay gives the same. The first is the customer. */
export type ParticipantId = string
/** `<interaction>.r<n>`. */
export type RecordingId = string
export type { Medium } from '#kernel/config'

/** One party of an interaction. `connection` is what its adapter last reported; what it *shall* be is in {@link DesiredParticipant}. */
export interface Participant {
  readonly id: ParticipantId
  readonly kind: 'customer' | 'agent' | 'external' | 'supervisor'
  /** The user of Tandem who it is, if one. */
  readonly user?: string
  /** The number or address that reaches the party. */
  readonly address: string
  readonly displayName?: string
  /** CSTA's words. `initiated`: being dialled, or arrived and not answered; `failed` and `cleared` are final. */
  readonly connection: 'initiated' | 'alerting' | 'connected' | 'held' | 'failed' | 'cleared'
  readonly since: Millis
  /** Why it is `failed` or `cleared`. A `failed` party never was connected and may still have to be told why. */
  readonly reason?: string
  /** Work after the call, while it lasts. */
  readonly wrapUp?: { readonly since: Millis; readonly until: Millis }
  /** What an agent has written down so far. */
  readonly note?: { readonly code?: string; readonly text?: string }
  /** Nobody hears it, and no recording. */
  readonly muted?: true
  /** It speaks and hears by the phone of this party of another interaction: a consultation beside a call on hold. */
  readonly via?: ParticipantId
  /** It was called into a conversation that goes on meanwhile, and is rung until then. */
  readonly ringUntil?: Millis
  /** It is there for the work of another, and no party of the conversation itself. */
  readonly supervises?: Supervision
  /** The telephone number outside at which it is called, over a trunk; without one it is at a phone of the centre's own. */
  readonly outside?: string
  /** Where those who wait for it go when it does not come. */
  readonly way?: Way
}

/** Where an interaction goes that was given to somebody who does not come: a step of a flow, who transferred it, the front of a queue. */
export interface Way {
  readonly otherwise?: { readonly flow: string; readonly step: string }
  readonly back?: string
  readonly returnTo?: string
}

/** How somebody is with a conversation of others: hears all and is heard by nobody, by the agent alone, or shall have the agent's place. */
export interface Supervision {
  readonly mode: 'listen' | 'coach' | 'take-over'
  /** Whose work it is. */
  readonly agent: ParticipantId
  /** Whether the parties are told. */
  readonly announced: boolean
}

/** Where a call is put that somebody else shall take. */
export interface ParkedAt {
  /** The number that takes it back from any phone. */
  readonly slot: string
  /** Who parked it, and is rung when nobody takes it. */
  readonly user: string
  readonly until: Millis
}

/** What an interaction asks for beyond what its queue does: said by a flow's step or by whoever created it. */
export interface Wants {
  /** Required, whatever ring it has come to. */
  readonly skills?: Requirements
  /** Preferred: who has more of them is chosen first. */
  readonly preferred?: Requirements
  /** Only members of this group. */
  readonly group?: string
  /** This person, for so long (1,000-86,400,000; for ever when not said) before others are asked. */
  readonly user?: string
  readonly userMs?: Millis
}

/** A place in a queue: kept through offers, conversations and takeovers, so that who comes back is where it was. */
export interface Place {
  readonly priority: number
  /** When the interaction first began to wait here. */
  readonly enteredAt: Millis
  /** When it would have entered to have this place with no priority at all: the order of a queue. `enteredAt` when not said. */
  readonly rankAt?: Millis
  /** How many rings it has come to. */
  readonly ring?: number
  /** Until then only this person is asked: who served the customer last, or whom the interaction wants. */
  readonly only?: { readonly user: string; readonly until?: Millis; readonly why: 'last-agent' | 'wanted' }
  /** When something about whom it may be offered to falls due: the next ring, the end of `only`. */
  readonly routeAt?: Millis
  /** The first range of its wait that the caller was told here, and when: held against what happens. */
  readonly told?: ToldWait
  /** Who gave it another priority while it waited, and the priority and rank that it came with: the way back. Absent when it has those. */
  readonly prioritised?: { readonly by: string; readonly from: number; readonly rankAt: Millis }
}

/** When a contact that waits for its time comes into its queue, and how urgent it is there. */
export interface Due {
  readonly at: Millis
  /** The queue's own when not said. */
  readonly priority?: number
  /** The one that the contact is for, when not said. */
  readonly queue?: string
  /** When it first began to wait there: a callback that is tried again comes back as if it had waited ever since. */
  readonly waitedSince?: Millis
}

/**
 * Where an interaction stands. Only what is true in a state stands in it.
 *
 *   created ─▶ in-flow ─▶ queued ◀─▶ offered ─▶ connected ◀─▶ held
 *                 └──────────┴──────────┴───────────┴── any ─▶ wrapping-up ─▶ closed
 *
 * `wrapping-up` begins when the last party is gone: agents finish their notes, and a caller who never was connected is told why.
 * A closed interaction leaves the state: history is the journal's.
 */
export type Phase =
  /** Between two of the others: where it goes is decided by the next event of the same batch. With `due` it waits for its time. */
  | { readonly state: 'created'; readonly since: Millis; readonly due?: Due }
  | {
      readonly state: 'in-flow'
      readonly flow: string
      readonly step: string
      /** Rises each time a step is entered or asked again; names the program that is played, so a takeover never restarts it. */
      readonly visit: number
      readonly since: Millis
      /** How often a menu has asked, from 1. */
      readonly attempt: number
      readonly programEnded: boolean
      /** When the wait of a menu, of a recording or for a replay ends. */
      readonly until?: Millis
      /** The last recording that a `record` step took, for `replay`. */
      readonly recording?: RecordingId
      /** Where it is among the messages of a mailbox. */
      readonly hearing?: Hearing
    }
  | (Place & {
      readonly state: 'queued'
      readonly queue: string
      readonly visit: number
      /** What is said before the music in this visit. */
      readonly prompts: readonly string[]
      readonly nextAnnouncementAt?: Millis
    })
  | (Place & {
      readonly state: 'offered'
      /** The queue it waits in, or none when it was dialled or transferred to a user directly. */
      readonly queue?: string
      readonly visit: number
      readonly prompts: readonly string[]
      readonly participant: ParticipantId
      readonly user: string
      readonly since: Millis
      readonly until: Millis
      /** Further agents who are rung at the same time; the first of all to answer has it. */
      readonly others?: readonly { readonly participant: ParticipantId; readonly user: string }[]
      /** Kept from `queued`, for the way back. */
      readonly nextAnnouncementAt?: Millis
      /** Where a flow goes on if a direct offer fails. */
      readonly otherwise?: { readonly flow: string; readonly step: string }
      /** The queue to whose front it goes if a direct offer after a transfer fails. */
      readonly back?: string
      /** Who is rung before that, having transferred it. */
      readonly returnTo?: string
      /** It was parked there, and is parked again if nobody answers. */
      readonly parked?: Omit<ParkedAt, 'until'>
    })
  | {
      readonly state: 'connected'
      readonly queue?: string
      readonly since: Millis
      /** Where it waited, for the way back when its agent is lost. */
      readonly place?: Place
    }
  /** Fewer than two talk: all others hold, or have parked it. */
  | {
      readonly state: 'held'
      readonly queue?: string
      readonly by: ParticipantId
      readonly since: Millis
      readonly place?: Place
      readonly parked?: ParkedAt
    }
  | { readonly state: 'wrapping-up'; readonly queue?: string; readonly since: Millis }

/** One contact from its arrival to the end of the work after it. */
export interface Interaction {
  readonly id: InteractionId
  readonly medium: Medium
  readonly direction: 'inbound' | 'outbound' | 'internal'
  readonly createdAt: Millis
  readonly from: string
  readonly to: string
  /** Who the customer is, where that is known beyond the address: contacts of one customer are one (promise 8). */
  readonly customer?: string
  /** What a work item is about. */
  readonly subject?: string
  /** What else a work item has. */
  readonly item?: WorkItem
  /** What it asks for beyond what its queue does. */
  readonly wants?: Wants
  /** The interaction whose agent asks for advice by this one. */
  readonly consults?: InteractionId
  readonly phase: Phase
  readonly participants: readonly Participant[]
  readonly recordings: readonly InteractionRecording[]
  /** The calls to the customer of a callback so far. */
  readonly attempts?: readonly CallbackAttempt[]
  /** What was written, where its parties write. */
  readonly conversation?: Conversation
  /** Counts of ids and visits given out so far. */
  readonly counters: { readonly participants: number; readonly recordings: number; readonly visits: number }
}

/**
 * A recording is made of parts, each a file of one media process: when that process dies or the call must leave it, the recording goes
 * on in the next part. The first part has the recording's own id.
 */
export interface RecordingPart {
  readonly part: number
  /** What is in it; absent when it is lost. */
  readonly sealed?: { readonly durationMs: number; readonly bytes: number }
}

/** How far a recording's parts are: what a running one and one that waits for its sealing have in common. */
export interface PartsOf {
  /** How many there are, when it is more than one. */
  readonly parts?: number
  /** Those that are finished, or lost. */
  readonly finished?: readonly RecordingPart[]
}

/** A recording that runs: it is desired until `endedAt` is set. Channels are participants, the first left. */
export interface InteractionRecording extends PartsOf {
  readonly id: RecordingId
  readonly channels: readonly ParticipantId[]
  readonly startedAt: Millis
  readonly durationMsMax: number
  readonly endedAt?: Millis
  /** When the part that runs now began, when it is not the first. */
  readonly partSince?: Millis
  /** Whether the media process has finished it, so that it can be played. */
  readonly sealed?: boolean
  /** The user or queue for whom it is a message. */
  readonly mailbox?: string
}

/** One thing that is played. */
export type HearsItem =
  /** `sound`: the sound that an administrator gave it; without one it is built in. */
  | { readonly type: 'prompt'; readonly prompt: string; readonly sound?: string }
  | { readonly type: 'recording'; readonly recording: RecordingId }
  | { readonly type: 'pause'; readonly durationMs: number }

/** What a party shall hear. */
export type ParticipantHears =
  | { readonly type: 'silence' }
  | {
      readonly type: 'program'
      readonly program: string
      readonly items: readonly HearsItem[]
      readonly repeat: boolean
    }
  | { readonly type: 'participant'; readonly participant: ParticipantId }
  /** Several at once, each without its own voice. */
  | { readonly type: 'participants'; readonly participants: readonly ParticipantId[] }
  | { readonly type: 'echo' }

/** How a party shall be: what an adapter makes true, again after every event and after every takeover. A party that is not in any interaction shall be cleared. */
export interface DesiredParticipant {
  /** Whether what it says is used at all. */
  readonly muted?: true
  /** `alerting`: tell the caller that it rings (180). `connected`: answer, or dial and wait for the answer. */
  readonly connection: 'alerting' | 'connected' | 'cleared'
  readonly hears: ParticipantHears
  /** For a party that is dialled: whom, and what it is shown as caller. */
  readonly dial?: {
    readonly user?: string
    readonly address: string
    readonly callerNumber: string
    readonly callerName?: string
    /** The address is a telephone number outside. */
    readonly outside?: true
  }
  /** Why it is cleared, when it never was connected: chooses the status that a caller is given. */
  readonly clearReason?: 'busy' | 'no-answer' | 'unreachable' | 'declined' | 'finished' | 'no-such-number'
}
