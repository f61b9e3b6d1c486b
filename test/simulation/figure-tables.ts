import type { CentreStore } from '#kernel/centre'
import { type Configuration, copyConfiguration, evolveConfiguration, initialConfiguration } from '#kernel/config'
import { addSum, objectsOf, partsOf, runningOfAgent, runningOfContact, type Sum, sumKey } from '#kernel/statistics'
import type { Dated } from './naive-figures.ts'

/** The configuration as each event left it; copied only where it changes. */
export function configurations(log: readonly Dated[]): (index: number) => Configuration {
  let state = initialConfiguration()
  const all = log.map(({ at, event }) => {
    if (event.type === 'ConfigurationChanged') state = evolveConfiguration(copyConfiguration(state), event, at)
    return state.configuration
  })
  return (index) => all[index]!
}

/** `kind name start measure` → count, time, longest. */
export type FigureTable = Readonly<Record<string, readonly [number, number, number]>>

/** Live figures in the naive reader's form, what runs now included; of what is kept. */
export function liveTable(store: CentreStore, now: number): FigureTable {
  const table: Record<string, readonly [number, number, number]> = {}
  const put = (key: string, sum: Sum): void => {
    const [count, ms, longestMs] = table[key] ?? [0, 0, 0]
    const all = addSum({ count, ms, longestMs }, sum)
    table[key] = [all.count, all.ms, all.longestMs]
  }
  const { kept, agents, contacts } = store.statistics
  for (const { kind, name, startAt, sums } of kept.entries()) {
    for (const [measure, sum] of sums) put(`${kind} ${name} ${startAt} ${measure}`, sum)
  }
  const running = [
    ...[...agents].flatMap(([user, open]) => runningOfAgent(user, open, now)),
    ...[...contacts].flatMap(([id, open]) => runningOfContact(id, open, now)),
  ]
  for (const fact of running) {
    for (const [kind, name] of objectsOf(fact)) {
      for (const { startAt, sum } of partsOf(fact, kept.from(kind))) {
        put(`${kind} ${name} ${startAt} ${fact.measure}`, sum)
        if (fact.detail !== undefined) put(`${kind} ${name} ${startAt} ${sumKey(fact.measure, fact.detail)}`, sum)
      }
    }
  }
  return table
}
