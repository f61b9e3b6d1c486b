import { describe, expect, it } from 'vitest'
import { bench, FakeCall, registered } from './softphone-kit.ts'

describe('the devices of a softphone', () => {
  it('says why there is no microphone, and lets a ringing call ring on', async () => {
    const refused = Object.assign(new Error('no'), { name: 'NotAllowedError' })
    const { phone, sip, clock } = await registered(bench(() => Promise.reject(refused)))
    sip().incoming(new FakeCall('in'))
    phone.answer()
    await clock.elapse(0)
    expect(phone.state.get()).toMatchObject({ problem: 'microphone-refused', call: { phase: 'ringing' } })
  })
})
