import type { Agent } from '#kernel/agent'
import type { Configuration, User } from '#kernel/config'
import { type Demand, isOwn, type Waiting } from './demand.ts'
import { Line } from './line.ts'
import { termsOf } from './terms.ts'

/** Lines of interactions with demands of their own that are kept though nobody waits in them: they are asked for again and again, and cost a look at everybody to make. */
const SPARE_LINES_MAX = 200

/** What the lines follow. */
export interface LineSource {
  readonly configuration: Configuration
  agent(user: string): Agent | undefined
}

/**
 * Every line of the centre. They follow from configuration, agents and interactions and say nothing of their own, so one is made when
 * it is first asked for and may be given up when nobody waits in it.
 */
export class Lines {
  readonly #source: LineSource
  readonly #lines = new Map<string, Line>()
  readonly #ofUser = new Map<string, Set<Line>>()
  #spare = 0

  constructor(source: LineSource) {
    this.#source = source
  }

  /** The line of a demand; undefined when there is no such queue. */
  line(key: string, demand: Demand): Line | undefined {
    const known = this.#lines.get(key)
    if (known) return known
    const made = makeLine(this.#source, key, demand)
    if (!made) return undefined
    this.#lines.set(key, made)
    if (isOwn(demand)) this.#spare++
    for (const user of usersFor(this.#source.configuration, demand)) this.#join(made, user)
    this.#trim(made)
    return made
  }

  get(key: string): Line | undefined {
    return this.#lines.get(key)
  }

  all(): Iterable<Line> {
    return this.#lines.values()
  }

  /** The lines that the user may serve. */
  of(user: string): Iterable<Line> {
    return this.#ofUser.get(user) ?? []
  }

  enter({ key, demand, entry }: Waiting): void {
    const line = this.line(key, demand)
    if (line?.waiting.size === 0 && isOwn(demand)) this.#spare--
    line?.waiting.add(entry)
  }

  leave({ key, demand, entry }: Waiting): void {
    const line = this.#lines.get(key)
    if (!line?.waiting.delete(entry) || line.waiting.size > 0 || !isOwn(demand)) return
    this.#spare++
    // A line for one person is made at once; one for many costs a look at everybody, and is kept a while.
    if (demand.user === undefined) this.#trim(line)
    else this.#drop(line)
  }

  /** The agent is as the source says now. */
  reseat(user: string): void {
    const lines = this.#ofUser.get(user)
    if (!lines) return
    const configured = this.#source.configuration.users.get(user)
    const agent = this.#source.agent(user)
    for (const line of lines) line.seat(user, configured && agent && line.seatOf(configured, agent))
  }

  /** The user is configured anew, or no more. */
  changeUser(name: string): void {
    const user = this.#source.configuration.users.get(name)
    for (const line of this.#ofUser.get(name) ?? []) line.seat(name, undefined)
    this.#ofUser.delete(name)
    if (user) for (const line of this.#lines.values()) this.#join(line, user)
  }

  /** The queue is configured anew, or no more: what depends on it is made again, with those who wait in it. */
  changeQueue(name: string): void {
    for (const line of [...this.#lines.values()]) {
      if (!dependsOn(line, name)) continue
      this.#drop(line)
      for (const entry of line.waiting) this.enter({ key: line.key, demand: line.demand, entry })
    }
  }

  #join(line: Line, user: User): void {
    if (!line.fits(user)) return
    const agent = this.#source.agent(user.name)
    const lines = this.#ofUser.get(user.name)
    if (lines) lines.add(line)
    else this.#ofUser.set(user.name, new Set([line]))
    if (agent) line.seat(user.name, line.seatOf(user, agent))
  }

  #drop(line: Line): void {
    this.#lines.delete(line.key)
    if (isOwn(line.demand) && line.waiting.size === 0) this.#spare--
    const { user } = line.demand
    if (user !== undefined) this.#ofUser.get(user)?.delete(line)
    else for (const lines of this.#ofUser.values()) lines.delete(line)
  }

  /** Gives up the oldest of too many that nobody waits in. */
  #trim(but: Line): void {
    if (this.#spare <= SPARE_LINES_MAX) return
    for (const line of this.#lines.values()) {
      if (line === but || line.waiting.size > 0 || !isOwn(line.demand)) continue
      this.#drop(line)
      if (this.#spare <= SPARE_LINES_MAX) return
    }
  }
}

/** A line with nobody in it yet; undefined when there is no such queue. */
export function makeLine(
  { configuration }: Pick<LineSource, 'configuration'>,
  key: string,
  demand: Demand,
): Line | undefined {
  const queue = configuration.queues.get(demand.queue)
  const terms = termsOf(configuration, demand)
  return queue && terms && new Line(key, demand, queue, terms)
}

/** Whether what is said of the queue decides who serves the line. */
export function dependsOn({ demand, terms, queue }: Line, name: string): boolean {
  const reaches = queue.rings?.some((ring) => ring.queues?.includes(name)) ?? false
  return demand.queue === name || reaches || terms.others.some((other) => other.queue === name)
}

function usersFor({ users }: Configuration, { user }: Demand): Iterable<User> {
  if (user === undefined) return users.values()
  const one = users.get(user)
  return one ? [one] : []
}
