import {
  type AgentLive,
  type InteractionView,
  type MailboxView,
  moment,
  type Presence,
  type QueueLive,
  type ServerMessage,
  type Topic,
} from '#api/contract'
import {
  type CentrePort,
  type IsLoggedOn,
  opensMailbox,
  type QueueMembers,
  viewAgent,
  viewMailbox,
  viewPresence,
  viewQueues,
  withoutHidden,
} from '#api/live'
import type { Clock } from '#base'
import type { User } from '#kernel/config'
import type { Right } from '#kernel/permission'
import type { Touched } from './touched.ts'
import type { Tracked, Tracker } from './tracker.ts'

/** What views are made of. */
export interface ViewerOptions {
  readonly centre: CentrePort
  readonly members: QueueMembers
  readonly tracker: Tracker
  readonly clock: Clock
  readonly isLoggedOn: IsLoggedOn
}

/** Who looks: the user, and what of. */
export interface Spectator {
  readonly user: User
  /** What the user may do now. */
  readonly rights: readonly Right[]
  readonly topics: ReadonlySet<Topic>
  /** The topics as one word. */
  readonly wants: string
  /** Whose presence is told (AGS-08). */
  readonly colleagues: ReadonlySet<string>
}

type Snapshot = Extract<ServerMessage, { type: 'snapshot' }>
type Changes = Extract<ServerMessage, { type: 'changes' }>

/** Makes messages of the present: what a spectator may see (SEC-07) and wants to. */
export class Viewer {
  readonly #options: ViewerOptions

  constructor(options: ViewerOptions) {
    this.#options = options
  }

  /** Everything that the spectator sees. */
  snapshot(spectator: Spectator): Snapshot {
    const { tracker, centre } = this.#options
    const interactions = spectator.topics.has('interactions')
      ? [...tracker.open()].filter((one) => seesAll(spectator) || sees(spectator, one))
      : []
    return {
      type: 'snapshot',
      rights: [...spectator.rights],
      ...this.#place(),
      queues: this.#queues(spectator),
      agents: this.#agents(spectator, centre.state().configuration.users.keys()),
      interactions: interactions.map((one) => this.#viewFor(spectator, one)),
      ...this.#mailboxes(spectator, centre.state().mailboxes.mailboxes.keys()),
      ...this.#colleagues(spectator, spectator.colleagues),
    }
  }

  /** The present views of what was touched, and the names of what is gone; undefined when it is nothing to the spectator. `present`: of whom the presence is told, if the spectator follows it. */
  changes(spectator: Spectator, touched: Touched, present: ReadonlySet<string> = touched.agents): Changes | undefined {
    const { configuration } = this.#options.centre.state()
    const { topics } = spectator
    const queues = this.#queues(spectator, touched.queues)
    const agents = this.#agents(spectator, touched.agents)
    const interactions = this.#interactions(spectator, touched.interactions)
    const mailboxes = this.#mailboxes(spectator, touched.mailboxes)
    const colleagues = this.#colleagues(spectator, present)
    const all = seesAll(spectator)
    const removed = {
      queues: all && topics.has('queues') ? [...touched.queues].filter((name) => !configuration.queues.has(name)) : [],
      agents: all && topics.has('agents') ? [...touched.agents].filter((name) => !configuration.users.has(name)) : [],
    }
    const lists = [queues, agents, interactions, mailboxes.mailboxes ?? [], colleagues.colleagues ?? []]
    if ([...lists, removed.queues, removed.agents].every(({ length }) => length === 0)) return undefined
    return { type: 'changes', ...this.#place(), queues, agents, interactions, ...mailboxes, ...colleagues, removed }
  }

  /** The users to whom something of it is their own: their view, or work that they are a party of. Undefined: everybody. */
  concernedBy(touched: Touched): ReadonlySet<string> | undefined {
    // A mailbox of a user has the user's name.
    const users = new Set([...touched.agents, ...touched.mailboxes])
    for (const id of touched.interactions) {
      const tracked = this.#options.tracker.get(id)
      if (tracked?.parked) return undefined
      for (const user of tracked?.users ?? []) users.add(user)
      for (const user of tracked?.colleagues ?? []) users.add(user)
    }
    return users
  }

  /** All spectators with the same key are told the same of a change; undefined when this one is told something of its own. */
  sameFor(spectator: Spectator, concerned: ReadonlySet<string> | undefined): string | undefined {
    const { user, wants, rights, colleagues } = spectator
    if (colleagues.size > 0 && (!concerned || !colleagues.isDisjointFrom(concerned))) return undefined
    // Who may not listen is not told who does.
    if (seesAll(spectator)) return `all ${wants} ${rights.includes('monitor')}`
    if (!concerned || concerned.has(user.name)) return undefined
    const { centre, members } = this.#options
    return `queues ${wants} ${members.queuesOf(centre.state().configuration, user.name).join()}`
  }

  #place(): { sequence: number; serverTime: string } {
    const { centre, clock } = this.#options
    return { sequence: centre.sequence(), serverTime: moment(clock.now()) }
  }

  #queues({ user, rights, topics }: Spectator, names?: ReadonlySet<string>): QueueLive[] {
    if (!topics.has('queues') || names?.size === 0) return []
    const { centre, members, clock } = this.#options
    const own = rights.includes('view-live') ? undefined : members.queuesOf(centre.state().configuration, user.name)
    const wanted = own ? new Set(own.filter((name) => !names || names.has(name))) : names
    return viewQueues(centre.state(), { members, now: clock.now() }, wanted)
  }

