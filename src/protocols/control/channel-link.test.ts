import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import type { Channel, ChannelClient, ChannelClientOptions, ChannelServer, ChannelServerOptions } from './channel.ts'
import { createChannelClient } from './channel-client.ts'
import { FrameReader } from './channel-frame.ts'
import { newNonce, proveHello } from './channel-hello.ts'
import { createChannelServer } from './channel-server.ts'

const SECRET = 'a secret of the pool'

const live: { close(): unknown }[] = []
afterEach(async () => {
  await Promise.all(live.splice(0).map((thing) => thing.close()))
})

async function listen(options: Partial<ChannelServerOptions> = {}): Promise<ChannelServer> {
  const server = await createChannelServer({
    address: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    greeting: { role: 'test' },
    logger: silentLogger,
    ...options,
  })
  live.push(server)
  return server
}

async function dialed(server: ChannelServer, options: Partial<ChannelClientOptions> = {}): Promise<ChannelClient> {
  const connected = Promise.withResolvers<void>()
  const client = createChannelClient({
    address: server.address,
    secret: SECRET,
    core: 'core-a',
    term: 1,
    logger: silentLogger,
    connected: () => connected.resolve(),
    ...options,
  })
  live.push(client)
  await connected.promise
  return client
}

function framed(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

/** A peer that speaks the bytes itself, so that it may speak them wrongly. */
class RawPeer {
  readonly frames: unknown[] = []
  readonly socket: Socket
  #waiting = new Set<() => void>()
  closed = false

  private constructor(socket: Socket) {
    this.socket = socket
    const reader = new FrameReader((text) => {
      this.frames.push(JSON.parse(text))
      this.#check()
    })
    reader.trust()
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#check()
    })
  }

  static async connect(server: ChannelServer): Promise<RawPeer> {
    const socket = connect(server.address.port, '127.0.0.1')
    const peer = new RawPeer(socket)
    live.push({ close: () => socket.destroy() })
    await peer.until(() => peer.frames.length >= 1)
    return peer
  }

  get challenge(): string {
    return (this.frames[0] as { nonce: string }).nonce
  }

  hello(fields: { core?: string; term?: number; secret?: string; challenge?: string } = {}): Buffer {
    const { core = 'raw', term = 1, secret = SECRET, challenge = this.challenge } = fields
    const hello = { core, term, nonce: newNonce() }
    return framed({ ...hello, proof: proveHello(secret, challenge, hello) })
  }

  #check(): void {
    for (const check of this.#waiting) check()
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }
}

describe('a channel, byte by byte', () => {
  it('takes hello, requests and notices however they are split', async () => {
    const notices: unknown[] = []
    const server = await listen({ notice: (notice) => notices.push(notice), request: async (request) => request })
    const peer = await RawPeer.connect(server)
    peer.socket.setNoDelay(true)
    const bytes = Buffer.concat([peer.hello(), framed(['n', 'ümlaut']), framed(['q', 5, { deep: [1, 2] }])])
    for (const byte of bytes) {
      if (!peer.socket.write(Buffer.from([byte]))) await once(peer.socket, 'drain')
      await new Promise((resolve) => setImmediate(resolve))
    }
    await peer.until(() => peer.frames.some((frame) => Array.isArray(frame) && frame[0] === 'a'))
    expect(notices).toEqual(['ümlaut'])
    expect(peer.frames).toContainEqual(['a', 5, { deep: [1, 2] }])
  })

  it('takes a hello and what follows it in one piece', async () => {
    const server = await listen({ request: async () => 'answered' })
    const peer = await RawPeer.connect(server)
    peer.socket.write(Buffer.concat([peer.hello(), framed(['h']), framed(['q', 1, null])]))
    await peer.until(() => peer.frames.some((frame) => Array.isArray(frame) && frame[0] === 'a'))
    expect(peer.frames.at(-1)).toEqual(['a', 1, 'answered'])
  })

  it('is cut at a frame that is over the limit, before the hello and after it', async () => {
    const server = await listen()
    const stranger = await RawPeer.connect(server)
    stranger.socket.write(framed('x'.repeat(3000)))
    await stranger.until(() => stranger.closed)
    const peer = await RawPeer.connect(server)
    peer.socket.write(peer.hello())
    await peer.until(() => peer.frames.length >= 2)
    peer.socket.write(Buffer.from([0x7f, 0, 0, 0]))
    await peer.until(() => peer.closed)
    expect(server.channels()).toEqual([])
  })

  it('is cut at frames that are of no kind, and bears answers that nobody asked for', async () => {
    const server = await listen({ request: async () => 1 })
    for (const wrong of [{ a: 'record' }, 'text', 5, null, ['x'], [], [['n']]]) {
      const peer = await RawPeer.connect(server)
      peer.socket.write(Buffer.concat([peer.hello(), framed(wrong)]))
      await peer.until(() => peer.closed)
    }
    const peer = await RawPeer.connect(server)
    const odd = [['a', 99, 'nobody asked'], ['e', 'x', { code: 5 }], ['e', 1], ['n'], ['q', 7, 'still here']]
    peer.socket.write(Buffer.concat([peer.hello(), ...odd.map(framed)]))
    await peer.until(() => peer.frames.some((frame) => Array.isArray(frame) && frame[0] === 'a'))
    expect(peer.frames.at(-1)).toEqual(['a', 7, 1])
  })
})

