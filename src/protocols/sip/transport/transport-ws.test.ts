import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { VirtualClock } from '#base'
import type { Target } from './transport.ts'
import { openWs, WS_LIMITS, type WsEnd, type WsOptions, type WsTransport } from './transport-ws.ts'

const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Listening {
  readonly transport: WsTransport
  readonly got: { text: string; source: Target }[]
}

async function listening(options: Partial<WsOptions> = {}): Promise<Listening> {
  const got: Listening['got'] = []
  const transport = await openWs({ address: '127.0.0.1', port: 0, ...options }, (bytes, source) =>
    got.push({ text: Buffer.from(bytes).toString('latin1'), source }),
  )
  closers.push(() => transport.close())
  return { transport, got }
}

function dial({ transport }: Listening, path = '/ws', protocol = 'sip'): WebSocket {
  const url = `ws://127.0.0.1:${transport.local.port}${path}`
  const socket = protocol === '' ? new WebSocket(url) : new WebSocket(url, protocol)
  socket.on('error', () => {})
  closers.push(() => socket.terminate())
  return socket
}

async function connected(to: Listening): Promise<WebSocket> {
  const socket = dial(to)
  await once(socket, 'open')
  return socket
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** A listener on a clock of the test's own. */
async function watched() {
  const clock = new VirtualClock()
  const side = await listening({ clock })
  const ended: WsEnd[] = []
  side.transport.onClosed((_, end) => ended.push(end))
  /** So many pings, each answered before the next: what is sent after an answer arrives after it. */
  const pings = async (socket: WebSocket, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const pinged = once(socket, 'ping')
      clock.advance(WS_LIMITS.pingMs)
      await pinged
      const back = once(socket, 'pong')
      socket.ping()
      await back
    }
  }
  return { side, ended, pings, clock }
}

async function refusal(socket: WebSocket): Promise<number> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
  return response.statusCode
}

