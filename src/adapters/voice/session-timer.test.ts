import { describe, expect, it } from 'vitest'
import { SipRequest } from '#protocols/sip'
import { agreeTimer, isTooShort, timerOf } from './session-timer.ts'

describe('session timers (RFC 4028)', () => {
  it.each([
    ['1800', 'timer', '1800;refresher=uac', 'peer'],
    ['1800;refresher=uac', 'timer, replaces', '1800;refresher=uac', 'peer'],
    ['1800;refresher=uas', 'timer', '1800;refresher=uas', 'us'],
    ['600', 'replaces', '600;refresher=uas', 'us'],
  ])('an INVITE with %s from one who supports %s is answered %s', (asked, supported, said, refresher) => {
    const head = [
      ['Supported', supported],
      ['Session-Expires', asked],
    ] as const
    expect(agreeTimer(head)).toEqual({
      sessionExpires: said,
      timer: { intervalMs: Number.parseInt(asked, 10) * 1000, refresher },
    })
  })

  it('understands the short names', () => {
    expect(
      agreeTimer([
        ['k', 'timer'],
        ['x', '90'],
      ])?.sessionExpires,
    ).toBe('90;refresher=uac')
  })

  it('is not forced on one who does not ask', () => {
    expect(agreeTimer([['Supported', 'timer']])).toBeUndefined()
    expect(agreeTimer([['Session-Expires', 'soon']])).toBeUndefined()
  })

  it('follows what the 2xx to our INVITE says', () => {
    const message = (value: string) => new SipRequest('INVITE', 'sip:a@b').append('Session-Expires', value)
    expect(timerOf(message('120;refresher=uas'))).toEqual({ intervalMs: 120_000, refresher: 'peer' })
    expect(timerOf(message('120;refresher=uac'))).toEqual({ intervalMs: 120_000, refresher: 'us' })
    expect(timerOf(new SipRequest('INVITE', 'sip:a@b'))).toBeUndefined()
  })

  it('finds an interval below 90 s too short', () => {
    const message = (value: string) => new SipRequest('INVITE', 'sip:a@b').append('Session-Expires', value)
    expect(isTooShort(message('89'))).toBe(true)
    expect(isTooShort(message('90'))).toBe(false)
  })
})
