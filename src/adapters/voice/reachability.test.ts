import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import type { Binding } from '#protocols/control'
import { newCounters, type VoiceContext } from './context.ts'
import { Reachability } from './reachability.ts'

/** Phones of one user, told by an edge that nobody else knows of. */
function phones(...contacts: readonly string[]): Reachability {
  const states = { centre: { configuration: { extensions: new Map() }, agents: new Map() } }
  const sequencer = { committed: { states } } as unknown as VoiceContext['sequencer']
  const context = { sequencer, clock: new VirtualClock(), logger: silentLogger, counters: newCounters() }
  const reachability = new Reachability(context, { tellBindings: () => {} })
  const bindings = contacts.map(
    (contact, n): Binding => ({
      ...{ contact, flow: `f${n}`, callId: 'c', cseq: 1 },
      ...{ updatedAt: n, expiresAt: 60_000 },
    }),
  )
  reachability.learn('2001', bindings)
  return reachability
}

describe('the newest phone of a user', () => {
  it.each([
    ['sip:2001@192.0.2.1:5061;transport=tls', { secret: true, browser: false }],
    ['sip:2001@192.0.2.1:5061;transport=TLS;ob', { secret: true, browser: false }],
    ['sips:2001@192.0.2.1', { secret: true, browser: false }],
    ['sip:2001@192.0.2.1', { secret: false, browser: false }],
    ['sip:2001@192.0.2.1;transport=tcp', { secret: false, browser: false }],
    ['sip:tls@192.0.2.1;x=transport=tlsx', { secret: false, browser: false }],
    ['sip:abc@tab.invalid;transport=ws', { secret: false, browser: true }],
  ])('at %s', (contact, { secret, browser }) => {
    const told = phones('sip:2001@192.0.2.7;transport=udp', contact)
    expect([told.isSecret('2001'), told.isBrowser('2001')]).toEqual([secret, browser])
  })

  it('is a page that is open: one that was closed comes behind it, and calls nobody away from where the other is', () => {
    const told = phones('sip:old@tab.invalid;transport=ws', 'sip:2001@192.0.2.1', 'sip:closed@tab.invalid;transport=ws')
    const [old, phone, closed] = [
      'sip:old@tab.invalid;transport=ws',
      'sip:2001@192.0.2.1',
      'sip:closed@tab.invalid;transport=ws',
    ]
    const of = (contact: string, updatedAt: number, closedAt?: number): Binding => ({
      ...{ contact, flow: contact, callId: 'c', cseq: 1, expiresAt: 60_000, updatedAt },
      ...(closedAt !== undefined && { closedAt }),
    })
    told.learn('2001', [of(closed!, 3, 4), of(phone!, 2), of(old!, 1)])
    expect(told.contactsOf('2001')).toEqual([phone, old, closed])
    expect(told.isBrowser('2001')).toBe(false)
    told.learn('2001', [of(closed!, 3, 4), of(old!, 1, 4)])
    expect(told.contactsOf('2001')).toEqual([closed, old])
  })

  it('is none where nobody registered', () => {
    const told = phones('sips:2001@192.0.2.1')
    expect([told.isSecret('2002'), told.isBrowser('2002')]).toEqual([false, false])
  })
})
