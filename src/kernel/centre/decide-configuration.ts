import { CONFIG_ERRORS, type ConfigurationChange, decideConfiguration } from '#kernel/config'
import { type FlowDocument, stepOf } from '#kernel/flow'
import type { Interaction } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { endOffersTo } from './decide-agent.ts'
import type { Draft } from './draft.ts'
import { enterStep } from './enter.ts'
import { rescueFrom } from './rescue.ts'
import { nextRouteAt } from './widen.ts'

/**
 * Changes the configuration under running calls. A queue or a flow with callers in it is not removed (`config.in-use`): they would have no
 * place. Callers whose step is another one now hear it from its beginning; a conversation goes on whatever is removed.
 */
export function changeConfiguration(draft: Draft, command: CommandOf<'ChangeConfiguration'>): void {
  const before = draft.configuration.flows
  const documents = new Map(command.changes.filter(isFlow).map(({ name }) => [name, before.get(name)]))
  const events = decideConfiguration(draft.store.configurationState, command, draft.now)
  for (const change of command.changes) refuseInUse(draft, change)
  for (const event of events) draft.emit(event)
  for (const { kind, name, value } of command.changes) {
    if (kind === 'queue' && value) lookAgain(draft, name)
    if (kind !== 'user' || value) continue
    endOffersTo(draft, name, 'unreachable')
    rescueFrom(draft, name)
  }
  for (const [flow, old] of documents) if (old) sayChangedSteps(draft, flow, old)
}

/** Whoever is logged in as that user must log in again. Nobody is logged in as somebody who is not there. */
export function endSessions(draft: Draft, { user, by }: CommandOf<'EndSessions'>): void {
  if (draft.configuration.users.has(user)) draft.emit({ type: 'SessionsEnded', user, by })
}

/** Those who wait already come to the rings and overflows that their queue has now, at the moments that it says now. */
function lookAgain(draft: Draft, name: string): void {
  const queue = draft.configuration.queues.get(name)
  for (const { interaction: id } of draft.store.queues.get(name)?.waiting ?? []) {
    const phase = draft.interaction(id)?.phase
    if (phase?.state !== 'queued') continue
    const { enteredAt, ring = 0, only } = phase
    const routeAt = nextRouteAt(draft, queue, { enteredAt, ring, only })
    if (routeAt === phase.routeAt) continue
    draft.emit({
      type: 'Widened',
      interaction: id,
      ring,
      ...(only === undefined ? undefined : { only }),
      ...(routeAt === undefined ? undefined : { routeAt }),
    })
  }
}

function isFlow(change: ConfigurationChange): boolean {
  return change.kind === 'flow'
}

function refuseInUse(draft: Draft, { kind, name, value }: ConfigurationChange): void {
  if (value !== undefined || (kind !== 'queue' && kind !== 'flow')) return
  const isIn = kind === 'queue' ? waitsIn : followsFlow
  const interactions = [...draft.store.interactions.values()].filter((one) => isIn(one, name)).length
  if (interactions > 0) throw CONFIG_ERRORS['config.in-use']({ path: `${kind}s.${name}`, interactions })
}

function waitsIn({ phase }: Interaction, queue: string): boolean {
  if (phase.state === 'queued') return phase.queue === queue
  return phase.state === 'offered' && (phase.queue === queue || phase.back === queue)
}

function followsFlow({ phase }: Interaction, flow: string): boolean {
  if (phase.state === 'in-flow') return phase.flow === flow
  return phase.state === 'offered' && phase.otherwise?.flow === flow
}

function sayChangedSteps(draft: Draft, flow: string, old: FlowDocument): void {
  const young = draft.configuration.flows.get(flow)
  for (const { id, phase, recordings } of draft.store.interactions.values()) {
    if (phase.state !== 'in-flow' || phase.flow !== flow) continue
    if (JSON.stringify(stepOf(old, phase.step)) === JSON.stringify(stepOf(young, phase.step))) continue
    for (const recording of recordings) {
      if (recording.endedAt === undefined) {
        draft.emit({ type: 'RecordingEnded', interaction: id, recording: recording.id })
      }
    }
    draft.stepsEntered = 0
    enterStep(draft, id, { flow, step: phase.step })
  }
}
