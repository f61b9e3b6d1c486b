import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { defineErrors, isTandemError, silentLogger, VirtualClock } from '#base'
import type { Channel, ChannelClient, ChannelClientOptions, ChannelServer, ChannelServerOptions } from './channel.ts'
import { createChannelClient } from './channel-client.ts'
import { createChannelServer } from './channel-server.ts'

const SECRET = 'a secret of the pool'
const TEST_ERRORS = defineErrors({ 'test.refused': { sentence: 'number {number} is refused', status: 422 } })

const live: { close(): Promise<void> }[] = []
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

function dial(server: { address: { host: string; port: number } }, options: Partial<ChannelClientOptions> = {}) {
  const client = createChannelClient({
    address: server.address,
    secret: SECRET,
    core: 'core-a',
    term: 1,
    logger: silentLogger,
    ...options,
  })
  live.push(client)
  return client
}

/** A client that is connected, with the greeting that it heard. */
function dialed(server: { address: { host: string; port: number } }, options: Partial<ChannelClientOptions> = {}) {
  return new Promise<{ client: ChannelClient; greeting: unknown }>((resolve) => {
    const client = dial(server, { ...options, connected: (greeting) => resolve({ client, greeting }) })
  })
}

describe('channel', () => {
  it('greets, asks and answers in both directions', async () => {
    const greeted = Promise.withResolvers<Channel>()
    const server = await listen({
      connected: (hello, channel) => {
        expect(hello).toEqual({ core: 'core-a', term: 7 })
        greeted.resolve(channel)
      },
      request: async (request) => ({ echo: request }),
    })
    const { client, greeting } = await dialed(server, { term: 7, request: async () => 'core answers' })
    expect(greeting).toEqual({ role: 'test' })
    expect(await client.request({ n: 1 })).toEqual({ echo: { n: 1 } })
    expect(await (await greeted.promise).request({})).toBe('core answers')
    expect(server.term).toBe(7)
  })

  it('keeps the order of ten thousand small notices and of texts of every length', async () => {
    const seen: unknown[] = []
    const done = Promise.withResolvers<void>()
    // Its time stands still: a machine that is away for longer than a peer may be silent would cut the channel in the midst.
    const clock = new VirtualClock()
    const server = await listen({
      clock,
      notice: (notice) => {
        seen.push(notice)
        if (notice === 'end') done.resolve()
      },
    })
    const { client } = await dialed(server, { clock })
    for (let i = 0; i < 10_000; i++) expect(client.notify(i)).toBe(true)
    const texts = [0, 1, 65_530, 65_536, 300_000].map((length) => 'ü'.repeat(length))
    for (const text of texts) client.notify(text)
    client.notify('end')
    await done.promise
    expect(seen).toEqual([...Array(10_000).keys(), ...texts, 'end'])
  })

  it('carries the code, sentence, status and fields of a refusal, and hides what is a bug', async () => {
    const server = await listen({
      request: async (request) => {
        if (request === 'bug') throw new TypeError('inner detail')
        throw TEST_ERRORS['test.refused']({ number: 5 })
      },
    })
    const { client } = await dialed(server)
    const refused = await client.request('refuse').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'test.refused',
      message: 'number 5 is refused',
      status: 422,
      fields: { number: 5 },
    })
    expect(isTandemError(refused)).toBe(true)
    const bug = await client.request('bug').catch((error: unknown) => error)
    expect(bug).toMatchObject({ code: 'channel.peer-failed' })
    expect(String(bug)).not.toContain('inner detail')
  })

  it('lets the request of a slow peer time out, and the channel goes on', async () => {
    const server = await listen({
      request: (request) => (request === 'slow' ? new Promise(() => {}) : Promise.resolve(1)),
    })
    const { client } = await dialed(server)
    await expect(client.request('slow', 20)).rejects.toMatchObject({ code: 'channel.timeout' })
    expect(await client.request('quick')).toBe(1)
  })

  it('refuses a peer without the secret, and a listener without it', async () => {
    const server = await listen({ request: async () => 1 })
    const refused = Promise.withResolvers<unknown>()
    dial(server, { secret: 'another', refused: refused.resolve })
    expect(await refused.promise).toMatchObject({ code: 'channel.unauthenticated' })
    expect(server.channels()).toEqual([])

    const impostor = createServer((socket) => {
      socket.on('error', () => {})
      frame(socket, { nonce: 'x' })
      socket.once('data', () => frame(socket, { greeting: {}, proof: 'wrong' }))
    })
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve))
    const { port } = impostor.address() as { port: number }
    const doubted = Promise.withResolvers<unknown>()
    const client = dial({ address: { host: '127.0.0.1', port } }, { refused: doubted.resolve })
    expect(await doubted.promise).toMatchObject({ code: 'channel.unauthenticated' })
    await client.close()
    await new Promise((resolve) => impostor.close(resolve))
  })

  it('SW-07 obeys the highest term: an older open connection is cut, an older hello refused', async () => {
    const handled: unknown[] = []
    const server = await listen({ request: async (request) => handled.push(request) })
    const cut = Promise.withResolvers<void>()
    const refused = Promise.withResolvers<unknown>()
    const old = await dialed(server, { term: 3, disconnected: cut.resolve, refused: refused.resolve })
    await old.client.request('of term 3')
    const { client } = await dialed(server, { core: 'core-b', term: 4 })
    const late = old.client.request('late').catch((error: unknown) => error)
    await cut.promise
    expect(isTandemError(await late)).toBe(true)
    expect(await refused.promise).toMatchObject({ code: 'channel.fenced', fields: { term: 3, highest: 4 } })
    await client.request('of term 4')
    expect(handled).toEqual(['of term 3', 'of term 4'])
    expect(server.channels()).toHaveLength(1)
  })

  it('replaces the connection that the same core had before', async () => {
    const server = await listen()
    await dialed(server, { term: 2 })
    const first = server.channels()[0]
    await dialed(server, { term: 2 })
    expect(server.channels()).toHaveLength(1)
    expect(server.channels()[0]).not.toBe(first)
  })

  it('connects again after the listener was away', async () => {
    const first = await listen()
    const cut = Promise.withResolvers<void>()
    let connections = 0
    const again = Promise.withResolvers<void>()
    const client = dial(first, {
      connected: () => {
        if (++connections === 1) first.close()
        else again.resolve()
      },
      disconnected: cut.resolve,
    })
    await cut.promise
    await expect(client.request('while away')).rejects.toMatchObject({ code: 'channel.closed' })
    expect(client.notify('while away')).toBe(false)
    await listen({ address: first.address })
    await again.promise
  })

  it('rejects what waits for an answer when the channel ends', async () => {
    const server = await listen({ request: () => new Promise(() => {}) })
    const { client } = await dialed(server)
    const waiting = client.request('never')
    const rejected = expect(waiting).rejects.toMatchObject({ code: 'channel.closed' })
    await server.close()
    await rejected
  })

  it('cuts strangers who send garbage, a huge length, or nothing', async () => {
    const server = await listen()
    const garbage = await raw(server, (socket) => socket.write(Buffer.from([0, 0, 0, 3, 0x7b, 0x7b, 0x7b])))
    const huge = await raw(server, (socket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])))
    const http = await raw(server, (socket) => socket.write('GET / HTTP/1.1\r\n\r\n'))
    const silent = await raw(server, () => {})
    expect([garbage, huge, http, silent]).toEqual(['closed', 'closed', 'closed', 'closed'])
    const { client } = await dialed(server)
    expect(client.connected).toBe(true)
  })

  it('notices a peer that is frozen, by its silence', async () => {
    const frozen = createServer((socket) => {
      socket.on('error', () => {})
      socket.pause()
    })
    await new Promise<void>((resolve) => frozen.listen(0, '127.0.0.1', resolve))
    const { port } = frozen.address() as { port: number }
    const codes: unknown[] = []
    const noticed = Promise.withResolvers<void>()
    const logger = {
      ...silentLogger,
      warn: (fields: Readonly<Record<string, unknown>>) => {
        codes.push(fields['code'])
        noticed.resolve()
      },
    }
    const client = dial({ address: { host: '127.0.0.1', port } }, { logger })
    await noticed.promise
    expect(codes).toEqual(['channel.silent'])
    await client.close()
    frozen.close()
  })

  it('drops and counts notices to a peer that does not read, and stays within its bound', async () => {
    const server = await listen()
    const { client } = await dialed(server)
    const channel = server.channels()[0]!
    const text = 'x'.repeat(100_000)
    const sent = Array.from({ length: 200 }, () => channel.notify(text))
    expect(sent.filter((ok) => ok).length).toBeLessThan(50)
    expect(sent.at(-1)).toBe(false)
    expect(client.connected).toBe(true)
  })

  it('refuses to send a frame over the limit', async () => {
    const server = await listen({ request: async () => 1 })
    const { client } = await dialed(server)
    const text = 'x'.repeat(5 * 1024 * 1024)
    await expect(client.request(text)).rejects.toMatchObject({ code: 'channel.frame-too-large' })
    expect(client.notify(text)).toBe(false)
    expect(await client.request('small')).toBe(1)
  })
})

function frame(socket: Socket, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  socket.write(Buffer.concat([head, body]))
}

/** Resolves when the listener has cut the connection. */
function raw(server: ChannelServer, act: (socket: Socket) => void): Promise<'closed'> {
  return new Promise((resolve) => {
    const socket = connect(server.address.port, '127.0.0.1', () => act(socket))
    socket.on('error', () => {})
    socket.on('close', () => resolve('closed'))
    socket.resume()
  })
}