describe('a hello', () => {
  it('with a wrong secret is refused by name, and says nothing of the term', async () => {
    const server = await listen()
    await dialed(server, { term: 12 })
    const peer = await RawPeer.connect(server)
    peer.socket.write(peer.hello({ secret: 'guessed', term: 99 }))
    await peer.until(() => peer.closed)
    expect(peer.frames.slice(1)).toEqual([{ refused: 'channel.unauthenticated' }])
    expect(server.term).toBe(12)
    expect(server.channels()).toHaveLength(1)
  })

  it('that was recorded and is played again is refused: each connection has a challenge of its own', async () => {
    const server = await listen()
    const honest = await RawPeer.connect(server)
    const recorded = honest.hello({ term: 3 })
    honest.socket.write(recorded)
    await honest.until(() => honest.frames.length >= 2)
    const thief = await RawPeer.connect(server)
    expect(thief.challenge).not.toBe(honest.challenge)
    thief.socket.write(recorded)
    await thief.until(() => thief.closed)
    expect(thief.frames.at(-1)).toEqual({ refused: 'channel.unauthenticated' })
    expect(honest.closed).toBe(false)
  })

  it('whose term was raised on the way is refused: the proof covers it', async () => {
    const server = await listen()
    const peer = await RawPeer.connect(server)
    const hello = JSON.parse(peer.hello({ term: 3 }).toString('utf8', 4)) as object
    peer.socket.write(framed({ ...hello, term: 4 }))
    await peer.until(() => peer.closed)
    expect(server.term).toBe(0)
  })

  it('twice on one connection cuts it', async () => {
    const server = await listen()
    const peer = await RawPeer.connect(server)
    peer.socket.write(Buffer.concat([peer.hello(), peer.hello({ term: 2 })]))
    await peer.until(() => peer.closed)
    expect(server.term).toBe(1)
  })
})

describe('SW-07 two cores', () => {
  it('of one term are both heard, by their names', async () => {
    const asked: unknown[] = []
    const server = await listen({ request: async (request) => asked.push(request) })
    const [a, b] = [await dialed(server, { core: 'a', term: 5 }), await dialed(server, { core: 'b', term: 5 })]
    await a.request('of a')
    await b.request('of b')
    expect(asked).toEqual(['of a', 'of b'])
    expect(server.channels()).toHaveLength(2)
  })

  it('of which one is newer: the older is cut, and what it still had under way is never done', async () => {
    const asked: unknown[] = []
    const server = await listen({
      request: async (request) => asked.push(request),
      notice: (notice) => asked.push(notice),
    })
    const old = await RawPeer.connect(server)
    old.socket.write(old.hello({ core: 'old', term: 5 }))
    await old.until(() => old.frames.length >= 2)
    const newer = await RawPeer.connect(server)
    // Both lie in the sockets when the listener looks: whichever it reads first, the order of term 6 is the last that counts.
    newer.socket.write(Buffer.concat([newer.hello({ core: 'new', term: 6 }), framed(['q', 1, 'of 6'])]))
    await newer.until(() => newer.frames.length >= 3)
    old.socket.write(Buffer.concat([framed(['q', 1, 'of 5']), framed(['n', 'of 5'])]))
    await old.until(() => old.closed)
    expect(asked).toEqual(['of 6'])
    expect(server.term).toBe(6)
  })

  it('of which one is older: it is refused with the term that is at work, and tries again without harm', async () => {
    const server = await listen({ request: async () => 'done' })
    const primary = await dialed(server, { core: 'primary', term: 9 })
    const refusals: unknown[] = []
    const twice = Promise.withResolvers<void>()
    const late = createChannelClient({
      address: server.address,
      secret: SECRET,
      core: 'late',
      term: 8,
      logger: silentLogger,
      refused: (error) => {
        if (refusals.push(error) === 2) twice.resolve()
      },
    })
    live.push(late)
    await twice.promise
    expect(refusals[0]).toMatchObject({ code: 'channel.fenced', fields: { term: 8, highest: 9 } })
    expect(late.connected).toBe(false)
    await expect(late.request('order')).rejects.toMatchObject({ code: 'channel.closed' })
    expect(await primary.request('order')).toBe('done')
  })
})

