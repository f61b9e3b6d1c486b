import { describe, expect, it } from 'vitest'
import { parseUri } from '../message/uri.ts'
import { parseVia, stampVia } from '../message/via.ts'
import { defaultPort, replyTarget, responseTarget, transportName, uriTarget } from './routing.ts'
import { plainAddress, type Target } from './transport.ts'

const via = (text: string) => parseVia(`SIP/2.0/${text}`)!

describe('where the answer to a request goes (RFC 3261 18.2.2, RFC 3581 4)', () => {
  const udp: Target = { transport: 'udp', address: '192.0.2.9', port: 1234 }
  const udp6: Target = { transport: 'udp', address: '2001:db8::9', port: 1234 }
  const tcp: Target = { transport: 'tcp', address: '192.0.2.9', port: 40_001, flow: 'tcp-7' }

  it.each([
    ['sent-by without a port', 'UDP a.example;branch=x', udp, 5060],
    ['sent-by with a port', 'UDP a.example:5070;branch=x', udp, 5070],
    ['rport asked for', 'UDP a.example:5070;branch=x;rport', udp, 1234],
    ['rport filled in by another hop', 'UDP a.example:5070;branch=x;rport=99', udp, 1234],
    ['a Via that names another transport', 'TCP a.example:5070;branch=x', udp, 5070],
    ['IPv6', 'UDP [2001:db8::1]:5070', udp6, 5070],
  ])('over UDP, %s: to the address it came from', (_, text, source, port) => {
    expect(replyTarget(via(text), source)).toEqual({ ...source, port })
  })

  it('over UDP without any Via that can be read: to port 5060', () => {
    expect(replyTarget(undefined, udp)).toEqual({ ...udp, port: 5060 })
  })

  it.each([
    'UDP a.example;maddr=224.0.1.75',
    'UDP a.example;maddr=198.51.100.1;ttl=1',
    'UDP a.example;received=198.51.100.1',
  ])('never where a stranger says (%s)', (text) => {
    expect(replyTarget(via(text), udp).address).toBe('192.0.2.9')
  })

  it.each(['TCP a.example:5070', 'TCP a.example;rport', 'UDP a.example:9', 'TLS a.example'])(
    'over a connection: back over it, whatever the Via says (%s)',
    (text) => {
      expect(replyTarget(via(text), tcp)).toEqual(tcp)
    },
  )
})

describe('where a response goes by its Via alone', () => {
  it.each([
    ['UDP a.example', { transport: 'udp', address: 'a.example', port: 5060 }],
    ['udp a.example:5070', { transport: 'udp', address: 'a.example', port: 5070 }],
    ['UDP a.example:5070;received=192.0.2.1', { transport: 'udp', address: '192.0.2.1', port: 5070 }],
    ['UDP a.example:5070;received=192.0.2.1;rport=7', { transport: 'udp', address: '192.0.2.1', port: 7 }],
    ['UDP a.example:5070;rport', { transport: 'udp', address: 'a.example', port: 5070 }],
    ['TCP a.example', { transport: 'tcp', address: 'a.example', port: 5060 }],
    ['TLS a.example', { transport: 'tls', address: 'a.example', port: 5061 }],
    ['WS df7jal.invalid;received=192.0.2.1', { transport: 'ws', address: '192.0.2.1', port: 80 }],
    ['WSS df7jal.invalid', { transport: 'wss', address: 'df7jal.invalid', port: 443 }],
    ['UDP [2001:db8::1]:9', { transport: 'udp', address: '2001:db8::1', port: 9 }],
    ['UDP a.example;received=[2001:db8::1]', { transport: 'udp', address: '2001:db8::1', port: 5060 }],
    ['UDP a.example;maddr=198.51.100.1', { transport: 'udp', address: 'a.example', port: 5060 }],
  ])('%s', (text, target) => {
    expect(responseTarget(via(text))).toEqual(target)
  })

  it.each(['SCTP a.example', 'DTLS-UDP a.example'])('nowhere over a transport that we do not know (%s)', (text) => {
    expect(responseTarget(via(text))).toBeUndefined()
  })

  it('back to where the stamp of the request says (RFC 3581 4)', () => {
    const source = { address: '192.0.2.7', port: 4321 }
    expect(responseTarget(stampVia(via('UDP 10.0.0.1:5060;branch=x;rport'), source))).toMatchObject(source)
    expect(responseTarget(stampVia(via('UDP 10.0.0.1:5070;branch=x'), source))).toMatchObject({
      address: '192.0.2.7',
      port: 5070,
    })
    expect(responseTarget(stampVia(via('UDP 10.0.0.1:5070;branch=x;received=6.6.6.6'), source))).toMatchObject({
      address: '192.0.2.7',
    })
  })
})

