import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from './build.ts'
import { SipRequest, SipResponse } from './message.ts'
import { parseMessage } from './parse.ts'

const INVITE = [
  'INVITE sip:1009@pbx.example SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bKa;rport, SIP/2.0/TCP two.example;branch=z9hG4bKb',
  'v: SIP/2.0/UDP three.example',
  'Max-Forwards: 70',
  'f: "Zoë \\"Z\\" Doe" <sip:zoe@example.com>;tag=ab',
  'To: <sip:1009@pbx.example>',
  'i: one@two',
  'CSeq: 7 INVITE',
  'Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>',
  'm: <sip:zoe@192.0.2.1:5080>;q=0.5',
  'X-Long: first',
  '\tsecond',
  'Content-Type: Application/SDP; charset=utf-8',
  'Content-Length: 4',
  '',
  'v=0\n',
].join('\r\n')

function request(text: string): SipRequest {
  const parsed = parseMessage(Buffer.from(text, 'utf8'))
  if (!parsed.ok || parsed.message.kind !== 'request') throw parsed
  return parsed.message
}

describe('a message that was read', () => {
  it('shows what routing needs, whatever the spelling', () => {
    const invite = request(INVITE)
    expect(invite.method).toBe('INVITE')
    expect(invite.sipUri).toMatchObject({ user: '1009', host: 'pbx.example' })
    expect(invite.vias.map((via) => [via.transport, via.host, via.port, via.branch])).toEqual([
      ['UDP', '192.0.2.1', 5080, 'z9hG4bKa'],
      ['TCP', 'two.example', undefined, 'z9hG4bKb'],
      ['UDP', 'three.example', undefined, undefined],
    ])
    expect(invite.via.rport).toBeNull()
    expect(invite.from).toMatchObject({ display: 'Zoë "Z" Doe', uri: 'sip:zoe@example.com', tag: 'ab' })
    expect(invite.to.tag).toBeUndefined()
    expect(invite.cseq).toEqual({ number: 7, method: 'INVITE' })
    expect(invite.recordRoutes.map((route) => route.uri)).toEqual(['sip:p1.example;lr', 'sip:p2.example;lr'])
    expect(invite.contacts[0]).toMatchObject({ uri: 'sip:zoe@192.0.2.1:5080', params: [['q', '0.5']] })
    expect(invite.get('x-LONG')).toBe('first second')
    expect(invite.contentType).toBe('application/sdp')
    expect(invite.body).toBe('v=0\n')
    expect([invite.callId, invite.maxForwards, invite.expires]).toEqual(['one@two', 70, undefined])
  })

  it('is the same after a trip through a JSON string', () => {
    const bytes = Buffer.from([...Buffer.from(INVITE.replace('v=0\n', '')), 0, 255, 10, 128])
    const parsed = parseMessage(bytes)
    if (!parsed.ok) throw parsed
    const carried = JSON.parse(JSON.stringify({ message: parsed.message.toString() })) as { message: string }
    const again = parseMessage(carried.message)
    if (!again.ok) throw again
    expect(Buffer.from(again.message.toBytes())).toEqual(Buffer.from(parsed.message.toBytes()))
    expect([...again.message.bodyBytes]).toEqual([0, 255, 10, 128])
  })
})

describe('a message that is changed', () => {
  it('gives new values after each change of a field that was read before', () => {
    const invite = request(INVITE)
    expect(invite.via.branch).toBe('z9hG4bKa')
    invite.prepend('Via', 'SIP/2.0/UDP proxy.example;branch=z9hG4bKp')
    expect(invite.vias.map((via) => via.branch)).toEqual(['z9hG4bKp', 'z9hG4bKa', 'z9hG4bKb', undefined])
    invite.removeFirst('Via').setFirst('v', 'SIP/2.0/UDP first.example')
    expect(invite.vias.map((via) => via.host)).toEqual(['first.example', 'two.example', 'three.example'])
    invite.removeFirst('Via').removeFirst('Via').removeFirst('Via')
    expect(invite.has('Via')).toBe(false)
    invite.set('Max-Forwards', 69).append('Route', '<sip:r.example;lr>').remove('Record-Route')
    expect([invite.maxForwards, invite.routes.length, invite.recordRoutes.length]).toEqual([69, 1, 0])
  })

  it('leaves the original alone when a clone is changed', () => {
    const invite = request(INVITE)
    invite.clone().remove('Via').setBody('')
    expect([invite.vias.length, invite.body]).toEqual([3, 'v=0\n'])
  })

  it('keeps a value on its own line, so that nobody adds header fields through it', () => {
    const invite = request(INVITE).set('Subject', 'hello\r\nEvil: yes')
    expect(invite.toString()).toContain('Subject: hello Evil: yes\r\n')
  })

  it('counts the body in octets', () => {
    const text = request(INVITE).setBody('é', 'text/plain').toString()
    expect(text).toContain('Content-Length: 1\r\n')
    const wide = request(INVITE).setBody('日', 'text/plain')
    expect(wide.toString()).toContain('Content-Length: 3\r\n')
    expect(wide.bodyText).toBe('日')
  })
})

describe('a message that was built', () => {
  it('carries what RFC 3261 8.1.1 asks for', () => {
    const built = createRequest({
      method: 'OPTIONS',
      uri: 'sip:a@b.example',
      from: { uri: 'sip:me@c.example', params: [], display: 'Jürgen "J"' },
      to: '<sip:a@b.example>',
      callId: 'x',
      via: ['SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1'],
      headers: { Accept: 'application/sdp', Supported: ['replaces', 'timer'], Subject: undefined },
    })
    const read = request(Buffer.from(built.toBytes()).toString('utf8'))
    expect(read.from.display).toBe('Jürgen "J"')
    expect(read.from.tag).toMatch(/^[0-9a-f]{24}$/)
    expect(read.cseq).toEqual({ number: 1, method: 'OPTIONS' })
    expect([read.maxForwards, read.getAll('supported'), read.get('subject')]).toEqual([
      70,
      ['replaces', 'timer'],
      undefined,
    ])
  })

  it('answers along the request with a tag where RFC 3261 8.2.6 asks for one', () => {
    const invite = request(INVITE)
    expect(responseTo(invite, 100).to.tag).toBeUndefined()
    const ringing = responseTo(invite, 180, { toTag: 'zz' })
    expect([ringing.to.tag, ringing.reason, ringing.recordRoutes.length]).toEqual(['zz', 'Ringing', 2])
    expect(ringing.vias.length).toBe(3)
    const refused = responseTo(invite, 488, { reason: 'No\r\nCodec', headers: [['Warning', '304 x "y"']] })
    expect(refused.startLine).toBe('SIP/2.0 488 No  Codec'.replace('  ', ' '))
    expect([refused.recordRoutes.length, refused.to.tag?.length]).toEqual([0, 24])
  })

  it('keeps a To tag that is there', () => {
    const bye = new SipRequest('BYE', 'sip:a@b').set('To', '<sip:a@b;tag=no>;Tag=yes')
    expect(responseTo(bye, 200, { toTag: 'other' }).to.tag).toBe('yes')
    expect(new SipResponse(200, 'OK').clone().toString()).toBe('SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n')
  })
})
