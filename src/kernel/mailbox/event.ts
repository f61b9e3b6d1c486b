/** What happened in mailboxes. A voice message has the id of its recording. */
export type MailboxEvent =
  /** Somebody has left a voice message: its recording is over, by a key, by hanging up or by what cut it short. */
  | {
      readonly type: 'VoiceMessageLeft'
      readonly mailbox: string
      readonly message: string
      readonly interaction: string
      /** The number that called. */
      readonly from: string
      /** Who that is, where it is known. */
      readonly customer?: string
      /** From its beginning to its end; how much of it was recorded is told when it is settled. */
      readonly durationMs: number
    }
  /** What became of the sound: kept, lost with what recorded it, or too short to be a message. */
  | {
      readonly type: 'VoiceMessageSettled'
      readonly mailbox: string
      readonly message: string
      readonly interaction: string
      readonly sound: 'kept' | 'lost' | 'silent'
      readonly durationMs?: number
      /** The recordings that are played one after the other, where it is not the one of its id. */
      readonly parts?: readonly string[]
    }
  /** Somebody heard it, or says that it shall count as unheard; removed it, or took it back. */
  | {
      readonly type: 'VoiceMessageMarked'
      readonly mailbox: string
      readonly message: string
      readonly interaction: string
      /** A user; where it was mailed, the account that it leaves from. */
      readonly by: string
      readonly as: VoiceMark
    }

/** What people make of a voice message: `restored` undoes `removed`. `mailed`: it is on its way to whom the configuration says, and never is again. */
export type VoiceMark = 'heard' | 'unheard' | 'removed' | 'restored' | 'mailed'
