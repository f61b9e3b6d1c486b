import type { AgentLive, MailboxView, VoiceMessages, VoiceMessageView } from '#api/contract'
import { ApiClient } from './api-client.ts'

/** What becomes of a message; `restored` undoes `removed`. */
export type VoiceMark = 'heard' | 'unheard' | 'removed' | 'restored'

/** Speaks to the API about voice messages. */
export class MailboxClient {
  readonly #api: ApiClient

  constructor(token: string) {
    this.#api = new ApiClient(token)
  }

  /** The newest in the own mailbox and in those of the queues that one serves. */
  messages(limit: number): Promise<VoiceMessages> {
    return this.#api.read(`/voice-messages?${new URLSearchParams({ limit: String(limit) })}`)
  }

  mark(id: string, as: VoiceMark): Promise<VoiceMessageView> {
    return this.#api.send('POST', `/voice-messages/${encodeURIComponent(id)}/mark`, { as })
  }
}

/** How many messages wait to be heard by this agent: in the own mailbox and in those of its queues. Who sees all mailboxes counts the own. */
export function unheardOf(
  mailboxes: ReadonlyMap<string, MailboxView>,
  own: Pick<AgentLive, 'user' | 'queues'>,
): number {
  const names = new Set([own.user, ...own.queues])
  return [...mailboxes.values()].reduce((sum, { name, unheard }) => sum + (names.has(name) ? unheard : 0), 0)
}

/** Whether somebody can be called back there: a number, or an extension; not a name, and not who hides it. */
export function isCallable(from: string): boolean {
  return /^\+?[0-9]{2,20}$/.test(from)
}
