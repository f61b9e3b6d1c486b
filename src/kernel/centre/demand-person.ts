import { hasCapacity, isDiallable } from '#kernel/agent'
import { type Interaction, isByPhone } from '#kernel/interaction'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'

/** Fails unless the person's phone can be rung now; who is configured no more is there only until its work is over. */
export function demandDiallable(draft: Draft, user: string): void {
  const agent = draft.agent(user)
  if (!agent || !draft.configuration.users.has(user)) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (!agent.reachable) throw CENTRE_ERRORS['centre.user-unreachable']({ user })
  if (!isDiallable(agent)) throw CENTRE_ERRORS['centre.user-busy']({ user })
}

/** Fails unless the person can be given this now: by phone it must be diallable, of all else it must have room for one more. */
export function demandTaker(draft: Draft, user: string, { medium }: Pick<Interaction, 'medium'>): void {
  if (isByPhone(medium)) return demandDiallable(draft, user)
  const agent = draft.agent(user)
  const known = draft.configuration.users.get(user)
  if (!agent || !known) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (!hasCapacity(agent, known, medium)) throw CENTRE_ERRORS['centre.user-busy']({ user })
}
