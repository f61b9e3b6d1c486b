import { type MailboxView, moment, type VoiceMessageView } from '#api/contract'
import type { CentreState } from '#kernel/centre'
import type { Configuration, User } from '#kernel/config'
import { type MailboxState, messagesOf, unheardIn, type VoiceMessage } from '#kernel/mailbox'
import type { Right } from '#kernel/permission'
import { servesQueue } from '#kernel/routing'

/** Whether a mailbox is the user's own, or that of a queue that the user serves: such messages are the user's work, and may be heard. */
export function ownsMailbox({ users, queues }: Configuration, user: User, mailbox: string): boolean {
  if (mailbox === user.name) return true
  const queue = queues.get(mailbox)
  return queue !== undefined && !users.has(mailbox) && servesQueue(user, queue)
}

/** Whether somebody may see what lies in a mailbox: its owners, and whoever sees the work of others. */
export function opensMailbox(
  configuration: Configuration,
  { user, rights }: { readonly user: User; readonly rights: readonly Right[] },
  mailbox: string,
): boolean {
  return rights.includes('view-live') || ownsMailbox(configuration, user, mailbox)
}

/** How much lies in a mailbox, and how much of it nobody has heard. */
export function viewMailbox(state: MailboxState, name: string): MailboxView {
  const messages = messagesOf(state, name).filter(({ removed }) => !removed).length
  return { name, unheard: unheardIn(state, name), messages }
}

/** A message as people are shown it, with the name of a colleague who called. */
export function viewVoiceMessage({ configuration }: CentreState, message: VoiceMessage): VoiceMessageView {
  const { customer = null, heard, removed, at, parts: _, ...rest } = message
  const colleague = [...configuration.users.values()].find(({ extension }) => extension === message.from)
  const done = (one: VoiceMessage['heard']) => (one ? { by: one.by, at: moment(one.at) } : null)
  return {
    ...rest,
    customer,
    name: colleague?.displayName ?? null,
    at: moment(at),
    heard: done(heard),
    removed: done(removed),
  }
}
