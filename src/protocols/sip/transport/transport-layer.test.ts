import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { createRequest, responseTo } from '../message/build.ts'
import type { AnySipMessage, SipRequest } from '../message/message.ts'
import { parseUri } from '../message/uri.ts'
import { parseVia } from '../message/via.ts'
import { replyTarget, responseTarget, uriTarget } from './routing.ts'
import type { Target } from './transport.ts'
import { TransportLayer } from './transport-layer.ts'
import { openTcp, type TcpLimits, type TcpTransport } from './transport-tcp.ts'
import { openUdp } from './transport-udp.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

interface Got {
  message: AnySipMessage
  source: Target
}

/** A layer on loopback, and a way to await what it hands up. */
async function listen(limits: Partial<TcpLimits> = {}, clock = new VirtualClock()) {
  const got: Got[] = []
  const wakers: (() => void)[] = []
  const layer = new TransportLayer((message, source) => {
    if (message.get('subject') === 'fail') throw new TypeError('a bug of the user')
    got.push({ message, source })
    wakers.shift()?.()
  })
  const place = { address: '127.0.0.1', port: 0 }
  const udp = await openUdp(place, layer.receive)
  const tcp: TcpTransport = await openTcp({ ...place, clock, limits }, layer.receive)
  layer.add(udp)
  layer.add(tcp)
  open.push(layer)
  const next = async (): Promise<Got> => {
    if (got.length === 0) await new Promise<void>((resolve) => wakers.push(resolve))
    return got.shift()!
  }
  return { layer, udp, tcp, next, got, clock }
}

function options(via: string, subject?: string): SipRequest {
  return createRequest({
    method: 'OPTIONS',
    uri: 'sip:b@127.0.0.1',
    from: '<sip:a@127.0.0.1>;tag=a',
    to: '<sip:b@127.0.0.1>',
    callId: 'c',
    via: [via],
    headers: { Subject: subject },
  })
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  open.push({ close: () => socket.destroy() })
  await once(socket, 'connect')
  return socket
}

describe('SIP over UDP', () => {
  it('says where a message really came from, and answers there (RFC 3581)', async () => {
    const { layer, udp, next } = await listen()
    const peer = await listen()
    const target = { transport: 'udp', ...udp.local } as const
    peer.layer.send(options('SIP/2.0/UDP host.invalid:9;branch=z9hG4bK1;rport'), target, () => {})
    const { message, source } = await next()
    expect(message.via).toMatchObject({ received: '127.0.0.1', rport: peer.udp.local.port })
    layer.send(responseTo(message as SipRequest, 200), replyTarget(message.via, source), () => {})
    expect((await peer.next()).message.startLine).toBe('SIP/2.0 200 OK')
  })

  it('answers what is malformed, drops what cannot be answered, and goes on after a failing user', async () => {
    const { layer, udp, next } = await listen()
    const socket = createSocket('udp4')
    open.push(socket)
    const shout = (text: string) => socket.send(text, udp.local.port, '127.0.0.1')
    const via = 'SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bK1;rport'
    shout('\r\n\r\n')
    shout(`${'x'.repeat(100)}\r\n\r\n`)
    shout(options(via, 'fail').toString())
    shout(options(via).toString().replace('SIP/2.0\r\nVia', 'SIP/9.0\r\nVia'))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    expect(answer.toString()).toMatch(/^SIP\/2.0 505 Version Not Supported\r\n/)
    shout(options(via).toString())
    await next()
    expect(Object.fromEntries(layer.faults)).toEqual({ method: 1, handler: 1, version: 1 })
    expect(udp.counts).toMatchObject({ keepAlives: 1, received: 4 })
  })

  it('reports a target that cannot be, and a closed transport', async () => {
    const { layer } = await listen()
    const message = options('SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1')
    const why = (target: Target) => new Promise((resolve) => layer.send(message, target, resolve))
    expect(await why({ transport: 'udp', address: '127.0.0.1', port: 0 })).toMatchObject({
      code: 'sip.transport.failed',
    })
    expect(await why({ transport: 'ws', address: '127.0.0.1', port: 1 })).toMatchObject({
      code: 'sip.transport.closed',
    })
    await layer.close()
    await layer.close()
    expect(await why({ transport: 'udp', address: '127.0.0.1', port: 9 })).toMatchObject({
      code: 'sip.transport.closed',
    })
    expect(await why({ transport: 'tcp', address: '127.0.0.1', port: 9 })).toMatchObject({
      code: 'sip.transport.closed',
    })
  })

  it('says that a port is taken', async () => {
    const { udp, tcp, layer } = await listen()
    await expect(openUdp(udp.local, layer.receive)).rejects.toMatchObject({ code: 'sip.transport.failed' })
    await expect(openTcp(tcp.local, layer.receive)).rejects.toMatchObject({ code: 'sip.transport.failed' })
  })
})

