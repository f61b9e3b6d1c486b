import { type ConversationView, type DeliveryView, type MessageView, moment } from '#api/contract'
import type { Millis } from '#base'
import type { CentreState } from '#kernel/centre'
import type { Configuration } from '#kernel/config'
import { type Interaction, isLive, type Message, type MessageMail, messagesAfter } from '#kernel/interaction'
import { expectedWaitAt } from '#kernel/queue'
import type { ConversationHub } from './conversation-hub.ts'

/** Who looks: a visitor is shown names, not users. */
export type Reader = 'customer' | 'agents'

/** What a view is made of besides the interaction. */
export interface ViewSources {
  readonly state: CentreState
  readonly hub: Pick<ConversationHub, 'isTyping'>
  readonly now: Millis
  readonly reader: Reader
}

/** An open conversation, its lines from after the given one on. */
export function viewConversation(interaction: Interaction, sources: ViewSources, after?: string): ConversationView {
  const { hub, state, reader } = sources
  const { id, conversation, participants } = interaction
  const users = participants.flatMap((one) =>
    one.user !== undefined && one.connection === 'connected' && isLive(one) ? [one.user] : [],
  )
  return {
    id,
    state: stateOf(interaction),
    ...placeOf(interaction, sources),
    agents: [...new Set(users)].map((user) => nameOf(state.configuration, user)),
    messages: messagesAfter(conversation?.messages ?? [], after).map((one) =>
      viewMessage(one, state.configuration, reader),
    ),
    ...deliveriesOf(conversation?.messages ?? [], reader),
    read: { customer: conversation?.read?.customer ?? null, agents: conversation?.read?.agents ?? null },
    typing: { customer: hub.isTyping(id, 'customer'), agents: hub.isTyping(id, 'agents') },
  }
}

/** A conversation that is closed, from what history has of it. */
export function viewOver(
  id: string,
  messages: readonly Message[],
  { state, reader }: Pick<ViewSources, 'state' | 'reader'>,
  after?: string,
): ConversationView {
  return {
    id,
    state: 'over',
    ...{ position: null, wait: null, agents: [] },
    messages: messagesAfter(messages, after).map((one) => viewMessage(one, state.configuration, reader)),
    ...deliveriesOf(messages, reader),
    read: { customer: null, agents: null },
    typing: { customer: false, agents: false },
  }
}

/** Of all lines, however many are new: what became of one is known later than the line. */
function deliveriesOf(messages: readonly Message[], reader: Reader): { readonly deliveries?: DeliveryView[] } {
  const deliveries = messages.flatMap(({ id, delivery }) =>
    delivery ? [{ message: id, state: delivery.state, reason: delivery.reason ?? null }] : [],
  )
  return reader === 'agents' && deliveries.length > 0 ? { deliveries } : {}
}

function stateOf({ phase }: Interaction): ConversationView['state'] {
  if (phase.state === 'wrapping-up') return 'over'
  return phase.state === 'connected' || phase.state === 'held' ? 'talking' : 'waiting'
}

function placeOf({ id, phase }: Interaction, { state, now }: ViewSources): Pick<ConversationView, 'position' | 'wait'> {
  const queue = phase.state === 'queued' ? state.queues.get(phase.queue) : undefined
  if (phase.state !== 'queued' || !queue) return { position: null, wait: null }
  const { priority, enteredAt, rankAt = enteredAt } = phase
  const position = 1 + queue.waiting.rank({ interaction: id, priority, enteredAt, rankAt })
  const wait = expectedWaitAt(queue, position, now)
  return { position, wait: wait ? { leastMs: Math.round(wait.leastMs), mostMs: Math.round(wait.mostMs) } : null }
}

function viewMessage(message: Message, configuration: Configuration, reader: Reader): MessageView {
  const { id, at, by, user, text, files = [], note, mail } = message
  return {
    ...{ id, by, text, files: [...files] },
    at: moment(at),
    user: reader === 'agents' ? (user ?? null) : null,
    name: user === undefined ? null : nameOf(configuration, user),
    note: note ?? null,
    ...(mail && { mail: viewMail(mail) }),
  }
}

function viewMail(mail: MessageMail): NonNullable<MessageView['mail']> {
  const { subject, from, to, cc = [], html, omitted = [], automatic, forwards, aside, follows } = mail
  return {
    ...{ subject, from, to: [...to], cc: [...cc], html: html !== undefined, omitted: [...omitted] },
    ...{ automatic: automatic ?? null, forwards: forwards ?? null, aside: aside ?? false, follows: follows ?? null },
  }
}

function nameOf(configuration: Configuration, user: string): string {
  return configuration.users.get(user)?.displayName ?? user
}