describe('a busy channel', () => {
  it('answers thousands of requests in flight, each to its asker, whatever order they are done in', async () => {
    const server = await listen({
      request: async (request) => {
        const n = request as number
        for (let turns = n % 5; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
        if (n % 10 === 3) throw new RangeError('a bug')
        return n * 2
      },
    })
    const client = await dialed(server)
    const answers = await Promise.allSettled(Array.from({ length: 5000 }, (_, n) => client.request(n)))
    answers.forEach((answer, n) => {
      if (n % 10 === 3) expect(answer).toMatchObject({ reason: { code: 'channel.peer-failed' } })
      else expect(answer).toEqual({ status: 'fulfilled', value: n * 2 })
    })
  })

  it('keeps requests and answers of a slow reader, drops only notices, and gives it up when it never reads', async () => {
    const clock = new VirtualClock()
    const warned: unknown[] = []
    const logger = { ...silentLogger, warn: (fields: object) => warned.push(fields) }
    const greeted = Promise.withResolvers<Channel>()
    let heard = () => {}
    const server = await listen({
      clock,
      logger,
      connected: (_, channel) => greeted.resolve(channel),
      notice: () => heard(),
    })
    const peer = await RawPeer.connect(server)
    peer.socket.write(peer.hello())
    const channel = await greeted.promise
    peer.socket.pause()
    const text = 'x'.repeat(200_000)
    let taken = 0
    for (let i = 0; i < 100; i++) if (channel.notify(text)) taken++
    expect(taken).toBeLessThan(50)
    const request = channel.request({ still: 'taken' })
    const outcome = expect(request).rejects.toMatchObject({ code: 'channel.closed' })
    // The peer still sends, so it is not silent: only slow.
    for (let i = 0; i < 30 && warned.length === 0; i++) {
      const arrived = Promise.withResolvers<void>()
      heard = arrived.resolve
      peer.socket.write(framed(['n', i]))
      await arrived.promise
      // What the system's own buffers took is made up for: it is to be the peer that is full.
      while (channel.notify(text)) taken++
      clock.advance(250)
    }
    await outcome
    // Within the bound for notices and what the system itself buffers.
    expect(taken).toBeLessThan(100)
    expect(warned).toContainEqual(expect.objectContaining({ code: 'channel.slow', dropped: expect.any(Number) }))
    expect(server.channels()).toEqual([])
  })

  it('beats every half second while it has nothing to say, and gives up a peer that does not within 1.75 s', async () => {
    const clock = new VirtualClock()
    const server = await listen({ clock })
    const peer = await RawPeer.connect(server)
    peer.socket.write(peer.hello())
    await peer.until(() => peer.frames.length >= 2)
    const beats = () => peer.frames.filter((frame) => Array.isArray(frame) && frame[0] === 'h').length
    for (let n = 1; n <= 2; n++) {
      clock.advance(250)
      clock.advance(250)
      await peer.until(() => beats() === n)
    }
    for (let i = 0; i < 3; i++) clock.advance(250)
    await peer.until(() => peer.closed)
    expect(server.channels()).toEqual([])
  })

  it('tells the listener how long frames take to the core and back: two late echoes are a lag, one after a pause is not', async () => {
    const clock = new VirtualClock()
    const server = await listen({ clock })
    await dialed(server, { request: async () => null })
    const [link] = server.channels()
    const echoAfter = async (ms: number) => {
      clock.advance(250)
      clock.advance(ms)
      await link?.request('behind the echo')
    }
    await echoAfter(750)
    expect(link?.lagMs).toBe(0)
    await echoAfter(1_000)
    expect(link?.lagMs).toBe(750)
    clock.advance(250)
    clock.advance(900)
    expect(link?.lagMs).toBe(750)
    await link?.request('behind the echo')
    expect(link?.lagMs).toBe(900)
    await echoAfter(0)
    expect(link?.lagMs).toBeLessThan(250)
  })

  it('refuses more connections than a pool has, and takes new ones when some have gone', async () => {
    const server = await listen()
    const strangers = await Promise.all(Array.from({ length: 64 }, () => RawPeer.connect(server)))
    const refused = connect(server.address.port, '127.0.0.1')
    refused.on('error', () => {})
    await once(refused, 'close')
    const [first] = strangers
    first!.socket.destroy()
    const client = await dialed(server)
    expect(client.connected).toBe(true)
  })
})
