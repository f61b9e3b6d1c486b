import { describe, expect, it } from 'vitest'
import { parameterKind, parameterValue } from '#kernel/config'
import { type CentreDump, dumpCentre, restoreCentre } from './dump.ts'
import { centreMachine } from './machine.ts'

const FAILURES = parameterKind('Switchover Max TS Failures')!

/** A centre in which one setting was made. */
function centre() {
  const state = centreMachine.initial()
  const changes = [{ kind: 'parameter' as const, name: FAILURES.name, value: { value: '7' } }]
  const command = { type: 'ChangeConfiguration' as const, by: 'ada', basedOn: 0, changes }
  for (const event of centreMachine.decide(state, command, 0)) centreMachine.evolve(state, event, 0)
  return state
}

/** What a dump is after it has been text. */
function asText(dump: unknown): CentreDump {
  return JSON.parse(JSON.stringify(dump)) as CentreDump
}

describe('a dump of the centre', () => {
  it('keeps settings, and who made them', () => {
    const restored = centreMachine.restore(asText(centreMachine.dump(centre())))
    expect(parameterValue(restored.configuration.parameters, FAILURES)).toBe('7')
    expect(asText(centreMachine.dump(restored))).toEqual(asText(centreMachine.dump(centre())))
  })

  it('keeps what is worth attention, so that it can be acknowledged after a takeover', () => {
    const state = centre()
    const does = (on: typeof state, command: Parameters<typeof centreMachine.decide>[1]): number => {
      const events = centreMachine.decide(on, command, 9)
      for (const event of events) centreMachine.evolve(on, event, 9)
      return events.length
    }
    const many = { name: 'many', figure: 'waiting', comparison: 'above', value: 3, level: 'critical' } as const
    const changes = [{ kind: 'threshold' as const, name: 'many', value: many }]
    does(state, { type: 'ChangeConfiguration', by: 'ada', basedOn: 1, changes })
    does(state, { type: 'LookAtThresholds', values: [{ threshold: 'many', queue: 'support', value: 4 }] })
    const restored = centreMachine.restore(asText(centreMachine.dump(state)))
    expect(does(restored, { type: 'AcknowledgeAlert', alert: 'al-1', by: 'ada' })).toBe(1)
    expect(does(restored, { type: 'LookAtThresholds', values: [] })).toBe(1)
    does(restored, { type: 'LookAtThresholds', values: [{ threshold: 'many', queue: 'support', value: 4 }] })
    expect([...restored.alerts.keys.keys()]).toEqual(['al-2'])
    const old = asText(centreMachine.dump(centreMachine.initial()))
    const { alerts: _, ...before } = old
    expect(asText(dumpCentre(restoreCentre(before)))).toEqual(old)
  })

  it('keeps what callers said, in its order, and one of before that was kept has nothing', () => {
    const state = centre()
    const left = (message: string, mailbox: string, at: number) => {
      const of = {
        type: 'VoiceMessageLeft',
        mailbox,
        message,
        interaction: 'ix',
        from: '555',
        durationMs: 2_000,
      } as const
      centreMachine.evolve(state, of, at)
    }
    left('one', 'support', 1)
    left('two', 'ada', 2)
    left('three', 'support', 3)
    const mark = { type: 'MarkVoiceMessage', message: 'one', by: 'ada', as: 'heard' } as const
    for (const event of centreMachine.decide(state, mark, 4)) centreMachine.evolve(state, event, 4)
    const restored = centreMachine.restore(asText(centreMachine.dump(state)))
    expect(restored.mailboxes).toEqual(state.mailboxes)
    expect([...restored.mailboxes.places.keys()]).toEqual(['one', 'two', 'three'])
    const { voiceMessages: _, ...before } = asText(centreMachine.dump(state))
    expect(restoreCentre(before).mailboxes.places.size).toBe(0)
  })

  it('keeps what colleagues wrote, so that a line that is sent again after a takeover stands there once', () => {
    const state = centre()
    const does = (on: typeof state, command: Parameters<typeof centreMachine.decide>[1]) => {
      const events = centreMachine.decide(on, command, 9)
      for (const event of events) centreMachine.evolve(on, event, 9)
      return events.map(({ type }) => type)
    }
    const line = { type: 'WriteInRoom', room: 'r1', line: 'line-0001', by: 'ada', text: 'Hello' } as const
    does(state, { type: 'OpenRoom', room: 'r1', by: 'ada', others: ['bob'], direct: false, name: 'Team' })
    does(state, line)
    does(state, { type: 'ReadRoom', room: 'r1', by: 'bob', number: 1 })
    const restored = centreMachine.restore(asText(centreMachine.dump(state)))
    expect(does(restored, line)).toEqual([])
    expect(does(restored, { ...line, line: 'line-0002' })).toEqual(['RoomWritten'])
    expect([...restored.rooms.ofUser].map(([user, ids]) => [user, [...ids]])).toEqual([
      ['ada', ['r1']],
      ['bob', ['r1']],
    ])
    expect(restored.rooms.rooms.get('r1')).toMatchObject({ name: 'Team', written: 2, read: { ada: 2, bob: 1 } })
    const { rooms: _, ...before } = asText(centreMachine.dump(centreMachine.initial()))
    expect(restoreCentre(before).rooms.rooms.size).toBe(0)
  })

  it('from before there were settings is read, and has none', () => {
    const old = asText(centreMachine.dump(centreMachine.initial()))
    const { parameters: _, ...configuration } = old.configuration
    const restored = restoreCentre({ ...old, configuration })
    expect(restored.configuration.parameters.size).toBe(0)
    expect(asText(dumpCentre(restored))).toEqual(old)
  })
})
