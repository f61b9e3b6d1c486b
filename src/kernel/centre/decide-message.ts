import { hasMessage, type Interaction, isLive, isWritten } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { finish } from './finish.ts'
import { MESSAGES_MAX } from './limits.ts'

/** Somebody writes. The same message again, whoever repeats it and however late, is the one that stands there already (IR-15). */
export function sendMessage(draft: Draft, command: CommandOf<'SendMessage'>): void {
  const { interaction: id, message, user, text, files, mail } = command
  const interaction = openConversation(draft, id)
  if (hasMessage(interaction.conversation, message)) return
  if (user !== undefined) demandAgent(interaction, user)
  if ((interaction.conversation?.written ?? 0) >= MESSAGES_MAX) {
    throw CENTRE_ERRORS['centre.conversation-full']({ interaction: id, messages: MESSAGES_MAX })
  }
  draft.emit({
    type: 'MessageAdded',
    interaction: id,
    message: {
      id: message,
      by: user === undefined ? 'customer' : 'agent',
      text,
      ...(user === undefined ? undefined : { user }),
      ...(files === undefined || files.length === 0 ? undefined : { files }),
      ...(mail === undefined ? undefined : { mail }),
    },
  })
}

/** One side has seen everything up to a message. */
export function readMessages(draft: Draft, { interaction: id, message, user }: CommandOf<'ReadMessages'>): void {
  const interaction = openConversation(draft, id)
  if (user !== undefined) demandAgent(interaction, user)
  const { conversation } = interaction
  const by = user === undefined ? 'customer' : 'agents'
  const place = (one: string | undefined) => conversation?.messages.findIndex(({ id: of }) => of === one) ?? -1
  if (place(message) <= place(conversation?.read?.[by])) return
  draft.emit({ type: 'MessagesRead', interaction: id, by, message })
}

/** Who the customer is became known on the way: by what the customer asked for besides. */
export function identifyCustomer(draft: Draft, { interaction: id, customer }: CommandOf<'IdentifyCustomer'>): void {
  const interaction = draft.interaction(id)
  if (!interaction || interaction.phase.state === 'wrapping-up' || interaction.customer === customer) return
  draft.emit({ type: 'CustomerIdentified', interaction: id, customer })
}

/** An adapter tells what became of a line. What is told late, of a conversation that is closed, or twice decides nothing. */
export function reportMessage(draft: Draft, command: CommandOf<'ReportMessage'>): void {
  const { interaction: id, message, delivery } = command
  const line = draft.interaction(id)?.conversation?.messages.find((one) => one.id === message)
  if (line?.by !== 'agent') return
  if (line.delivery?.state === delivery?.state && line.delivery?.reason === delivery?.reason) return
  draft.emit({ type: 'MessageReported', interaction: id, message, ...(delivery && { delivery }) })
}

/** The customer leaves the conversation. Who was waiting has abandoned. */
export function leaveConversation(draft: Draft, { interaction: id }: CommandOf<'Leave'>): void {
  const interaction = draft.interaction(id)
  if (!interaction || !isWritten(interaction.medium)) return
  const { state } = interaction.phase
  if (state === 'wrapping-up') return
  const served = state === 'connected' || state === 'held'
  finish(draft, id, { closed: served ? 'answered' : 'abandoned', told: 'left' })
}

function openConversation(draft: Draft, id: string): Interaction {
  const interaction = draft.interaction(id)
  if (!interaction || interaction.phase.state === 'wrapping-up') {
    throw CENTRE_ERRORS['centre.conversation-over']({ interaction: id })
  }
  if (!isWritten(interaction.medium)) throw CENTRE_ERRORS['centre.not-in-writing']({ interaction: id })
  return interaction
}

function demandAgent({ id, participants }: Interaction, user: string): void {
  const takesPart = participants.some((one) => one.user === user && isLive(one) && one.connection === 'connected')
  if (!takesPart) throw CENTRE_ERRORS['centre.not-in-conversation']({ user, interaction: id })
}
