import { hasRoom, shareOf } from '#kernel/agent'
import type { CommandOf } from './command.ts'
import { refuseWhenFull } from './decide-call.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { PRIORITY_STEP_MS } from './limits.ts'
import { partyOfUser } from './offer.ts'

/**
 * An agent writes to a customer first. It may do so whether it is ready for work or not, as it may call, but not beyond what it may do at once. The
 * contact waited in no queue, so no queue's figures of waiting count it.
 */
export function beginContact(draft: Draft, command: CommandOf<'BeginContact'>): void {
  const { interaction, medium, user, from, to, subject, queue: name } = command
  if (draft.interaction(interaction)) return
  refuseWhenFull(draft)
  const queue = draft.configuration.queues.get(name)
  if (!queue) throw CENTRE_ERRORS['centre.no-such-queue']({ queue: name })
  const agent = draft.agent(user)
  const rules = draft.configuration.users.get(user)
  if (!agent || !rules) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (agent.chosen.status === 'logged-off') throw CENTRE_ERRORS['centre.logged-off']({ user })
  if (!hasRoom(agent, rules, medium)) throw CENTRE_ERRORS['centre.no-room']({ user, medium })
  const { priority } = queue
  const share = shareOf(rules, medium)
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium,
    direction: 'outbound',
    from,
    to,
    customer: command.customer ?? to,
    ...(subject === undefined ? undefined : { subject }),
    participants: [],
  })
  const { outside: _, ...party } = partyOfUser(draft, interaction, user, 'agent')
  draft.emit({
    type: 'ContactBegun',
    interaction,
    participant: { ...party, connection: 'connected' },
    user,
    queue: name,
    medium,
    ...(share === 1 ? undefined : { share }),
    place: {
      priority,
      enteredAt: draft.now,
      rankAt: draft.now - priority * (queue.priorityStepMs ?? PRIORITY_STEP_MS),
    },
  })
}
