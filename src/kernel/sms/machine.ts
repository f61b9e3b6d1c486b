import { assert, type Millis } from '#base'
import type { SmsCommand, SmsEvent } from './command.ts'
import { decideSms } from './decide.ts'
import { evolveSms } from './evolve.ts'
import type { SmsState } from './sms.ts'

type Maps = Omit<SmsState, 'reference'>

/** Each map as its entries, in their order. */
type SmsDump = { readonly format: 1; readonly reference: number } & {
  readonly [K in keyof Maps]: readonly (readonly [string, unknown])[]
}

/** Conversations by number, what has come in part, and which texts leave: the state of text messages in the log, beside the centre's. */
export const smsMachine = {
  initial: (): SmsState => ({
    threads: new Map(),
    parties: new Map(),
    known: new Map(),
    halves: new Map(),
    outgoing: new Map(),
    receipts: new Map(),
    reference: 0,
  }),
  decide: (state: SmsState, command: SmsCommand, now: Millis): readonly SmsEvent[] => decideSms(state, command, now),
  evolve: (state: SmsState, event: SmsEvent, at: Millis): void => evolveSms(state, event, at),
  dump: ({ threads, parties, known, halves, outgoing, receipts, reference }: SmsState): SmsDump => ({
    format: 1,
    threads: [...threads],
    parties: [...parties],
    known: [...known],
    halves: [...halves],
    outgoing: [...outgoing],
    receipts: [...receipts],
    reference,
  }),
  restore(dump: unknown): SmsState {
    const { format, threads, parties, known, halves, outgoing, receipts, reference } = dump as SmsDump
    assert(format === 1, 'a dump of text messages of another format')
    return {
      threads: new Map(threads),
      parties: new Map(parties),
      known: new Map(known),
      halves: new Map(halves),
      outgoing: new Map(outgoing),
      receipts: new Map(receipts),
      reference,
    } as SmsState
  },
} as const
