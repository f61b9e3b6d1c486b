import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import { checkChanges } from './check.ts'
import type { ConfigurationChange, Destination, Queue, User } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { changesBetween, differencesOf } from './difference.ts'
import { changesTo, documentOf } from './document.ts'
import type { ConfigurationChanged } from './event.ts'
import { type ConfigurationState, copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'

/** Small centres, so that what is drawn meets itself often: the same names, numbers and extensions. */
const NAMES = ['one', 'two', 'three', 'four'] as const
const NUMBERS = ['1', '2', '3', '4', '5'] as const

/** Numbers from 0 up to, and without, one; the same for the same seed. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const model = new Map(demoCentre().map((change) => [`${change.kind}:${change.name}`, change.value]))
const aUser = model.get('user:agent1') as User
const aQueue = model.get('queue:support') as Queue

/** Changes such as people make them: sound and unsound ones, removals among them. */
function drawChanges(draw: () => number): readonly ConfigurationChange[] {
  const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)]!
  const drawn = Array.from({ length: 1 + Math.floor(draw() * 3) }, (): ConfigurationChange => {
    const name = one(NAMES)
    const isRemoval = draw() < 0.25
    switch (one(['user', 'queue', 'number'] as const)) {
      case 'user': {
        const value = { ...aUser, name, extension: one(NUMBERS), skills: { support: Math.floor(draw() * 100) } }
        return isRemoval ? { kind: 'user', name } : { kind: 'user', name, value }
      }
      case 'queue': {
        const users = draw() < 0.3 ? { users: [one(NAMES)] } : {}
        const to = { type: 'queue', queue: one(NAMES) } as const
        const overflow = draw() < 0.3 ? { overflow: [{ when: { type: 'nobody' }, to } as const] } : {}
        const { keys: _, ...rest } = aQueue
        return isRemoval
          ? { kind: 'queue', name }
          : { kind: 'queue', name, value: { ...rest, name, ...users, ...overflow } }
      }
      default: {
        const number = one(NUMBERS)
        const value: Destination = draw() < 0.5 ? { type: 'queue', queue: name } : { type: 'user', user: name }
        return isRemoval ? { kind: 'number', name: number } : { kind: 'number', name: number, value }
      }
    }
  })
  return [...new Map(drawn.map((change) => [`${change.kind}:${change.name}`, change])).values()]
}

interface Life {
  readonly events: readonly ConfigurationChanged[]
  /** The state after each event; the first is the empty one. */
  readonly states: readonly ConfigurationState[]
  readonly refused: number
}

/** Some hundred attempts to change an empty centre. `checkChanges` must foresee each outcome. */
function live(seed: number): Life {
  const draw = drawing(seed)
  const events: ConfigurationChanged[] = []
  const states = [initialConfiguration()]
  let refused = 0
  for (let at = 1; at <= 150; at++) {
    const state = states.at(-1)!
    const changes = drawChanges(draw)
    const basedOn = state.configuration.version
    const foreseen = checkChanges(state, { basedOn, changes }, at).faults
    try {
      const [event] = decideConfiguration(state, { by: 'admin', basedOn, changes }, at)
      expect(foreseen, JSON.stringify(changes)).toEqual([])
      events.push(event!)
      states.push(evolveConfiguration(copyConfiguration(state), event!, at))
    } catch (error) {
      expect(foreseen.map(({ path }) => path)).toContain((error as { fields?: { path?: string } }).fields?.path)
      refused++
    }
  }
  return { events, states, refused }
}

describe.each([1, 2, 3, 4, 5])('a life of changes, drawn from seed %i', (seed) => {
  const { events, states, refused } = live(seed)

  it('has accepted and refused changes, each foreseen by the check', () => {
    expect(events.length).toBeGreaterThan(20)
    expect(refused).toBeGreaterThan(20)
  })

  it('folds to the same from the beginning, so every version can be had again', () => {
    const again = events.reduce(
      (state, event) => evolveConfiguration(state, event, event.version),
      initialConfiguration(),
    )
    expect(again.configuration).toEqual(states.at(-1)!.configuration)
  })

  it('goes back from the last version to any, by changes that are accepted', () => {
    const last = states.at(-1)!
    for (const { configuration: then } of states) {
      const changes = changesBetween(last.configuration, then)
      const command = { by: 'admin', basedOn: last.configuration.version, changes }
      const back = decideConfiguration(last, command, 1_000).reduce(
        (state, event) => evolveConfiguration(state, event, 1_000),
        copyConfiguration(last),
      )
      expect(documentOf(back.configuration)).toEqual(documentOf(then))
      expect(differencesOf(back.configuration, changes)).toEqual([])
    }
  })

  it('goes the same way through documents', () => {
    const last = states.at(-1)!.configuration
    for (const { configuration: then } of states.slice(-10)) {
      const byName = (changes: readonly ConfigurationChange[]) =>
        new Map(changes.map((change) => [`${change.kind}:${change.name}`, change]))
      const found = changesTo(last, JSON.parse(JSON.stringify(documentOf(then))))
      expect(byName(found)).toEqual(byName(changesBetween(last, then)))
    }
  })
})
