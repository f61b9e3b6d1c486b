import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Millis, silentLogger, type Timer, VirtualClock } from '#base'
import type { ChannelClientOptions } from './channel.ts'
import { createChannelClient } from './channel-client.ts'
import { FrameReader } from './channel-frame.ts'
import { newNonce, proveHello, proveWelcome } from './channel-hello.ts'

const SECRET = 'a secret of the pool'

const live: { close(): unknown }[] = []
afterEach(async () => {
  await Promise.all(live.splice(0).map((thing) => thing.close()))
})

/** How often a link looks at its peer, and how long it waits for its end: not what is asked about here. */
const TIMES_OF_A_LINK: readonly Millis[] = [250, 500]

/** A clock that tells of each timer that is not a link's own. */
class TellingClock extends VirtualClock {
  readonly #tell: (delayMs: Millis) => void

  constructor(tell: (delayMs: Millis) => void) {
    super()
    this.#tell = tell
  }

  override after(delayMs: Millis, call: () => void): Timer {
    if (!TIMES_OF_A_LINK.includes(delayMs)) this.#tell(delayMs)
    return super.after(delayMs, call)
  }
}

function framed(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

interface Hello {
  readonly core: string
  readonly term: number
  readonly nonce: string
  readonly proof: string
}

/** A listener that speaks the bytes itself, and to each hello says what it is told. */
async function listener(answer: (hello: Hello, socket: Socket, count: number) => void) {
  const hellos: Hello[] = []
  const challenge = newNonce()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let greeted = false
    const reader = new FrameReader((text) => {
      if (greeted) return
      greeted = true
      const hello = JSON.parse(text) as Hello
      answer(hello, socket, hellos.push(hello))
    })
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
    socket.write(framed({ nonce: challenge }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  live.push({
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  const { port } = server.address() as { port: number }
  return { challenge, hellos, sockets, address: { host: '127.0.0.1', port } }
}

const welcome = (hello: Hello, secret = SECRET) => framed({ greeting: 'hi', proof: proveWelcome(secret, hello.nonce) })

function dial(address: ChannelClientOptions['address'], options: Partial<ChannelClientOptions> = {}) {
  const client = createChannelClient({ address, secret: SECRET, core: 'a', term: 7, logger: silentLogger, ...options })
  live.push(client)
  return client
}

describe('a core that dials', () => {
  it('proves itself for this challenge, and never sends the secret', async () => {
    const connected = Promise.withResolvers<unknown>()
    const { challenge, hellos, address } = await listener((hello, socket) => socket.write(welcome(hello)))
    const client = dial(address, { connected: (greeting) => connected.resolve(greeting) })
    expect([client.connected, client.notify('early')]).toEqual([false, false])
    await expect(client.request('early')).rejects.toMatchObject({ code: 'channel.closed' })
    expect(await connected.promise).toBe('hi')
    const { core, term, nonce, proof } = hellos[0]!
    expect([core, term, proof]).toEqual(['a', 7, proveHello(SECRET, challenge, { core, term, nonce })])
    expect([JSON.stringify(hellos).includes(SECRET), client.notify('now')]).toEqual([false, true])
  })

  it('waits 50 ms, then twice as long each time up to 1 s, and 50 ms again after it was connected', async () => {
    const waits: Millis[] = []
    let waiting = Promise.withResolvers<Millis>()
    const clock = new TellingClock((delayMs) => {
      waits.push(delayMs)
      waiting.resolve(delayMs)
    })
    const ready = Promise.withResolvers<void>()
    // Each try but the eighth is refused; the eighth is welcomed, and then cut.
    const { address, sockets } = await listener((hello, socket, count) => {
      socket.write(count === 8 ? welcome(hello) : framed({ refused: 'channel.fenced', highest: 9 }))
    })
    dial(address, { clock, connected: () => ready.resolve() })
    for (let tries = 1; tries < 8; tries++) {
      const delayMs = await waiting.promise
      waiting = Promise.withResolvers<Millis>()
      clock.advance(delayMs)
    }
    await ready.promise
    for (const socket of sockets) socket.destroy()
    await waiting.promise
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 50])
  })

  it.each([
    ['does not know the secret', (hello: Hello) => welcome(hello, 'guessed'), 'channel.unauthenticated'],
    [
      'plays back our own proof',
      (hello: Hello) => framed({ greeting: 1, proof: hello.proof }),
      'channel.unauthenticated',
    ],
    ['knows of a newer term', () => framed({ refused: 'channel.fenced', highest: 9 }), 'channel.fenced'],
    ['refuses for a reason of its own', () => framed({ refused: 'whatever' }), 'channel.unauthenticated'],
  ])('believes no listener that %s', async (_, answer, code) => {
    const refused = Promise.withResolvers<unknown>()
    let connections = 0
    const { address } = await listener((hello, socket) => socket.write(answer(hello)))
    const client = dial(address, { refused: refused.resolve, connected: () => connections++ })
    expect(await refused.promise).toMatchObject({ code })
    expect([client.connected, connections]).toEqual([false, 0])
  })

  it.each([
    ['a welcome without proof', framed({ greeting: 1 })],
    ['a frame that is no welcome', framed(['n', 'too early'])],
    ['what is not JSON', Buffer.from([0, 0, 0, 1, 123])],
  ])('cuts a listener that answers with %s, and dials again', async (_, bytes) => {
    const twice = Promise.withResolvers<void>()
    const heard: unknown[] = []
    const { address } = await listener((_hello, socket, count) => {
      socket.write(bytes)
      if (count === 2) twice.resolve()
    })
    dial(address, { notice: (notice) => heard.push(notice) })
    await twice.promise
    expect(heard).toEqual([])
  })

  it('dials no more once it is closed, twice or while it waits for the next try', async () => {
    const clock = new VirtualClock()
    const refused = Promise.withResolvers<unknown>()
    const { address, hellos } = await listener((_hello, socket) => socket.write(framed({ refused: 'x' })))
    const client = dial(address, { clock, refused: refused.resolve })
    await refused.promise
    await Promise.all([client.close(), client.close()])
    clock.advance(60_000)
    expect([hellos.length, client.connected]).toEqual([1, false])
  })
})
