import { describe, expect, it } from 'vitest'
import { demoCentre } from '#kernel/config'
import type { CentreCommand } from './command.ts'
import type { CentreEvent } from './event.ts'
import { centreMachine } from './machine.ts'

/** An agent of support who talks to a caller. */
function talking(more: object = {}) {
  const state = centreMachine.initial()
  let now = 0
  const run = (command: CentreCommand): readonly CentreEvent[] => {
    const events = centreMachine.decide(state, command, now)
    for (const event of events) centreMachine.evolve(state, event, now)
    return events
  }
  const changes = demoCentre().map((change) =>
    change.kind === 'queue' && change.value ? { ...change, value: { ...change.value, ...more } } : change,
  )
  run({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes })
  run({ type: 'SetReachable', user: 'agent1', reachable: true })
  run({ type: 'Arrive', interaction: 'ix', from: '+4930', to: '1001' })
  run({ type: 'ReportConnected', interaction: 'ix', participant: 'ix.p2' })
  const hangUp = () => run({ type: 'ReportCleared', interaction: 'ix', participant: 'ix.p1', reason: 'hung-up' })
  const note = (code?: string, text?: string) =>
    run({
      ...{ type: 'Note', interaction: 'ix', user: 'agent1' },
      ...(code === undefined ? {} : { code }),
      ...(text === undefined ? {} : { text }),
    })
  return { state, run, note, hangUp, advance: (ms: number) => (now += ms) }
}

describe('what an agent writes down', () => {
  it('stands in the state from the first word, in talk and after it, and again decides nothing', () => {
    const { state, note, hangUp } = talking()
    expect(note('Complaint', 'wants a')).toEqual([
      { type: 'Noted', interaction: 'ix', participant: 'ix.p2', user: 'agent1', code: 'Complaint', text: 'wants a' },
    ])
    expect(note('Complaint', 'wants a')).toEqual([])
    hangUp()
    note('Complaint', 'wants a refund')
    const party = state.interactions.get('ix')?.participants.find((one) => one.id === 'ix.p2')
    expect(party?.note).toEqual({ code: 'Complaint', text: 'wants a refund' })
    expect(party?.wrapUp).toBeDefined()
  })

  it('ends the work after the call with the code that was written down, by hand and by time alike', () => {
    const byHand = talking()
    byHand.note('Complaint')
    byHand.hangUp()
    expect(byHand.run({ type: 'EndWrapUp', interaction: 'ix', user: 'agent1' })).toContainEqual(
      expect.objectContaining({ type: 'WrapUpEnded', code: 'Complaint' }),
    )
    const byTime = talking()
    byTime.note('Complaint')
    byTime.hangUp()
    byTime.advance(3_600_000)
    expect(byTime.run({ type: 'Tick' })).toContainEqual(
      expect.objectContaining({ type: 'WrapUpEnded', code: 'Complaint' }),
    )
  })

  it('takes only codes of the queue, and any where the queue names none', () => {
    const { note, run, hangUp } = talking()
    expect(() => note('Nonsense')).toThrow('queue support has no wrap-up code Nonsense')
    hangUp()
    expect(() => run({ type: 'EndWrapUp', interaction: 'ix', user: 'agent1', code: 'Nonsense' })).toThrow('Nonsense')
    expect(talking({ wrapUpCodes: undefined }).note('Nonsense')).toHaveLength(1)
  })

  it('asks for a code where the queue does, and yet nobody is stuck when the time is over', () => {
    const { run, note, hangUp, advance } = talking({ wrapUpCodeRequired: true })
    hangUp()
    expect(() => run({ type: 'EndWrapUp', interaction: 'ix', user: 'agent1' })).toThrow('asks for a wrap-up code')
    note('Order placed')
    expect(run({ type: 'EndWrapUp', interaction: 'ix', user: 'agent1' })).toContainEqual(
      expect.objectContaining({ type: 'WrapUpEnded', code: 'Order placed' }),
    )
    const other = talking({ wrapUpCodeRequired: true })
    other.hangUp()
    other.advance(3_600_000)
    expect(other.run({ type: 'Tick' })).toContainEqual(expect.objectContaining({ type: 'WrapUpEnded' }))
    expect(advance(0)).toBe(0)
  })

  it('is taken of nobody who has no part in it, and of nobody when it is over', () => {
    const { run } = talking()
    expect(run({ type: 'Note', interaction: 'ix', user: 'agent3', text: 'x' })).toEqual([])
    expect(run({ type: 'Note', interaction: 'gone', user: 'agent1', text: 'x' })).toEqual([])
  })
})
