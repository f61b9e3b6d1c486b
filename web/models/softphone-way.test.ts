import { describe, expect, it } from 'vitest'
import { bench, FakeCall, registered } from './softphone-kit.ts'

describe('the way of a call', () => {
  it('makes sure of the server when nothing is heard, and asks to be called anew when that was not it (promises 9, 10)', async () => {
    const { phone, sip, clock, did } = await registered()
    const call = new FakeCall('in', true)
    call.connection = { getStats: async () => new Map([['in', { type: 'inbound-rtp', packetsReceived: 50 }]]) } as never
    sip().incoming(call)
    await clock.elapse(0)
    sip().connected()
    call.connected()
    const asked = (): number => did.filter((one) => one === 'reconnect').length
    await clock.elapse(2000)
    expect([phone.state.get().call?.quality.verdict, asked()]).toEqual(['good', 0])
    await clock.elapse(1000)
    expect([phone.state.get().call?.quality.verdict, asked()]).toEqual(['silent-in', 1])
    // The network is away: connections are tried quickly, however long it takes.
    await clock.elapse(20_000)
    expect(asked()).toBeGreaterThan(10)
    sip().connected()
    sip().registered()
    const tried = asked()
    await clock.elapse(1000)
    expect(did).not.toContain('call anew')
    await clock.elapse(5000)
    expect([asked(), did.filter((one) => one === 'call anew').length]).toEqual([tried, 1])
    // The call that came in its place ends that.
    sip().incoming(new FakeCall('in', true))
    await clock.elapse(20_000)
    expect(asked()).toBe(tried)
  })

  it('of a visitor offers another way by itself', async () => {
    const made = bench()
    const { phone, sip, clock, calls, did } = made
    made.visit()
    phone.start()
    await clock.elapse(0)
    sip().connected()
    phone.dial('1000')
    await clock.elapse(0)
    const [call] = calls
    call!.connection = {
      getStats: async () => new Map([['in', { type: 'inbound-rtp', packetsReceived: 50 }]]),
    } as never
    call!.connected()
    await clock.elapse(9000)
    expect([call!.did, did.includes('reconnect')]).toEqual([['restart'], false])
  })
})