describe('the stamp of a request (RFC 3261 18.2.1, RFC 3581 4)', () => {
  const source = { address: '192.0.2.7', port: 4321 }

  it.each([
    ['nothing where sent-by is the source', 'UDP 192.0.2.7:5070;branch=x', undefined, undefined],
    ['received where it is not', 'UDP 192.0.2.8:5070;branch=x', '192.0.2.7', undefined],
    ['received where it is a name', 'UDP phone.example;branch=x', '192.0.2.7', undefined],
    ['both where rport is asked for, even from the right address', 'UDP 192.0.2.7;rport', '192.0.2.7', 4321],
    ['over what the sender made up', 'UDP phone.example;received=6.6.6.6;rport=6', '192.0.2.7', 4321],
    ['nothing of what the sender made up', 'UDP 192.0.2.7;received=6.6.6.6', undefined, undefined],
  ])('is %s', (_, text, received, rport) => {
    const stamped = stampVia(via(text), source)
    expect([stamped.received, stamped.rport]).toEqual([received, rport])
  })

  it('leaves all other parameters, and knows one address by its other writing in capitals', () => {
    const stamped = stampVia(via('UDP [2001:DB8::7]:5070;branch=z9hG4bKx;keep;alias'), {
      address: '2001:db8::7',
      port: 1,
    })
    expect(stamped.received).toBeUndefined()
    expect(stamped.params.map(([name]) => name)).toEqual(['branch', 'keep', 'alias'])
  })
})

describe('where a URI leads without DNS (RFC 3261 19.1.2, RFC 7118 5)', () => {
  it.each([
    ['sip:b.example', { transport: 'udp', address: 'b.example', port: 5060 }],
    ['sip:a@b.example:5070', { transport: 'udp', address: 'b.example', port: 5070 }],
    ['sip:b.example;transport=tcp', { transport: 'tcp', address: 'b.example', port: 5060 }],
    ['sip:b.example;transport=TLS', { transport: 'tls', address: 'b.example', port: 5061 }],
    ['sip:b.example;transport=ws', { transport: 'ws', address: 'b.example', port: 80 }],
    ['sip:b.example;transport=wss', { transport: 'wss', address: 'b.example', port: 443 }],
    ['sips:b.example', { transport: 'tls', address: 'b.example', port: 5061 }],
    ['sips:b.example;transport=tcp', { transport: 'tls', address: 'b.example', port: 5061 }],
    ['sips:b.example:5071', { transport: 'tls', address: 'b.example', port: 5071 }],
    ['sip:a@b.example;maddr=192.0.2.1', { transport: 'udp', address: '192.0.2.1', port: 5060 }],
    ['sip:a@b.example;maddr=[::1];transport=tcp', { transport: 'tcp', address: '::1', port: 5060 }],
    ['sip:[2001:db8::1]:9', { transport: 'udp', address: '2001:db8::1', port: 9 }],
  ])('%s', (text, target) => {
    expect(uriTarget(parseUri(text)!)).toEqual(target)
  })

  it('nowhere by a transport that we do not know', () => {
    expect(uriTarget(parseUri('sip:b.example;transport=sctp')!)).toBeUndefined()
  })
})

describe('names of transports and addresses', () => {
  it('are known in any case, and none besides', () => {
    expect(['UDP', 'Tcp', 'tls', 'WS', 'wSs'].map(transportName)).toEqual(['udp', 'tcp', 'tls', 'ws', 'wss'])
    expect(['', 'sctp', 'udp ', 'udp,tcp', '__proto__'].map(transportName)).toEqual(Array(5).fill(undefined))
    expect((['udp', 'tcp', 'tls', 'ws', 'wss'] as const).map(defaultPort)).toEqual([5060, 5060, 5061, 80, 443])
  })

  it('of a socket of both families are plain', () => {
    expect(['::ffff:192.0.2.1', '192.0.2.1', '::1', '::ffff:0:1'].map(plainAddress)).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      '::1',
      '::ffff:0:1',
    ])
  })
})
