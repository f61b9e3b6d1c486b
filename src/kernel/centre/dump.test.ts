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

  it('from before there were settings is read, and has none', () => {
    const old = asText(centreMachine.dump(centreMachine.initial()))
    const { parameters: _, ...configuration } = old.configuration
    const restored = restoreCentre({ ...old, configuration })
    expect(restored.configuration.parameters.size).toBe(0)
    expect(asText(dumpCentre(restored))).toEqual(old)
  })
})
