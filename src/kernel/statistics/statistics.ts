import type { Millis } from '#base'
import { type Fact, objectsOf } from './fact.ts'
import { FigureFollower } from './follower.ts'
import { type KeptDumps, KeptIntervals } from './kept-intervals.ts'
import type { ObjectKind } from './measure.ts'
import type { OpenAgent, OpenContact } from './open-figures.ts'
import { runningOfAgent, runningOfContact } from './running.ts'
import { addSum, partsOf, type Sum, type Sums, sumKey } from './sums.ts'

/** Live figures as a snapshot has them. */
export interface StatisticsDump {
  readonly contacts: readonly (readonly [string, OpenContact])[]
  readonly agents: readonly (readonly [string, OpenAgent])[]
  readonly kept: KeptDumps
}

/** Live figures: part of the centre's state, so that every core has them and each of its lives goes on with them (STA-02). */
export class Statistics {
  readonly kept: KeptIntervals
  readonly follower: FigureFollower
  readonly contacts = new Map<string, OpenContact>()
  readonly agents = new Map<string, OpenAgent>()

  constructor(kept = new KeptIntervals()) {
    this.kept = kept
    this.follower = new FigureFollower(this, (fact) => this.kept.add(fact))
  }

  /** What an object has seen since a moment, which should begin an interval; what runs now counts as if it ended. */
  since(kind: ObjectKind, name: string, from: Millis, now: Millis): Sums {
    const sums = new Map(this.kept.sum(kind, name, from))
    const add = (key: string, sum: Sum): unknown => sums.set(key, addSum(sums.get(key), sum))
    for (const fact of this.#running(kind, name, now)) {
      if (!objectsOf(fact).some(([of, its]) => of === kind && its === name)) continue
      for (const { startAt, sum } of partsOf(fact, from)) {
        if (startAt < from) continue
        add(fact.measure, sum)
        if (fact.detail !== undefined) add(sumKey(fact.measure, fact.detail), sum)
      }
    }
    return sums
  }

  #running(kind: ObjectKind, name: string, now: Millis): readonly Fact[] {
    const { agents, contacts } = this
    if (kind === 'agent') {
      const own = agents.get(name)
      return own ? runningOfAgent(name, own, now) : []
    }
    const ofAgents = [...agents].flatMap(([user, agent]) => runningOfAgent(user, agent, now))
    if (kind !== 'line') return ofAgents
    return [...ofAgents, ...[...contacts].flatMap(([id, contact]) => runningOfContact(id, contact, now))]
  }

  dump(): StatisticsDump {
    const { contacts, agents } = this
    return { contacts: [...contacts], agents: [...agents], kept: this.kept.dump() }
  }

  /** Puts what a dump holds in the place of what is there; what was told meanwhile is no change. */
  restore(dump: StatisticsDump | undefined): void {
    this.follower.forget()
    this.contacts.clear()
    this.agents.clear()
    for (const [id, contact] of dump?.contacts ?? []) this.contacts.set(id, contact)
    for (const [user, agent] of dump?.agents ?? []) this.agents.set(user, agent)
    this.kept.restore(dump?.kept)
  }
}