describe('SIP over TCP', () => {
  it('answers over the connection that a request came over, and uses it for its own requests', async () => {
    const one = await listen()
    const two = await listen()
    const target = { transport: 'tcp', ...one.tcp.local } as const
    two.layer.send(options('SIP/2.0/TCP host.invalid:9;branch=z9hG4bK1'), target, () => {})
    const { message, source } = await one.next()
    expect([message.via.received, one.tcp.hasFlow(source.flow!)]).toEqual(['127.0.0.1', true])
    one.layer.send(responseTo(message as SipRequest, 200), replyTarget(message.via, source), () => {})
    one.layer.send(options('SIP/2.0/TCP x.invalid;branch=z9hG4bK2'), source, () => {})
    expect((await two.next()).message.kind).toBe('response')
    expect((await two.next()).message.kind).toBe('request')
    expect([one.tcp.counts.connections, two.tcp.counts.connections]).toEqual([1, 1])
  })

  it('answers pings (RFC 5626 4.4.1) and ends a stream that it cannot cut, with a 400', async () => {
    const { tcp } = await listen()
    const socket = await dial(tcp.local.port)
    socket.write('\r\n\r\n')
    expect(String((await once(socket, 'data'))[0])).toBe('\r\n')
    const text = options('SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1')
      .toString()
      .replace('Content-Length: 0', 'Content-Length: -1')
    socket.write(text)
    expect(String((await once(socket, 'data'))[0])).toMatch(/^SIP\/2.0 400 Bad Content-Length\r\n/)
    await once(socket, 'end')
  })

  it('ends connections that say nothing, begin and do not end, or are too many', async () => {
    const { tcp, clock, next } = await listen({ connectionsMax: 2 })
    const silent = await dial(tcp.local.port)
    const slow = await dial(tcp.local.port)
    slow.write(`${options('SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1')}OPTIONS`)
    await next()
    const third = await dial(tcp.local.port)
    await once(third, 'close')
    expect(tcp.counts).toMatchObject({ connections: 2, refused: 1 })
    const slowEnd = once(slow, 'close')
    clock.advance(10_000)
    await slowEnd
    const silentEnd = once(silent, 'close')
    clock.advance(22_000)
    await silentEnd
    await expect.poll(() => tcp.counts.connections).toBe(0)
    expect(clock.pending).toBe(0)
  })

  it('reports a peer that is not there, and one that does not read', async () => {
    const { layer, tcp } = await listen({ unsentBytesMax: 1_000 })
    const message = options('SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1')
    const refused = await new Promise((resolve) =>
      layer.send(message, { transport: 'tcp', address: '127.0.0.1', port: 1 }, resolve),
    )
    expect(refused).toMatchObject({ code: 'sip.transport.failed' })
    const big = message.clone().setBody('x'.repeat(2_000), 'text/plain')
    const target = { transport: 'tcp', ...tcp.local } as const
    expect(await new Promise((resolve) => layer.send(big, target, resolve))).toMatchObject({
      code: 'sip.transport.limit',
    })
  })
})

describe('where messages go', () => {
  const source = { transport: 'udp', address: '192.0.2.9', port: 1234 } as const
  const via = (text: string) => parseVia(text)!

  it('RFC 3261 18.2.2: sent-by port without rport, source port with it', () => {
    expect(replyTarget(via('SIP/2.0/UDP a.example:5070;branch=x'), source).port).toBe(5070)
    expect(replyTarget(via('SIP/2.0/UDP a.example;branch=x'), source).port).toBe(5060)
    expect(replyTarget(via('SIP/2.0/UDP a.example;rport=1234'), source)).toEqual(source)
    expect(responseTarget(via('SIP/2.0/TLS [::1]'))).toEqual({ transport: 'tls', address: '::1', port: 5061 })
    expect(responseTarget(via('SIP/2.0/UDP a.example:9;received=192.0.2.1;rport=7'))).toMatchObject({
      address: '192.0.2.1',
      port: 7,
    })
    expect(responseTarget(via('SIP/2.0/SCTP a.example'))).toBeUndefined()
  })

  it('RFC 3261 19.1.2: the transport parameter decides', () => {
    const of = (text: string) => uriTarget(parseUri(text)!)
    expect(of('sip:a@b.example;transport=TCP')).toEqual({ transport: 'tcp', address: 'b.example', port: 5060 })
    expect(of('sips:a@b.example;transport=tcp')).toMatchObject({ transport: 'tls', port: 5061 })
    expect(of('sip:a@[::1]:9')).toEqual({ transport: 'udp', address: '::1', port: 9 })
  })
})
