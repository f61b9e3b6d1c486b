import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { decideConfiguration } from './change.ts'
import {
  addressesIn,
  allowsVoicemailTransfers,
  notReadyReasonsOf,
  opusFor,
  PARAMETERS,
  type Parameter,
  parameterFault,
  parameterKind,
  parameterValue,
  profileOf,
  rangeInWords,
  recordingMachinesOf,
  srtpFor,
} from './parameter.ts'
import { copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'

/** Sets parameters one after the other; gives what holds then, or the sentence with which the last was refused. */
function set(...settings: readonly (readonly [name: string, value: string])[]) {
  let state = initialConfiguration()
  for (const [name, value] of settings) {
    const { version } = state.configuration
    const changes = [{ kind: 'parameter' as const, name, value: { value } }]
    try {
      for (const event of decideConfiguration(state, { by: 'ada', basedOn: version, changes }, 0)) {
        state = evolveConfiguration(state, event, 0)
      }
    } catch (error) {
      if (!isTandemError(error, 'config.invalid')) throw error
      return error.message
    }
  }
  return state.configuration.parameters
}

const SEED = ['Switchover Profile', 'seed'] as const

describe('the parameters of the seeds', () => {
  it.each([
    ['SW-42', 'Switchover TS Timeout', '10', ['5', '60'], ['4.9', '60.1', '0', '-5', 'ten', '']],
    ['SW-43', 'Switchover TS Failure Retry Delay', '1', ['0.05', '30'], ['0', '-1', '']],
    ['SW-44', 'Switchover Max TS Failures', '2', ['1', '9'], ['0', '1.5', '-2']],
    ['SW-47', 'Switchover Unreachable Primary Ping Delay', undefined, ['2'], ['0', 'x']],
    ['SW-48', 'Switchover Unreachable Primary Ping Count', undefined, ['3'], ['0']],
    ['SW-49', 'Switchover Disable Gateway Ping', 'Yes', ['No', '0', 'Yes', '1'], ['maybe', '2']],
    ['SW-50', 'Switchover NetTest Addresses', undefined, ['10.0.0.1, gate.example'], ['', 'a b', '-x', ',']],
    ['SW-51', 'Switchover Notifier Ping Delay', '1', ['0.5'], ['0']],
    ['SW-51', 'Switchover Notifier Ping Timeout', '10', ['3'], ['0']],
    ['SW-51', 'Switchover Notifier Ping Retries', '2', ['5'], ['0']],
    ['SW-52', 'Switchover Reconnect Attempts', '10', ['4'], ['0']],
    ['SW-52', 'Switchover Reconnect Interval', '60', ['30'], ['0']],
  ] as const)(
    '%s %s: its default %s, values that it takes, and others that are refused with its range (SW-46)',
    (_, name, byDefault, good, bad) => {
      const kind = parameterKind(name)!
      expect(kind.defaults.seed).toBe(byDefault)
      for (const value of good) expect(set(SEED, [name, value])).toEqual(expect.any(Map))
      for (const value of bad) {
        expect(set(SEED, [name, value])).toMatch(new RegExp(`^parameters\\.${name}: is "${value}"; it takes .+`))
      }
    },
  )

  it('say the range in the message, and nothing takes effect (SW-46, SW-51, SW-52)', () => {
    expect(set(SEED, ['Switchover TS Timeout', '3'])).toBe(
      'parameters.Switchover TS Timeout: is "3"; it takes 5 to 60 seconds',
    )
    expect(set(['Switchover Colour', 'red'])).toContain('parameters.Switchover Colour: ')
  })

  it('are replaced as a whole by a profile, which is refused while a value does not fit it', () => {
    expect(set(['Switchover TS Timeout', '0.5'], SEED)).toContain('parameters.Switchover TS Timeout: is "0.5"')
    const parameters = set(SEED) as ReadonlyMap<string, Parameter>
    expect(profileOf(parameters)).toBe('seed')
    expect(parameterValue(parameters, parameterKind('Switchover TS Timeout')!)).toBe('10')
  })

  it('have defaults that fit their own ranges, in both profiles', () => {
    for (const kind of PARAMETERS) {
      for (const profile of ['tandem', 'seed'] as const) {
        const value = kind.defaults[profile]
        if (value !== undefined) expect(parameterFault(kind, value, profile), kind.name).toBeUndefined()
      }
    }
  })

  it('whatever is sent: it is taken or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PARAMETERS), fc.string(), (kind, value) => {
        const outcome = set([kind.name, value])
        if (typeof outcome === 'string') expect(outcome).toContain(`parameters.${kind.name}`)
        else expect(outcome.get(kind.name)).toEqual({ value })
      }),
    )
  })
})

