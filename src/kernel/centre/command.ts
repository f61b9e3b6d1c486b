import type { MailboxCommand } from '#kernel/mailbox'
import type { RoomCommand } from '#kernel/room'
import type { AdministrationCommand } from './command-administration.ts'
import type { AlertCommand } from './command-alert.ts'
import type { ConnectionCommand } from './command-connection.ts'
import type { DutyCommand } from './command-duty.ts'
import type { LifeCommand } from './command-life.ts'
import type { MediaCommand } from './command-media.ts'
import type { MessageCommand } from './command-message.ts'
import type { QueueCommand } from './command-queue.ts'
import type { TalkCommand } from './command-talk.ts'
import type { WorkCommand } from './command-work.ts'

/** What may be asked of the centre. A command that no longer fits (its interaction is gone, the party has left) decides nothing: it came late or twice. */
export type CentreCommand =
  | AdministrationCommand
  | AlertCommand
  | ConnectionCommand
  | DutyCommand
  | LifeCommand
  | MailboxCommand
  | MediaCommand
  | MessageCommand
  | QueueCommand
  | RoomCommand
  | TalkCommand
  | WorkCommand
  /** From the clock. */
  | { readonly type: 'Tick' }

/** The command of that type, or those of several. */
export type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>
