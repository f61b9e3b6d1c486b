import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  CONNECTION_STATUSES,
  describeAction,
  describeEvent,
  describeState,
  initialSwitchover,
  PING_ANSWERS,
  readParameters,
  type SwitchoverEvent,
  type SwitchoverState,
  stepSwitchover,
} from '#engines/switchover'
import { PARAMETERS } from '#kernel/config'
import { playScenario, type ScenarioLine } from './scenario-text.ts'

const FOLDER = join(import.meta.dirname, 'switchover')

const NETWORKS = ['Gateway', 'NetTest', 'Primary'].flatMap((name) => [`${name} Reached`, `${name} Unreachable`])

/** Every event there is, by its words. */
const EVENTS = new Map<string, SwitchoverEvent>(
  (
    [
      ...CONNECTION_STATUSES.map((are) => ({ type: 'connections', are })),
      ...PING_ANSWERS.flatMap((answer) => [
        { type: 'notifier ping', answer },
        { type: 'module ping', answer },
      ]),
      ...[...NETWORKS, 'Not Known'].flatMap((status) =>
        ['reached', 'not reached', 'not tested'].map((host) => ({ type: 'network', status, host })),
      ),
      ...['held', 'late', 'overdue', 'free', 'granted', 'refused', 'lost'].map((is) => ({ type: 'lease', is })),
      ...['reachable', 'away'].map((is) => ({ type: 'store', is })),
      ...['active', 'upgrade-higher', 'upgrade-lower'].map((are) => ({ type: 'releases', are })),
      ...['on', 'off'].map((is) => ({ type: 'drain', is })),
      { type: 'reconnect failed' },
      { type: 'switch asked' },
      { type: 'poll' },
    ] as SwitchoverEvent[]
  ).map((event) => [describeEvent(event), event]),
)

/** Plays one file through the machine: each moment gives its state and its actions. */
class Player {
  #state: SwitchoverState = initialSwitchover(0)
  readonly #set = new Map<string, string>()

  play({ setting, moment }: ScenarioLine): readonly string[] {
    if (setting) this.#set.set(setting.name, setting.value)
    if (!moment) return []
    const event = EVENTS.get(moment.event)
    if (!event) throw new Error(`no such event: ${moment.event}`)
    const profile = this.#set.get('Switchover Profile') === 'seed' ? 'seed' : 'tandem'
    const parameters = readParameters(
      (name) => this.#set.get(name) ?? PARAMETERS.find((kind) => kind.name === name)?.defaults[profile],
    )
    const { state, actions } = stepSwitchover(this.#state, event, moment.atMs, parameters)
    this.#state = state
    return [describeState(state), ...actions.map((action) => `  ${describeAction(action)}`)]
  }
}

describe('the tables of switchover as an operator reads them', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
    const title = readFileSync(join(FOLDER, file), 'utf8').split('\n')[0]?.replace(/^# /, '')
    it(`${file}: ${title}`, () => {
      const player = new Player()
      const { is, should } = playScenario(join(FOLDER, file), (line) => player.play(line))
      expect(is).toBe(should)
    })
  }
})