describe('a range in words', () => {
  it.each([
    ['Switchover TS Timeout', 'tandem', '0.1 to 60 seconds'],
    ['Switchover TS Timeout', 'seed', '5 to 60 seconds'],
    ['Switchover Notifier Ping Delay', 'seed', '0.05 to 3600 seconds'],
    ['Switchover Max TS Failures', 'tandem', 'whole numbers from 1 to 1000'],
    ['Switchover Disable Gateway Ping', 'tandem', 'Yes, No, 1 or 0'],
    ['Switchover Watched Module', 'tandem', 'TS or IP'],
    ['Switchover NetTest Addresses', 'tandem', 'up to 20 names or addresses of hosts, separated by commas'],
  ] as const)('of %s under the profile %s is: %s', (name, profile, words) => {
    expect(rangeInWords(parameterKind(name)!, profile)).toBe(words)
  })
})

describe('a number of seconds', () => {
  const kind = parameterKind('Switchover TS Timeout')!

  it('is taken exactly inside of its range, ends included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom('tandem', 'seed'), (thousandths, profile) => {
        const value = String(thousandths / 1000)
        const [least, most] = kind.ranges![profile]
        const inside = thousandths >= least * 1000 && thousandths <= most * 1000
        expect(parameterFault(kind, value, profile) === undefined).toBe(inside)
      }),
    )
  })

  it.each(['1e1', '0x10', ' 10', '10 ', '10s', '1,5', '+10', '10.', '.5', '10.0001', 'Infinity', 'NaN'])(
    'is not written %j',
    (value) => {
      expect(parameterFault(kind, value, 'tandem')).toContain('it takes 0.1 to 60 seconds')
    },
  )
})

describe('a list of hosts', () => {
  it.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.1,10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    [' a.example , b.example ,', ['a.example', 'b.example']],
    ['fe80::1', ['fe80::1']],
    ['', []],
  ])('%j is %j', (text, hosts) => {
    expect(addressesIn(text)).toEqual(hosts)
  })

  it('has at most twenty', () => {
    const kind = parameterKind('Switchover NetTest Addresses')!
    const hosts = (count: number) => Array.from({ length: count }, (_, i) => `10.0.0.${i}`).join(',')
    expect(parameterFault(kind, hosts(20), 'tandem')).toBeUndefined()
    expect(parameterFault(kind, hosts(21), 'tandem')).toContain('up to 20')
  })

  it('takes no word that a program could read as an option or a path', () => {
    const kind = parameterKind('Switchover NetTest Addresses')!
    for (const host of ['-f', '--help', '/etc/passwd', '$(id)', '`id`', 'a;b', 'a|b', '..']) {
      expect(parameterFault(kind, host, 'tandem'), host).toBeDefined()
    }
  })
})

describe('a parameter in the state', () => {
  it('that is unset has its default again, and others are not touched', () => {
    let state = initialConfiguration()
    const change = (changes: Parameters<typeof decideConfiguration>[1]['changes']) => {
      const { version } = state.configuration
      for (const event of decideConfiguration(state, { by: 'ada', basedOn: version, changes }, 0)) {
        state = evolveConfiguration(state, event, 0)
      }
    }
    const kind = parameterKind('Switchover Max TS Failures')!
    change([
      { kind: 'parameter', name: kind.name, value: { value: '5' } },
      { kind: 'parameter', name: 'Switchover TS Timeout', value: { value: '2' } },
    ])
    expect(parameterValue(state.configuration.parameters, kind)).toBe('5')
    const copy = copyConfiguration(state)
    change([{ kind: 'parameter', name: kind.name }])
    expect(parameterValue(state.configuration.parameters, kind)).toBe('2')
    expect(state.configuration.parameters.get('Switchover TS Timeout')).toEqual({ value: '2' })
    expect(parameterValue(copy.configuration.parameters, kind)).toBe('5')
  })

  it('that two authors change collides, with who, and in which version', () => {
    const state = initialConfiguration()
    const changes = [{ kind: 'parameter' as const, name: 'Switchover Max TS Failures', value: { value: '5' } }]
    const [event] = decideConfiguration(state, { by: 'ada', basedOn: 0, changes }, 0)
    const after = evolveConfiguration(state, event!, 0)
    expect(() => decideConfiguration(after, { by: 'bob', basedOn: 0, changes }, 1)).toThrow(
      'parameter Switchover Max TS Failures was changed by ada in version 1',
    )
  })
})

