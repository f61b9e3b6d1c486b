import { describe, expect, it } from 'vitest'
import { resolveDialled, trunksFor } from './dialled.ts'
import { shapeFaults } from './schema.ts'
import { fitsNumber, isCarriedBy, numberFor, type Trunk } from './trunk.ts'

const gateway: Trunk = { name: 'gateway', host: '192.0.2.1', numbers: ['+49*', '0*', '112'], callsMax: 10 }

const configured = (...trunks: readonly Trunk[]) => ({
  trunks: new Map(trunks.map((trunk) => [trunk.name, trunk])),
  numbers: new Map([['01', { type: 'queue', queue: 'support' } as const]]),
  extensions: new Map([['0815', 'agent1']]),
})

describe('the numbers of a trunk', () => {
  it.each([
    ['+4930123', true],
    ['0301', true],
    ['0', true],
    ['112', true],
    ['1121', false],
    ['+4', false],
    ['+1555', false],
    ['', false],
  ])('"%s" is carried: %s', (number, carried) => {
    expect(fitsNumber(gateway.numbers, number)).toBe(carried)
  })

  it('are not those that are barred, and none while it is paused', () => {
    const careful = { ...gateway, barred: ['0900*', '+49900*'] }
    expect([isCarriedBy(careful, '0900123'), isCarriedBy(careful, '+49900'), isCarriedBy(careful, '09')]).toEqual([
      false,
      false,
      true,
    ])
    expect(isCarriedBy({ ...gateway, paused: true }, '0301')).toBe(false)
  })

  it('are given to the gateway as it wants them', () => {
    expect(numberFor(gateway, '0301')).toBe('0301')
    expect(numberFor({ ...gateway, strip: 1, prefix: '+49' }, '0301')).toBe('+49301')
  })
})

describe('several trunks', () => {
  it('are tried by their rank, then by name (TEL-06)', () => {
    const trunks = [
      { ...gateway, name: 'b' },
      { ...gateway, name: 'a' },
      { ...gateway, name: 'z', rank: 1 },
    ]
    const found = trunksFor(configured(...trunks, { ...gateway, name: 'other', numbers: ['+1*'], rank: 1 }), '0301')
    expect(found.map(({ name }) => name)).toEqual(['z', 'a', 'b'])
  })

  it('carry what is not the centre’s own', () => {
    const all = configured(gateway)
    expect(resolveDialled(all, '01')).toEqual({ type: 'queue', queue: 'support' })
    expect(resolveDialled(all, '0815')).toEqual({ type: 'user', user: 'agent1' })
    expect(resolveDialled(all, '0301')).toEqual({ type: 'outside', number: '0301' })
    expect(resolveDialled(all, '4711')).toBeUndefined()
  })
})

describe('a trunk', () => {
  const fault = (more: object) =>
    shapeFaults({ kind: 'trunk', name: 'gateway', value: { ...gateway, ...more } as Trunk })[0]?.path

  it.each<[string, object]>([
    ['host', { host: 'a b' }],
    ['port', { port: 0 }],
    ['transport', { transport: 'ws' }],
    ['numbers', { numbers: [] }],
    ['numbers.0', { numbers: ['*'] }],
    ['numbers.1', { numbers: ['0*', '+*'] }],
    ['numbers.0', { numbers: ['0*1'] }],
    ['barred.0', { barred: [''] }],
    ['callsMax', { callsMax: 0 }],
    ['rank', { rank: 101 }],
    ['secret', { user: 'tandem' }],
    ['user', { secret: 'gateway' }],
    ['user', { user: 'a"b', secret: 'gateway' }],
    ['secret', { user: 'tandem', secret: '../x' }],
    ['callerNumber', { callerNumber: 'ten' }],
    ['strip', { strip: 11 }],
    ['password', { password: 'tandem' }],
  ])('has a fault at %s: %j', (path, more) => {
    expect(fault(more)).toBe(`trunks.gateway.${path}`)
  })

  it('is well with a user and the name of its secret', () => {
    expect(fault({ user: 'tandem', secret: 'gateway', port: 5070, transport: 'tcp', rank: 1 })).toBeUndefined()
  })
})
