import type { InteractionView } from '#api/contract'
import { moment } from '#api/contract'
import { type CommittedEvent, GroupMembers, type QueueMembers, viewInteraction } from '#api/live'
import type { CentreEvent, CentreState } from '#kernel/centre'
import type { Interaction } from '#kernel/interaction'
import { type Touched, untouched } from './touched.ts'

/** What is remembered of an interaction, for the moment when it changes or goes. */
export interface Tracked {
  readonly view: InteractionView
  /** The users who are, or were, parties of it: who else may see it. */
  readonly users: ReadonlySet<string>
  /** It is parked, or was: anybody may take it, so everybody sees it, and that it was taken. */
  readonly parked: boolean
  /** It rings at somebody of a group of theirs, or did: they may take it, so they see it, and that it rings no more. */
  readonly colleagues: ReadonlySet<string>
}

/** A page shows how the last calls ended; older ones are in history. */
const CLOSED_MAX = 500

/** Finds what a batch of events touches, besides what it names: the queues and agents before and after. */
export class Tracker {
  readonly #members: QueueMembers
  readonly #groups = new GroupMembers()
  readonly #open = new Map<string, Tracked>()
  readonly #closed = new Map<string, Tracked>()

  constructor(state: CentreState, members: QueueMembers) {
    this.#members = members
    for (const interaction of state.interactions.values())
      this.#open.set(interaction.id, this.#track(interaction, state))
  }

  /** The interaction as it is, or as it ended if that was lately. */
  get(id: string): Tracked | undefined {
    return this.#open.get(id) ?? this.#closed.get(id)
  }

  /** Whether of all these it can still be said what became of them: of more ends than are remembered, it cannot. */
  remembers(ids: ReadonlySet<string>): boolean {
    for (const id of ids) if (!this.get(id)) return false
    return true
  }

  /** All that are open. */
  open(): Iterable<Tracked> {
    return this.#open.values()
  }

  /** Follows the batch, which the state holds already. */
  follow(batch: readonly CommittedEvent[], state: CentreState): Touched {
    const touched = untouched()
    const ends = new Map<string, CommittedEvent>()
    for (const entry of batch) {
      const { event } = entry
      if (event.type === 'ConfigurationChanged') touchConfigured(event, state, touched)
      for (const id of interactionsOf(event)) touched.interactions.add(id)
      if ('user' in event && event.user !== undefined) touched.agents.add(event.user)
      if (event.type === 'InteractionClosed') ends.set(event.interaction, entry)
    }
    for (const id of touched.interactions) this.#update(id, state, touched, ends.get(id))
    for (const user of touched.agents) {
      for (const queue of this.#members.queuesOf(state.configuration, user)) touched.queues.add(queue)
    }
    return touched
  }

  #update(id: string, state: CentreState, touched: Touched, end: CommittedEvent | undefined): void {
    const before = this.#open.get(id)
    const interaction = state.interactions.get(id)
    const after = interaction ? this.#track(interaction, state, before) : before && close(before, end)
    for (const one of [before, after]) {
      if (one?.view.queue) touched.queues.add(one.view.queue)
      for (const user of one?.users ?? []) touched.agents.add(user)
    }
    if (interaction && after) this.#open.set(id, after)
    else if (after) this.#bury(id, after)
    else if (!this.#closed.has(id)) {
      // Told of after its end, as a sealed recording is, or begun and ended within one look: nothing to show.
      touched.interactions.delete(id)
      touched.passing ||= end !== undefined
    }
  }

  #track(interaction: Interaction, state: CentreState, before?: Tracked): Tracked {
    const colleagues = new Set(before?.colleagues)
    for (const rung of ringsAt(interaction)) {
      for (const one of this.#groups.colleaguesOf(state.configuration, rung)) colleagues.add(one)
    }
    return { ...track(interaction, before), colleagues }
  }

  #bury(id: string, tracked: Tracked): void {
    this.#open.delete(id)
    this.#closed.set(id, tracked)
    if (this.#closed.size > CLOSED_MAX) this.#closed.delete(this.#closed.keys().next().value!)
  }
}

/** At whom it rings, where a colleague could take it: a call. */
function ringsAt({ medium, phase }: Interaction): readonly string[] {
  if (phase.state !== 'offered' || (medium !== 'voice' && medium !== 'callback')) return []
  return [phase.user, ...(phase.others ?? []).map(({ user }) => user)]
}

function track(interaction: Interaction, before?: Tracked): Omit<Tracked, 'colleagues'> {
  const users = new Set(before?.users)
  for (const { user } of interaction.participants) if (user !== undefined) users.add(user)
  const view = viewInteraction(interaction)
  return { view, users, parked: view.parked != null || before?.parked === true }
}

function close({ view, users, parked, colleagues }: Tracked, end: CommittedEvent | undefined): Tracked {
  const at = end ? moment(end.at) : view.since
  const outcome = end?.event.type === 'InteractionClosed' ? end.event.reason : null
  return {
    view: {
      ...view,
      state: 'closed',
      since: at,
      closedAt: at,
      offerUntil: null,
      outcome,
      participants: [],
      parked: null,
    },
    users,
    parked,
    colleagues,
  }
}

function interactionsOf(event: CentreEvent): readonly string[] {
  if (!('interaction' in event)) return []
  return event.type === 'Joined' ? [event.interaction, event.consulted] : [event.interaction]
}

function touchConfigured(
  event: CentreEvent & { type: 'ConfigurationChanged' },
  state: CentreState,
  touched: Touched,
): void {
  for (const { kind, name } of event.changes) {
    if (kind === 'user') touched.agents.add(name)
    if (kind === 'queue') touched.queues.add(name)
  }
  // Who serves which queue may have changed for all of them.
  if (event.changes.some(({ kind }) => kind === 'user' || kind === 'queue')) {
    for (const queue of state.configuration.queues.keys()) touched.queues.add(queue)
  }
}
