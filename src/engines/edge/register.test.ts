import { describe, expect, it } from 'vitest'
import type { Binding } from '#protocols/control'
import { createRequest, type SipRequest } from '#protocols/sip'
import { EDGE_LIMITS } from './limits.ts'
import { applyRegister, type RegisterOutcome } from './register.ts'

const NOW = 1_000_000

function registerRequest(
  contacts: readonly string[],
  more: { expires?: number; cseq?: number; callId?: string } = {},
): SipRequest {
  const { expires, cseq = 1, callId = 'a' } = more
  const request = createRequest({
    method: 'REGISTER',
    uri: 'sip:h',
    from: '<sip:u@h>;tag=1',
    to: '<sip:u@h>',
    callId,
    cseq,
    headers: contacts.map((contact) => ['Contact', contact] as const),
  })
  return expires === undefined ? request : request.set('Expires', expires)
}

function apply(
  request: SipRequest,
  bindings: readonly Binding[] = [],
  flow = (contact: string) => contact,
): RegisterOutcome {
  return applyRegister(request, { bindings, limits: EDGE_LIMITS, now: NOW, flow })
}

function accepted(outcome: RegisterOutcome): readonly Binding[] {
  if (outcome.type !== 'accepted') throw new RangeError(`refused with ${outcome.status}`)
  return outcome.bindings
}

describe('REGISTER', () => {
  it('binds a contact for the time asked: its own parameter, then Expires, then an hour', () => {
    const seconds = (request: SipRequest) => (accepted(apply(request))[0]!.expiresAt - NOW) / 1000
    expect(seconds(registerRequest(['<sip:u@c>;expires=120'], { expires: 600 }))).toBe(120)
    expect(seconds(registerRequest(['<sip:u@c>'], { expires: 600 }))).toBe(600)
    expect(seconds(registerRequest(['<sip:u@c>']))).toBe(3600)
    expect(seconds(registerRequest(['<sip:u@c>;expires=many']))).toBe(3600)
    expect(seconds(registerRequest(['<sip:u@c>;expires=99999999999']))).toBe(3600)
  })

  it('is refused with 423 when it is too short, but not when it removes', () => {
    expect(apply(registerRequest(['<sip:u@c>;expires=59']))).toEqual({ type: 'refused', status: 423, minExpires: 60 })
    expect(accepted(apply(registerRequest(['<sip:u@c>;expires=60'])))).toHaveLength(1)
    expect(accepted(apply(registerRequest(['<sip:u@c>;expires=0'])))).toEqual([])
  })

  it('without Contact changes nothing and asks for what there is', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@c>'])))
    expect(apply(registerRequest([]), bound)).toEqual({ type: 'accepted', bindings: bound, changed: false })
  })

  it('is ordered by CSeq within a Call-ID', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@c>'], { cseq: 5 })))
    expect(apply(registerRequest(['<sip:u@c>;expires=0'], { cseq: 4 }), bound)).toMatchObject({
      type: 'refused',
      status: 500,
    })
    expect(accepted(apply(registerRequest(['<sip:u@c>;expires=0'], { cseq: 6 }), bound))).toEqual([])
    expect(accepted(apply(registerRequest(['<sip:u@c>;expires=0'], { cseq: 1, callId: 'b' }), bound))).toEqual([])
  })

  it('with an equal CSeq changes nothing and is accepted', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@c>'], { cseq: 5 })))
    expect(apply(registerRequest(['<sip:u@c>;expires=0'], { cseq: 5 }), bound)).toMatchObject({
      type: 'accepted',
      bindings: bound,
      changed: false,
    })
  })

  it('changes nothing at all when one of its contacts is refused', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@c1>'], { cseq: 1 })))
    expect(apply(registerRequest(['<sip:u@c1>;expires=0', '<sip:u@c2>;expires=5'], { cseq: 2 }), bound).type).toBe(
      'refused',
    )
  })

  it('with a star removes all, and only with Expires 0 and alone', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@c1>', '<sip:u@c2>'], { cseq: 1 })))
    expect(bound).toHaveLength(2)
    expect(accepted(apply(registerRequest(['*'], { cseq: 2, expires: 0 }), bound))).toEqual([])
    expect(apply(registerRequest(['*'], { cseq: 2 }), bound)).toMatchObject({ status: 400 })
    expect(apply(registerRequest(['*'], { cseq: 2, expires: 60 }), bound)).toMatchObject({ status: 400 })
    expect(apply(registerRequest(['*'], { cseq: 0, expires: 0 }), bound)).toMatchObject({ status: 500 })
  })

  it('knows a contact again by the rules for URIs', () => {
    const bound = accepted(apply(registerRequest(['<sip:u@Host.example:5070>'], { cseq: 1 })))
    expect(accepted(apply(registerRequest(['<sip:u@hOST.example:5070;expires=1>'], { cseq: 2 }), bound))).toHaveLength(
      1,
    )
    expect(accepted(apply(registerRequest(['<sip:u@host.example>'], { cseq: 2 }), bound))).toHaveLength(2)
  })

  it('replaces what another start of the same phone left at the same address', () => {
    const flow = () => 'udp 192.0.2.1:5060'
    const bound = accepted(apply(registerRequest(['<sip:u-1@c>'], { callId: 'first start' }), [], flow))
    const now = accepted(apply(registerRequest(['<sip:u-2@c>'], { callId: 'second start' }), bound, flow))
    expect(now.map((binding) => binding.contact)).toEqual(['sip:u-2@c'])
  })

  it('is refused with too many contacts', () => {
    const many = Array.from({ length: 7 }, (_, index) => `<sip:u@c${index}>`)
    expect(apply(registerRequest(many))).toMatchObject({ status: 403 })
  })
})
