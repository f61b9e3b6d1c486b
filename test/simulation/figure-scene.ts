import { type CentreEvent, centreMachine } from '#kernel/centre'
import type { Fact } from '#kernel/statistics'
import { Scene } from './scene.ts'
import { START } from './world.ts'

/** A scene whose facts are read as lines; agents' statuses are left out, unless they are asked for. */
export class FigureScene extends Scene {
  /** What counted since the scene began: `measure:detail queue agent ms`, each with its moment. */
  facts(): readonly string[] {
    return factsOf(this.world.log)
      .filter(({ measure }) => !measure.startsWith('status-'))
      .map(tellFact)
  }

  /** How an agent spent its time: `status ms`. */
  statuses(user: string): readonly string[] {
    return factsOf(this.world.log)
      .filter(({ measure, agent }) => measure.startsWith('status-') && agent === user)
      .map(({ measure, detail, ms }) => `${measure.slice(7)}${detail === undefined ? '' : `:${detail}`} ${ms}`)
  }
}

/** The facts that the events mean, from a state of their own. */
export function factsOf(log: readonly { readonly at: number; readonly event: CentreEvent }[]): readonly Fact[] {
  const facts: Fact[] = []
  const store = centreMachine.initial()
  store.statistics.kept.add = (fact) => void facts.push(fact)
  for (const { at, event } of log) centreMachine.evolve(store, event, at)
  return facts
}

function tellFact({ measure, detail, queue, agent, ms, at, line }: Fact): string {
  const what = detail === undefined ? measure : `${measure}:${detail}`
  return [
    `${at - START}`,
    what,
    queue ?? line ?? '-',
    ...(agent === undefined ? [] : [agent]),
    ...(ms === 0 ? [] : [ms]),
  ].join(' ')
}
