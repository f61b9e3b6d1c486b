import type { Presence } from '#api/contract'
import type { Millis } from '#base'
import { type Agent, agentStatus, lineState, MIXES_DEFAULT } from '#kernel/agent'
import type { CentreState } from '#kernel/centre'
import type { Medium, User } from '#kernel/config'

/** Whether somebody has a page open now, as far as this core knows. */
export type IsLoggedOn = (user: string) => boolean

/** What a colleague sees of a user; somebody whom nothing has happened to yet is logged off. */
export function viewPresence(
  { agents }: Pick<CentreState, 'agents'>,
  user: User,
  { now, isLoggedOn }: { readonly now: Millis; readonly isLoggedOn: IsLoggedOn },
): Presence {
  const agent = agents.get(user.name)
  const status = agent ? agentStatus(agent, now) : 'logged-off'
  return {
    user: user.name,
    status,
    reason: status === 'not-ready' ? (agent?.chosen.reason ?? null) : null,
    note: agent?.note ?? null,
    line: agent ? lineState(agent) : 'none',
    reachedBy: [...(agent ? phoneOf(agent) : []), ...(isLoggedOn(user.name) ? (['chat'] as const) : [])],
    media: mediaOf(user),
  }
}

function phoneOf({ station, reachable }: Agent): readonly ('phone' | 'telephone')[] {
  if (station !== undefined) return ['telephone']
  return reachable ? ['phone'] : []
}

/** What may be given to the user, whatever it does now. */
function mediaOf({ mixes = MIXES_DEFAULT }: User): Medium[] {
  const media = mixes.flatMap((mix) => Object.entries(mix).filter(([, most]) => most > 0))
  return [...new Set(media.map(([medium]) => medium as Medium))]
}
