import { describe, expect, it } from 'vitest'
import { describeAccount, describePoints, describeRegisters, describeReplication } from './module-health.ts'

describe('the health of a module', () => {
  it('of a media process that nears its points is reported before they are used up (AA-21)', () => {
    expect(describePoints(0, 100)).toEqual([{ name: 'points', healthy: true, detail: '0 of 100 used' }])
    expect(describePoints(179, 100)).toMatchObject([{ healthy: true, detail: '89.5 of 100 used' }])
    expect(describePoints(180, 100)).toEqual([
      {
        name: 'points',
        healthy: false,
        detail: '90 of 100 used: new calls go to others; start a media process or a machine more',
      },
    ])
  })

  it('of a media process that does not say what it has is not known', () => {
    expect(describePoints(7, undefined)).toEqual([])
    expect(describePoints(7, Number.POSITIVE_INFINITY)).toEqual([])
  })

  it('of an account for mails or texts says since when it is connected, or why it is not, and what waits', () => {
    const account = { medium: 'email', account: 'help', since: '2026-11-27T10:00:00.000Z', waiting: 1 } as const
    expect(describeAccount({ ...account, connected: false, problem: 'ECONNREFUSED' })).toEqual({
      ...{ name: 'mails of help', healthy: false },
      detail: 'not connected since 2026-11-27T10:00:00.000Z: ECONNREFUSED; 1 waits to leave',
    })
    expect(describeAccount({ ...account, connected: true, problem: 'ECONNREFUSED', waiting: 0 })).toMatchObject({
      ...{ healthy: true, detail: 'connected since 2026-11-27T10:00:00.000Z; 0 wait to leave' },
    })
  })

  it('of the registers says whether they are shared, that Redis is away, and how far they reach then (AA-08)', () => {
    const name = 'registers'
    expect(describeRegisters('redis', true)).toEqual({ name, healthy: true, detail: 'shared through Redis' })
    expect(describeRegisters('links', true)).toEqual({
      ...{ name, healthy: false },
      detail: 'Redis is away: the cores tell each other over their links',
    })
    expect(describeRegisters('nobody', true)).toEqual({
      ...{ name, healthy: false },
      detail: 'Redis is away: this core is not linked with every other one: it goes on from its own copy',
    })
    expect(describeRegisters('links', false)).toMatchObject({
      healthy: true,
      detail: expect.stringMatching(/no Redis/),
    })
  })

  it('of replication says what is limited in the states of an upgrade, and nothing while releases fit (RPL-19, SW-13, SW-14)', () => {
    expect(describeReplication('active', { oldest: 1, newest: 2 }, 1)).toEqual([])
    expect(describeReplication('upgrade-higher', { oldest: 1, newest: 3 }, 1)).toMatchObject([
      { healthy: true, detail: expect.stringMatching(/^all events are replicated \(format 1\); only the takeover/) },
    ])
    expect(describeReplication('upgrade-lower', { oldest: 1, newest: 1 }, 2)).toMatchObject([
      { healthy: false, detail: expect.stringMatching(/not what is new .* in format 2: this release reads 1 to 1$/) },
    ])
    expect(describeReplication('upgrade-higher', { oldest: 2, newest: 3 }, 1)[0]?.healthy).toBe(false)
  })
})
