import { describe, expect, it } from 'vitest'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre } from '#kernel/config'
import { matches, searchDirectory } from './directory.ts'

describe('the directory', () => {
  it.each<[search: string, text: string, found: boolean]>([
    ['jur', 'Jürgen Straße', true],
    ['JÜR', 'Jurgen', true],
    ['strasse', 'Jürgen Straße', true],
    ['stra jürg', 'Jürgen Straße', true],
    ['urgen', 'Jürgen', false],
    ['', 'anybody', true],
    ['200', '2001', true],
  ])('finds %j in %j: %s', (search, text, found) => {
    expect(matches(search, [text])).toBe(found)
  })

  it('AGS-08 shows who can talk now first, then queues with who waits, then those who are away', () => {
    const state = centreMachine.initial()
    const run = (command: CentreCommand): void => {
      for (const event of centreMachine.decide(state, command, 0)) centreMachine.evolve(state, event, 0)
    }
    run({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
    for (const user of ['agent3', 'supervisor']) run({ type: 'SetReachable', user, reachable: true })
    run({ type: 'ChooseStatus', user: 'supervisor', status: 'not-ready', reason: 'lunch' })
    const all = searchDirectory(state, { search: 's', limit: 50 }, { now: 0, isLoggedOn: () => false })
    expect(all.map(({ name, presence }) => [name, presence?.status, presence?.reason])).toEqual([
      ['sales', undefined, undefined],
      ['support', undefined, undefined],
      ['supervisor', 'not-ready', 'lunch'],
    ])
    expect(all.find(({ name }) => name === 'support')).toMatchObject({ number: '1001', ready: 1, waiting: 0 })
    const [first] = searchDirectory(state, { search: 'agent', limit: 1 }, { now: 0, isLoggedOn: () => false })
    expect(first).toMatchObject({ name: 'agent3', presence: { status: 'ready' } })
  })
})
