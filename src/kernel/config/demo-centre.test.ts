import { describe, expect, it } from 'vitest'
import { checkFlow } from '#kernel/flow'
import { decideConfiguration } from './change.ts'
import { demoCentre } from './demo-centre.ts'
import { resolveNumber } from './number.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'

function demo() {
  let state = initialConfiguration()
  const command = { by: 'demo', basedOn: 0, changes: demoCentre() }
  for (const event of decideConfiguration(state, command, 0)) state = evolveConfiguration(state, event, 0)
  return state.configuration
}

describe('the demo centre', () => {
  it('is a sound configuration without a single warning', () => {
    for (const flow of demo().flows.values()) expect(checkFlow(flow)).toEqual([])
  })

  it('has the people that the contract names', () => {
    const { users } = demo()
    expect(users.size).toBe(203)
    expect(users.get('agent1')).toMatchObject({ extension: '2001', skills: { support: 80 }, initialStatus: 'ready' })
    expect(users.get('agent2')?.skills).toEqual({ sales: 80 })
    expect(users.get('agent5')?.skills).toEqual({ support: 80, german: 60 })
    expect(users.get('agent10')?.skills).toEqual({ sales: 80, german: 60 })
    expect(users.get('agent200')?.extension).toBe('2200')
    expect(users.get('supervisor')).toMatchObject({ extension: '3001', role: 'supervisor', initialStatus: 'not-ready' })
    expect(users.get('attendant')).toMatchObject({ extension: '3002', role: 'attendant' })
    expect(users.get('admin')).toMatchObject({ extension: '3003', role: 'administrator' })
  })

  it.each([
    ['1000', { type: 'flow', flow: 'main' }],
    ['1001', { type: 'queue', queue: 'support' }],
    ['1002', { type: 'queue', queue: 'sales' }],
    ['1009', { type: 'flow', flow: 'echo' }],
    ['1010', { type: 'flow', flow: 'music' }],
    ['1011', { type: 'flow', flow: 'record' }],
    ['2001', { type: 'user', user: 'agent1' }],
    ['3002', { type: 'user', user: 'attendant' }],
  ])('%s leads to %o', (number, destination) => {
    expect(resolveNumber(demo(), number)).toEqual(destination)
  })

  it.each(['*1', '*2001', '999', '', '2201', '3004'])('%s leads nowhere', (number) => {
    expect(resolveNumber(demo(), number)).toBeUndefined()
  })

  it('gives the main menu the choices of the contract', () => {
    const menu = demo().flows.get('main')?.steps['menu']
    expect(menu).toMatchObject({
      choices: { '0': 'attendant', '1': 'sales', '2': 'support', '3': 'callback', '4': 'voicemail' },
      attempts: 3,
      otherwise: 'support',
    })
  })

  it('is one set of changes that one command may carry', () => {
    expect(demoCentre().length).toBeLessThan(1_000)
    expect(JSON.stringify(demoCentre()).length).toBeLessThan(100_000)
  })
})
