import { describe, expect, it } from 'vitest'
import { PARAMETERS, parameterFault } from './parameter.ts'
import { passwordPolicyOf } from './password-policy.ts'

const set = (values: Readonly<Record<string, string>>) =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value }]))

describe('the policy of passwords', () => {
  it('asks for eight characters, and forbids and locks nothing, until somebody says so (SEC-05)', () => {
    expect(passwordPolicyOf(new Map())).toEqual({ charsMin: 8, historyCount: 0, lockFailures: 0, lockSeconds: 900 })
  })

  it('is what the settings say', () => {
    const settings = {
      'Password Length': '12',
      'Password History': '5',
      'Password Lock Failures': '10',
      'Password Lock Time': '60',
    }
    expect(passwordPolicyOf(set(settings))).toEqual({
      ...{ charsMin: 12, historyCount: 5, lockFailures: 10, lockSeconds: 60 },
    })
  })

  it.each([
    ['Password Length', '64', '65'],
    ['Password History', '24', '25'],
    ['Password Lock Failures', '3', '2'],
    ['Password Lock Time', '3600', '59'],
  ])('%s takes %s, not %s', (name, good, bad) => {
    const kind = PARAMETERS.find((one) => one.name === name)!
    expect(parameterFault(kind, good, 'tandem')).toBeUndefined()
    expect(parameterFault(kind, bad, 'seed')).toMatch(/it takes/)
  })
})
