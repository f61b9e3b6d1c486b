import { createHash } from 'node:crypto'
import { isTandemError } from '#base'
import type { SmsAccount } from '#kernel/config'
import type { Interaction } from '#kernel/interaction'
import { type Arrival, partyKey } from '#kernel/sms'
import type { AdapterCommand, SmsContext } from './context.ts'

/** A whole text that came. */
export interface WholeText {
  readonly arrival: Arrival
  readonly text: string
  /** The parts that it is made of. */
  readonly completes?: string
}

/** Puts a text into the conversation of its number, or begins one in the account's queue. Says whether it was new. */
export async function takeText(account: SmsAccount, context: SmsContext, whole: WholeText): Promise<boolean> {
  const { sequencer, counters, logger, clock } = context
  const { number } = whole.arrival
  const open = openThread(context, whole.arrival)
  const commands = (joined: Interaction | undefined) => commandsOf(account, whole, joined, clock.now())
  try {
    try {
      await sequencer.submit(commands(open))
    } catch (cause) {
      // The conversation takes nothing more: it is one of its own.
      const isOver =
        isTandemError(cause, 'centre.conversation-over') || isTandemError(cause, 'centre.conversation-full')
      if (!open || !isOver) throw cause
      await sequencer.submit(commands(undefined))
    }
  } catch (cause) {
    if (!isTandemError(cause, 'sms.taken')) throw cause
    counters.repeated++
    return false
  }
  counters.taken++
  logger.info({ account: account.name, number, joined: open?.id }, 'text taken')
  return true
}

/** Only a conversation by text message is joined, and only one that goes on. */
function openThread({ sequencer }: SmsContext, arrival: Arrival): Interaction | undefined {
  const { centre, sms } = sequencer.committed.states
  const id = sms.threads.get(partyKey(arrival))
  const interaction = id === undefined ? undefined : centre.interactions.get(id)
  return interaction?.medium === 'sms' && interaction.phase.state !== 'wrapping-up' ? interaction : undefined
}

function commandsOf(
  account: SmsAccount,
  { arrival, text, completes }: WholeText,
  open: Interaction | undefined,
  now: number,
): readonly AdapterCommand[] {
  const { number, key, session = '' } = arrival
  // One text of a person may be like another: the moment tells them apart, and a repetition is refused before.
  const name = createHash('sha256').update(`${key} ${session} ${now}`).digest('hex').slice(0, 24)
  const interaction = open?.id ?? `ix-${name}`
  const take: AdapterCommand = {
    machine: 'sms',
    command: { type: 'TakeText', arrival, interaction, ...(completes !== undefined && { completes }) },
  }
  const line: AdapterCommand = {
    machine: 'centre',
    command: { type: 'SendMessage', interaction, message: `text-${name}`, text },
  }
  if (open) return [take, line]
  const create: AdapterCommand = {
    machine: 'centre',
    command: { type: 'CreateContact', interaction, medium: 'sms', queue: account.queue, from: number },
  }
  return [take, create, line]
}
