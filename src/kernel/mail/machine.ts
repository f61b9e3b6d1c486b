import { assert, type Millis } from '#base'
import type { MailCommand, MailEvent } from './command.ts'
import { decideMail } from './decide.ts'
import { evolveMail } from './evolve.ts'
import type { MailState } from './mail.ts'

/** Each map as its entries, in their order. */
type MailDump = { readonly format: 1 } & {
  readonly [K in keyof MailState]: readonly (readonly [string, unknown])[]
}

/** Where the accounts are read, which mails leave, and what agents are writing: the state of mails in the log, beside the centre's. */
export const mailMachine = {
  initial: (): MailState => ({
    positions: new Map(),
    known: new Map(),
    outgoing: new Map(),
    drafts: new Map(),
    acknowledged: new Map(),
  }),
  decide: (state: MailState, command: MailCommand, now: Millis): readonly MailEvent[] =>
    decideMail(state, command, now),
  evolve: (state: MailState, event: MailEvent, at: Millis): void => evolveMail(state, event, at),
  dump: ({ positions, known, outgoing, drafts, acknowledged }: MailState): MailDump => ({
    format: 1,
    positions: [...positions],
    known: [...known],
    outgoing: [...outgoing],
    drafts: [...drafts],
    acknowledged: [...acknowledged],
  }),
  restore(dump: unknown): MailState {
    const { format, positions, known, outgoing, drafts, acknowledged } = dump as MailDump
    assert(format === 1, 'a dump of mails of another format')
    return {
      positions: new Map(positions),
      known: new Map(known),
      outgoing: new Map(outgoing),
      drafts: new Map(drafts),
      acknowledged: new Map(acknowledged),
    } as MailState
  },
} as const
