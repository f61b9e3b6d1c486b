import { describe, expect, it } from 'vitest'
import {
  createCancel,
  createNon2xxAck,
  createRequest,
  parseMessage,
  responseTo,
  SipRequest,
  type SipResponse,
} from '#protocols/sip'
import { Branches } from './branches.ts'

const branches = new Branches('key')

function invite(more: { uri?: string; branch?: string; callId?: string; routes?: readonly string[] } = {}): SipRequest {
  return createRequest({
    method: 'INVITE',
    uri: more.uri ?? 'sip:1001@h',
    via: [`SIP/2.0/UDP 192.0.2.1:5060;branch=${more.branch ?? 'z9hG4bK1'}`],
    from: '<sip:a@h>;tag=1',
    to: '<sip:b@h>',
    callId: more.callId ?? 'c',
    routes: more.routes ?? [],
  })
}

function sentOn(request: SipRequest, by = branches): SipRequest {
  return request.clone().prepend('Via', `SIP/2.0/UDP edge:5060;branch=${by.of(request, 'core')}`)
}

describe('the branch of a request that is sent on', () => {
  it('is the same for a repetition, whoever repeats it and through whichever incarnation', () => {
    const other = parseMessage(invite().toString())
    expect(other.ok && new Branches('key').of(other.message as SipRequest, 'core')).toBe(branches.of(invite(), 'core'))
  })

  it('is that of the INVITE for its CANCEL and its ACK, which stay one transaction without any memory', () => {
    const ack = createNon2xxAck(invite(), responseTo(invite(), 486))
    expect(branches.of(createCancel(invite()), 'core')).toBe(branches.of(invite(), 'core'))
    expect(branches.of(ack, 'core')).toBe(branches.of(invite(), 'core'))
  })

  it('differs by caller, call, target, method and key', () => {
    const options = new SipRequest('OPTIONS', 'sip:1001@h', [...invite().fields])
    const all = [
      branches.of(invite(), 'core'),
      branches.of(invite(), 'sip:2001@phone'),
      branches.of(invite({ branch: 'z9hG4bK2' }), 'core'),
      branches.of(invite({ callId: 'd' }), 'core'),
      branches.of(options, 'core'),
      new Branches('other').of(invite(), 'core'),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('vouches for the answer, until anything of it is changed', () => {
    const answer = responseTo(sentOn(invite()), 200)
    expect(branches.vouchesFor(answer)).toBe(true)
    const forged = (change: (response: SipResponse) => void): boolean => {
      const copy = answer.clone()
      change(copy)
      return branches.vouchesFor(copy)
    }
    expect(forged((copy) => copy.set('Call-ID', 'x'))).toBe(false)
    expect(forged((copy) => copy.set('CSeq', '2 INVITE'))).toBe(false)
    expect(forged((copy) => copy.removeFirst('Via'))).toBe(false)
    expect(forged((copy) => copy.set('Via', copy.list('via')[0]!, 'SIP/2.0/UDP victim;branch=z9hG4bK1'))).toBe(false)
    expect(branches.vouchesFor(responseTo(sentOn(invite(), new Branches('other')), 200))).toBe(false)
    expect(branches.vouchesFor(responseTo(invite(), 200))).toBe(false)
  })

  it('tells a loop from a spiral', () => {
    const own = (via: { host: string }): boolean => via.host === 'edge'
    const back = sentOn(invite()).prepend('Via', 'SIP/2.0/UDP other;branch=z9hG4bKx')
    expect(branches.isLoop(back, own)).toBe(true)
    expect(branches.isLoop(invite(), own)).toBe(false)
    const elsewhere = back.clone()
    elsewhere.uri = 'sip:1002@h'
    expect(branches.isLoop(elsewhere, own)).toBe(false)
  })
})
