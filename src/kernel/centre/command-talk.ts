import type { InteractionId, ParticipantId, Supervision } from '#kernel/interaction'

/** What those who talk to each other ask for, and who comes to them. */
export type TalkCommand =
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
  /** Attended transfer: `participant` leaves both interactions, the parties that remain are joined in the first. */
  | {
      readonly type: 'Join'
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
  /** Blind transfer to a number (a queue's, a flow's, an extension). */
  | {
      readonly type: 'Transfer'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly to: string
      /** Nobody is rung there: the mailbox of whom the number belongs to takes a message. */
      readonly mailbox?: boolean
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
