import type { Millis } from '#base'
import {
  type Conversation,
  type Interaction,
  isWritten,
  type Message,
  type Note,
  participantOf,
} from '#kernel/interaction'
import type { CentreEvent, EventOf } from './event.ts'

/** Nothing said yet. */
const SILENT: Conversation = { messages: [], written: 0 }

/**
 * The conversation after an event: what was written, and the lines that the system adds of itself. The lines follow from the events alone, so a takeover, and
 * whoever reads the history later, has the very same transcript (IR-16, IR-23).
 */
export function evolveConversation(
  interaction: Pick<Interaction, 'medium' | 'participants' | 'conversation'>,
  event: CentreEvent,
  at: Millis,
): Conversation | undefined {
  const { conversation } = interaction
  if (!isWritten(interaction.medium)) return conversation
  switch (event.type) {
    case 'MessageAdded': {
      const { messages, written, ...rest } = conversation ?? SILENT
      const { id, by, user, text, files, mail } = event.message
      const more = { ...(user !== undefined && { user }), ...(files && { files }), ...(mail && { mail }) }
      const message: Message = { id, at, by, text, ...more }
      return { ...rest, messages: [...messages, message], written: written + 1 }
    }
    case 'MessageReported':
      return conversation && { ...conversation, messages: reported(conversation.messages, event) }
    case 'MessagesRead': {
      const read = { ...conversation?.read, [event.by === 'customer' ? 'customer' : 'agents']: event.message }
      return { ...(conversation ?? SILENT), read }
    }
    default: {
      const note = noteOf(interaction, event)
      return note ? withNote(conversation ?? SILENT, note, at) : conversation
    }
  }
}

function reported(messages: readonly Message[], { message, delivery }: EventOf<'MessageReported'>): readonly Message[] {
  return messages.map((one) => {
    if (one.id !== message) return one
    const { delivery: _, ...line } = one
    return { ...line, ...(delivery && { delivery }) }
  })
}

interface NoteLine {
  readonly id: string
  readonly note: Note
  readonly user?: string | undefined
}

function noteOf({ participants }: Pick<Interaction, 'participants'>, event: CentreEvent): NoteLine | undefined {
  const userOf = (id: string) => participants.find((one) => one.id === id)?.user
  switch (event.type) {
    case 'Queued':
      return { id: `queued.${event.visit}`, note: 'queued' }
    case 'ContactBegun':
      return { id: `joined.${event.participant.id}`, note: 'joined', user: event.user }
    case 'ParticipantConnected':
      return { id: `joined.${event.participant}`, note: 'joined', user: userOf(event.participant) }
    case 'ParticipantCleared':
      return { id: `left.${event.participant}`, note: 'left', user: userOf(event.participant) }
    case 'Transferred':
      return { id: `transferred.${event.by}`, note: 'transferred', user: userOf(event.by) }
    case 'InteractionClosed':
      return { id: 'ended', note: 'ended' }
    default:
      return undefined
  }
}

function withNote(conversation: Conversation, { id, note, user }: NoteLine, at: Millis): Conversation {
  const line: Message = { id, at, by: 'system', text: '', note, ...(user !== undefined && { user }) }
  return { ...conversation, messages: [...conversation.messages, line] }
}

/** The transcript of an interaction from its events, oldest first: what its state held while it was open. */
export function transcriptOf(
  events: readonly { readonly event: CentreEvent; readonly at: Millis }[],
): readonly Message[] {
  let interaction: Pick<Interaction, 'medium' | 'participants' | 'conversation'> | undefined
  for (const { event, at } of events) {
    if (event.type === 'InteractionCreated') interaction = { medium: event.medium, participants: event.participants }
    if (!interaction) continue
    const comes = event.type === 'ContactBegun' || event.type === 'Offered' || event.type === 'ParticipantInvited'
    if (comes && !participantOf(interaction as Interaction, event.participant.id)) {
      interaction = { ...interaction, participants: [...interaction.participants, event.participant] }
    }
    const conversation = evolveConversation(interaction, event, at)
    if (conversation) interaction = { ...interaction, conversation }
  }
  return interaction?.conversation?.messages ?? []
}