describe('SIP over WebSocket (RFC 7118)', () => {
  it('agrees on the subprotocol sip, and takes a message a frame, text or binary', async () => {
    const side = await listening()
    const socket = await connected(side)
    expect(socket.protocol).toBe('sip')
    socket.send(MESSAGE)
    socket.send(Buffer.from(`${MESSAGE}\xff`, 'latin1'))
    await until(() => side.got.length === 2)
    expect(side.got.map(({ text }) => text)).toEqual([MESSAGE, `${MESSAGE}\xff`])
    expect(side.got[0]?.source).toMatchObject({ transport: 'ws', address: '127.0.0.1' })
    expect(side.transport.counts).toMatchObject({ received: 2, connections: 1 })
  })

  it('puts a message together that came in fragments', async () => {
    const side = await listening()
    const socket = await connected(side)
    socket.send(MESSAGE.slice(0, 10), { fin: false })
    socket.send(MESSAGE.slice(10), { fin: true })
    await until(() => side.got.length === 1)
    expect(side.got[0]?.text).toBe(MESSAGE)
  })

  it('sends text where it is UTF-8 and binary where it is not, by flow or by place', async () => {
    const side = await listening()
    const socket = await connected(side)
    socket.send(MESSAGE)
    await until(() => side.got.length === 1)
    const { source } = side.got[0]!
    const { flow: _, ...place } = source
    const frames: [string, boolean][] = []
    socket.on('message', (data, binary) => frames.push([data.toString(), binary]))
    const failed = (error: unknown): void => expect.unreachable(String(error))
    side.transport.send(Buffer.from('grüße'), source, failed)
    side.transport.send(Buffer.from([0xff]), place, failed)
    await until(() => frames.length === 2)
    expect(frames.map(([, binary]) => binary)).toEqual([false, true])
    expect(frames[0]?.[0]).toBe('grüße')
  })

  it('fails at once towards a browser that is gone: nobody can connect to one', async () => {
    const side = await listening()
    const socket = await connected(side)
    socket.send(MESSAGE)
    await until(() => side.got.length === 1)
    socket.terminate()
    await until(() => side.transport.counts.connections === 0)
    const failure = await new Promise((resolve) => side.transport.send(Buffer.from('x'), side.got[0]!.source, resolve))
    expect(failure).toMatchObject({ code: 'sip.transport.closed' })
  })

  it('answers a CRLF ping with a CRLF, and counts it', async () => {
    const side = await listening()
    const socket = await connected(side)
    const pong = once(socket, 'message')
    socket.send('\r\n\r\n')
    expect(String((await pong)[0])).toBe('\r\n')
    expect(side.got).toEqual([])
    expect(side.transport.counts).toMatchObject({ keepAlives: 1, received: 0 })
  })

  it.each([
    ['another path', '/other', 'sip', 404],
    ['another subprotocol', '/ws', 'chat', 400],
    ['none', '/ws', '', 400],
  ])('refuses %s', async (_, path, protocol, status) => {
    const side = await listening()
    expect(await refusal(dial(side, path, protocol))).toBe(status)
    expect(side.transport.counts).toMatchObject({ refused: 1, connections: 0 })
  })

  it('answers plain HTTP with 426', async () => {
    const { transport } = await listening()
    expect((await fetch(`http://127.0.0.1:${transport.local.port}/ws`)).status).toBe(426)
  })

  it('refuses more connections than it may have, of one address and in all', async () => {
    const one = await listening({ limits: { connectionsPerAddressMax: 1 } })
    await connected(one)
    expect(await refusal(dial(one))).toBe(503)
    const none = await listening({ limits: { connectionsMax: 0 } })
    expect(await refusal(dial(none))).toBe(503)
  })

  it('ends a connection that sends more than a message may have', async () => {
    const side = await listening()
    const socket = await connected(side)
    socket.send('x'.repeat(70_000))
    const [code] = await once(socket, 'close')
    expect(code).toBe(1009)
    expect(side.got).toEqual([])
  })

  it('ends one that says nothing, though it answers pings', async () => {
    const { side, ended, pings, clock } = await watched()
    const mute = await connected(side)
    await pings(mute, Math.floor(WS_LIMITS.firstMessageMs / WS_LIMITS.pingMs))
    expect(side.transport.counts.connections).toBe(1)
    clock.advance(WS_LIMITS.pingMs)
    await until(() => side.transport.counts.connections === 0)
    expect(ended).toEqual(['closed'])
  })

  it('keeps one that answers pings for as long as it likes, and ends it within ten seconds when it answers none', async () => {
    const { side, ended, pings, clock } = await watched()
    const browser = await connected(side)
    browser.send(MESSAGE)
    await until(() => side.got.length === 1)
    await pings(browser, 12)
    browser.pause()
    clock.advance(2 * WS_LIMITS.pingMs)
    expect([side.transport.counts.connections, ended]).toEqual([1, []])
    clock.advance(WS_LIMITS.pingMs)
    await until(() => side.transport.counts.connections === 0)
    expect(ended).toEqual(['silent'])
    expect(3 * WS_LIMITS.pingMs).toBeLessThanOrEqual(10_000)
  })

  it('closes once, with all that is open', async () => {
    const side = await listening()
    const socket = await connected(side)
    const ended = once(socket, 'close')
    await Promise.all([side.transport.close(), side.transport.close()])
    await ended
    const failure = await new Promise((resolve) =>
      side.transport.send(Buffer.from('x'), { transport: 'ws', address: '127.0.0.1', port: 1 }, resolve),
    )
    expect(failure).toMatchObject({ code: 'sip.transport.closed' })
  })

  it('says that its port is taken', async () => {
    const { transport } = await listening()
    const again = openWs({ address: '127.0.0.1', port: transport.local.port }, () => undefined)
    await expect(again).rejects.toMatchObject({ code: 'sip.transport.failed' })
  })
})