describe('the reasons for not being ready', () => {
  const reasonsOf = (value: string) => {
    const parameters = set(['Not-Ready Reasons', value])
    return typeof parameters === 'string' ? parameters : notReadyReasonsOf(parameters)
  }

  it('are those of the administrator, in that order, and some while nobody has said any (AGS-01)', () => {
    expect(notReadyReasonsOf(new Map())).toEqual(['Break', 'Lunch', 'Meeting', 'Training'])
    expect(reasonsOf('Fire drill,  Pause ,')).toEqual(['Fire drill', 'Pause'])
  })

  it('may be none at all', () => {
    expect(reasonsOf('')).toEqual([])
  })

  it.each([
    ['too long', 'x'.repeat(65)],
    ['too many', Array.from({ length: 31 }, (_, n) => `reason ${n}`).join(',')],
  ])('are refused when they are %s, with the words that say how many fit', (_, value) => {
    expect(reasonsOf(value)).toContain('up to 30 words or phrases of up to 64 characters')
  })
})

describe('transfers to a mailbox', () => {
  it.each([
    [undefined, true],
    ['Yes', true],
    ['no', false],
    ['0', false],
  ])('set to %s: %s (VML-02)', (value, expected) => {
    const set = new Map(value === undefined ? [] : [['Voicemail Transfers', { value }]])
    expect(allowsVoicemailTransfers(set)).toBe(expected)
  })
})

describe('on how many machines a recording lies', () => {
  it.each([
    [undefined, 2],
    ['1', 1],
    ['2', 2],
  ])('set to %s: %i', (value, expected) => {
    expect(recordingMachinesOf(new Map(value === undefined ? [] : [['Recording Machines', { value }]]))).toBe(expected)
  })

  it('is one or two', () => {
    const kind = parameterKind('Recording Machines')!
    for (const value of ['0', '3', '1.5', 'all'])
      expect(parameterFault(kind, value, 'tandem')).toBe(`is "${value}"; it takes whole numbers from 1 to 2`)
  })
})

describe('who may speak Opus', () => {
  it.each([
    [undefined, 'browsers'],
    ['browsers', 'browsers'],
    ['everybody', 'everybody'],
    ['nobody', 'nobody'],
  ])('set to %s: %s', (value, expected) => {
    expect(opusFor(new Map(value === undefined ? [] : [['Opus', { value }]]))).toBe(expected)
  })

  it('is one of three words', () => {
    const kind = parameterKind('Opus')!
    for (const value of ['browsers', 'everybody', 'nobody']) {
      expect(parameterFault(kind, value, 'tandem')).toBeUndefined()
    }
    expect(parameterFault(kind, 'Yes', 'tandem')).toBe('is "Yes"; it takes browsers or everybody or nobody')
  })
})

describe('SRTP of phones', () => {
  it.each([
    [undefined, 'accepted'],
    ['refused', 'refused'],
    ['accepted', 'accepted'],
    ['offered', 'offered'],
    ['anywhere', 'anywhere'],
  ])('set to %s: %s', (value, expected) => {
    expect(srtpFor(new Map(value === undefined ? [] : [['SRTP', { value }]]))).toBe(expected)
  })

  it('is one of four words', () => {
    const kind = parameterKind('SRTP')!
    expect(parameterFault(kind, 'anywhere', 'tandem')).toBeUndefined()
    expect(parameterFault(kind, 'never', 'tandem')).toBe(
      'is "never"; it takes refused or accepted or offered or anywhere',
    )
  })
})
