import type { Queue } from '#kernel/config'
import { type InteractionId, isLive, type Participant } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'

/**
 * An agent writes down what a contact was about, while it talks or afterwards. It is an event each time, so that a takeover, a closed
 * browser or the end of the time after the call loses nothing of it.
 */
export function note(draft: Draft, command: CommandOf<'Note'>): void {
  const { interaction: id, user, code, text } = command
  const interaction = draft.interaction(id)
  const party = interaction?.participants.find((one) => one.user === user && (isLive(one) || one.wrapUp !== undefined))
  if (!interaction || !party) return
  demandCode(queueFor(draft, id, user), code)
  if (party.note?.code === code && party.note?.text === text) return
  draft.emit({
    ...{ type: 'Noted', interaction: id, participant: party.id, user },
    ...(code === undefined ? undefined : { code }),
    ...(text === undefined ? undefined : { text }),
  })
}

/** The queue that the agent's work came from; the contact itself may be in another one by now. */
function queueFor(draft: Draft, id: InteractionId, user: string): Queue | undefined {
  const queue = draft.agent(user)?.work.find((one) => one.interaction === id)?.queue
  return queue === undefined ? undefined : draft.configuration.queues.get(queue)
}

/** Refuses a code that the queue does not know. A queue that names none takes any. */
function demandCode(queue: Queue | undefined, code: string | undefined): void {
  if (code === undefined || queue?.wrapUpCodes === undefined || queue.wrapUpCodes.includes(code)) return
  throw CENTRE_ERRORS['centre.wrap-up-code']({ queue: queue.name, code })
}

/** The code that the work after a call ends with: the one that is said now, else the one that was written down. */
export function finalCode(
  draft: Draft,
  id: InteractionId,
  { user = '', note: noted }: Participant,
  said: string | undefined,
): string | undefined {
  const queue = queueFor(draft, id, user)
  demandCode(queue, said)
  const code = said ?? noted?.code
  if (code === undefined && queue?.wrapUpCodeRequired) {
    throw CENTRE_ERRORS['centre.wrap-up-code-needed']({ queue: queue.name })
  }
  return code
}

/** What of a code stands in the end of the work after a call that nobody ends by hand: what was written down. */
export function notedCode({ note: noted }: Participant): { readonly code?: string } {
  return noted?.code === undefined ? {} : { code: noted.code }
}
