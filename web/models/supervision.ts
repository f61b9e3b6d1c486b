import type { AgentLive, InteractionView } from '#api/contract'
import type { Right } from '#kernel/permission'
import type { Board } from './board.ts'
import { hasRight, type Rightful } from './rights.ts'

/** How somebody is with a conversation of others, from the least heard on. */
export type SupervisionMode = 'listen' | 'coach' | 'join' | 'take-over'

/** What each way asks for, and by which key it is asked: with Alt, letters by their place on the keyboard. */
export const SUPERVISION_MODES: readonly {
  readonly mode: SupervisionMode
  readonly right: Right
  readonly key: string
  readonly label: string
}[] = [
  { mode: 'listen', right: 'monitor', key: 'KeyL', label: 'Alt+L' },
  { mode: 'coach', right: 'coach', key: 'KeyC', label: 'Alt+C' },
  { mode: 'join', right: 'barge', key: 'KeyJ', label: 'Alt+J' },
  { mode: 'take-over', right: 'take-over', key: 'KeyO', label: 'Alt+O' },
]

/** The key that leaves a conversation, as on the desk. */
export const STOP_KEY = { key: 'KeyQ', label: 'Alt+Q' } as const

/** What a key asks for. */
export type SupervisionKey = SupervisionMode | 'stop'

/** What a supervisor is in a conversation of others. */
export interface OwnSupervision {
  readonly call: InteractionView
  readonly mode: SupervisionMode
  /** The own phone rings, or is about to: nothing is heard yet. */
  readonly rings: boolean
  readonly isMuted: boolean
  /** Whose conversation it is; absent when the agent has left it. */
  readonly agent: string | undefined
}

/** What somebody may do with conversations of others. */
export function supervisionModesOf(session: Rightful): readonly SupervisionMode[] {
  return SUPERVISION_MODES.filter(({ right }) => hasRight(session, right)).map(({ mode }) => mode)
}

/** Whether somebody can be with this conversation who is no party of it: by phone, and an agent leads it. */
export function canBeSupervised({ state, medium, participants = [] }: InteractionView, user: string): boolean {
  if ((state !== 'connected' && state !== 'held') || (medium !== 'voice' && medium !== 'callback')) return false
  const isParty = participants.some((one) => one.user === user && one.kind !== 'supervisor')
  return !isParty && participants.some((one) => one.kind === 'agent' && one.user !== null && one.ringUntil == null)
}

/** The conversations of others that the user is with now; the first that was asked for, first. */
export function ownSupervisions({ interactions, agents }: Board, user: string): readonly OwnSupervision[] {
  const found: OwnSupervision[] = []
  for (const call of interactions.values()) {
    const supervision = call.state === 'closed' ? undefined : ownSupervision(call, user, agents)
    if (supervision) found.push(supervision)
  }
  return found.sort((a, b) => a.call.createdAt.localeCompare(b.call.createdAt))
}

/** What the user is in this conversation of others, if anything. */
export function ownSupervision(
  call: InteractionView,
  user: string,
  agents: ReadonlyMap<string, Pick<AgentLive, 'displayName'>>,
): OwnSupervision | undefined {
  const parties = call.participants ?? []
  const own = parties.findLast((one) => one.user === user && one.kind === 'supervisor')
  if (!own || own.connection === 'cleared' || own.connection === 'failed') return undefined
  const agent = parties.find((one) => (own.supervises ? one.id === own.supervises.agent : one.kind === 'agent'))?.user
  const name = agent == null ? undefined : (agents.get(agent)?.displayName ?? agent)
  // Whose agent has left has the agent's place; else a party is there beside the agent.
  const mode = own.supervises?.mode ?? (agent == null ? 'take-over' : 'join')
  const rings = own.connection !== 'connected' && own.connection !== 'held'
  return { call, mode, rings, isMuted: own.muted ?? false, agent: name }
}

/** What the pressed keys ask for; letters count by their place, so that Option on a Mac does not change them. */
export function supervisionKeyOf(pressed: {
  readonly code: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}): SupervisionKey | undefined {
  if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey) return undefined
  if (pressed.code === STOP_KEY.key) return 'stop'
  return SUPERVISION_MODES.find(({ key }) => key === pressed.code)?.mode
}