  #agents(spectator: Spectator, names: Iterable<string>): AgentLive[] {
    if (!spectator.topics.has('agents')) return []
    const { centre, members, clock } = this.#options
    const state = centre.state()
    const sources = { members, now: clock.now() }
    const views: AgentLive[] = []
    for (const name of names) {
      if (!seesAll(spectator) && name !== spectator.user.name) continue
      const user = state.configuration.users.get(name)
      if (user) views.push(viewAgent(state, sources, user))
    }
    return views
  }

  #mailboxes(spectator: Spectator, names: Iterable<string>): { mailboxes?: MailboxView[] } {
    if (!spectator.topics.has('mailboxes')) return {}
    const { mailboxes, configuration } = this.#options.centre.state()
    const seen = [...names].filter((name) => opensMailbox(configuration, spectator, name))
    return seen.length === 0 ? {} : { mailboxes: seen.map((name) => viewMailbox(mailboxes, name)) }
  }

  /** Of those who are followed; whoever may not call colleagues follows nobody. */
  #colleagues({ colleagues, rights }: Spectator, names: ReadonlySet<string>): { colleagues?: Presence[] } {
    if (colleagues.size === 0 || !rights.includes('create-interaction')) return {}
    const { centre, clock, isLoggedOn } = this.#options
    const state = centre.state()
    const sources = { now: clock.now(), isLoggedOn }
    const users = [...colleagues].filter((name) => names.has(name)).map((name) => state.configuration.users.get(name))
    return { colleagues: users.flatMap((user) => (user ? [viewPresence(state, user, sources)] : [])) }
  }

  #interactions(spectator: Spectator, ids: ReadonlySet<string>): InteractionView[] {
    if (!spectator.topics.has('interactions')) return []
    const views: InteractionView[] = []
    for (const id of ids) {
      const tracked = this.#options.tracker.get(id)
      if (tracked && (seesAll(spectator) || sees(spectator, tracked))) views.push(this.#viewFor(spectator, tracked))
    }
    return views
  }

  #viewFor(spectator: Spectator, { view, users, parked }: Tracked): InteractionView {
    const { user, rights } = spectator
    if (rights.includes('monitor')) return view
    if (seesAll(spectator) || users.has(user.name) || parked) return withoutHidden(view, user.name)
    return this.#asColleague(view)
  }

  /** To whoever may take what rings: who calls and where it rings, and of what became of it only that. */
  #asColleague(view: InteractionView): InteractionView {
    const isRinging = view.state === 'offered'
    const rung =
      isRinging && view.agent !== null ? this.#options.centre.state().configuration.users.get(view.agent) : undefined
    return {
      ...view,
      participants: [],
      agent: isRinging ? view.agent : null,
      flow: null,
      step: null,
      ...(rung && { agentName: rung.displayName }),
    }
  }
}

/** Everybody sees what is parked, colleagues of a group what rings there, and what became of it. */
function sees({ user }: Spectator, { users, parked, colleagues }: Tracked): boolean {
  return users.has(user.name) || parked || colleagues.has(user.name)
}

/** Whether the spectator sees the work of others; all who do see the same. */
export function seesAll({ rights }: Spectator): boolean {
  return rights.includes('view-live')
}
