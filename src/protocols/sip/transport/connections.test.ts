import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import type { SipFault } from '../message/errors.ts'
import type { Target } from './transport.ts'
import { openTcp, type TcpLimits } from './transport-tcp.ts'
import { openUdp } from './transport-udp.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const HOST = '127.0.0.1'
const MESSAGE = 'OPTIONS sip:b@127.0.0.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n'

interface Got {
  readonly text: string
  readonly source: Target
  readonly fault: SipFault | undefined
}

/** What a transport hands up, to be awaited in its order. */
function inbox() {
  const got: Got[] = []
  const wakers: (() => void)[] = []
  return {
    got,
    receive(bytes: Uint8Array, source: Target, fault?: SipFault) {
      got.push({ text: Buffer.from(bytes).toString('latin1'), source, fault })
      for (const wake of wakers.splice(0)) wake()
    },
    async until(count: number): Promise<Got[]> {
      while (got.length < count) await new Promise<void>((resolve) => wakers.push(resolve))
      return got
    },
  }
}

async function tcp(limits: Partial<TcpLimits> = {}) {
  const clock = new VirtualClock()
  const box = inbox()
  const transport = await openTcp({ address: HOST, port: 0, clock, limits }, box.receive)
  open.push(transport)
  return { ...box, clock, transport }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, HOST)
  socket.on('error', () => {})
  open.push({ close: () => socket.destroy() })
  await once(socket, 'connect')
  return socket
}

/** A server that takes connections and does with them what it is told. */
async function listener(onSocket: (socket: Socket) => void) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  open.push({
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return { port: (server.address() as { port: number }).port, sockets }
}

const at = (port: number): Target => ({ transport: 'tcp', address: HOST, port })

describe('a TCP connection', () => {
  it('hands up pipelined messages in their order, each with the flow it came over', async () => {
    const { transport, until } = await tcp()
    const [one, two] = [await dial(transport.local.port), await dial(transport.local.port)]
    one.write(MESSAGE.replace('b@', '1@') + MESSAGE.replace('b@', '2@'))
    await until(2)
    two.write(MESSAGE.replace('b@', '3@'))
    const got = await until(3)
    expect(got.map(({ text }) => /sip:(\d)@/.exec(text)?.[1])).toEqual(['1', '2', '3'])
    expect([got[0]!.source.flow === got[1]!.source.flow, got[0]!.source.flow === got[2]!.source.flow]).toEqual([
      true,
      false,
    ])
    expect(got[0]!.source).toMatchObject({ transport: 'tcp', address: HOST, port: one.localPort })
  })

  it('that is quiet after a message lives for the idle time, and each message begins it anew', async () => {
    const { transport, clock, until } = await tcp({ idleMs: 1_000 })
    const socket = await dial(transport.local.port)
    const closed = once(socket, 'close')
    for (let n = 1; n <= 3; n++) {
      socket.write(MESSAGE)
      await until(n)
      clock.advance(999)
      expect(transport.counts.connections).toBe(1)
    }
    clock.advance(1)
    await closed
    await expect.poll(() => transport.counts.connections).toBe(0)
  })

  it('that has said nothing but line ends keeps its first deadline', async () => {
    const { transport, clock } = await tcp({ firstMessageMs: 1_000, idleMs: 60_000 })
    const socket = await dial(transport.local.port)
    const closed = once(socket, 'close')
    await expect.poll(() => transport.counts.connections).toBe(1)
    clock.advance(900)
    socket.write('\r\n')
    socket.write('\r\n')
    // One line end is nothing and two are a ping, so that the answer says that they were seen.
    await once(socket, 'data')
    await expect.poll(() => transport.counts.keepAlives).toBe(1)
    clock.advance(100)
    await closed
  })

  it('has one time for each message, and none for the pieces of one', async () => {
    const { transport, clock, until, got } = await tcp({ messageMs: 1_000 })
    const socket = await dial(transport.local.port)
    const closed = once(socket, 'close')
    socket.write(`${MESSAGE}OPTIONS`)
    await until(1)
    clock.advance(999)
    socket.write(' sip:b@127.0.0.1 SIP/2.0\r\n')
    socket.write('To: a\r\n')
    const other = await dial(transport.local.port)
    other.write(MESSAGE)
    await until(2)
    clock.advance(1)
    await closed
    expect(got.length).toBe(2)
  })

  it('whose peer has ended its half still ends here', async () => {
    const { transport, until } = await tcp()
    const socket = await dial(transport.local.port)
    socket.end(MESSAGE)
    await until(1)
    await expect.poll(() => transport.counts.connections).toBe(0)
  })

  it('whose peer is reset is forgotten, and counted as an error', async () => {
    const { transport, until } = await tcp()
    const socket = await dial(transport.local.port)
    socket.write(MESSAGE)
    const [{ source }] = (await until(1)) as [Got]
    expect(transport.hasFlow(source.flow!)).toBe(true)
    socket.resetAndDestroy()
    await expect.poll(() => transport.hasFlow(source.flow!)).toBe(false)
    expect(transport.counts.errors).toBe(1)
  })

  it('that cannot be cut further hands the fault up once, sends the answer out, and does not outlive its deadline', async () => {
    const { transport, clock, until, got } = await tcp({ messageMs: 1_000 })
    const socket = connect({ port: transport.local.port, host: HOST, allowHalfOpen: true })
    socket.on('error', () => {})
    open.push({ close: () => socket.destroy() })
    const ended = once(socket, 'end')
    const closed = once(socket, 'close')
    socket.resume()
    socket.write('OPTIONS sip:b SIP/2.0\r\nl: x\r\n\r\n')
    await until(1)
    expect(got[0]!.fault).toMatchObject({ status: 400, code: 'content-length' })
    await ended
    socket.write(MESSAGE)
    clock.advance(1_000)
    socket.end()
    await closed
    await expect.poll(() => transport.counts.connections).toBe(0)
    expect(got.length).toBe(1)
  })
})

describe('a TCP transport', () => {
  it('uses one connection for all that goes to one place, before it is open and after', async () => {
    const peer = await tcp()
    const own = await tcp()
    for (const n of [1, 2, 3])
      own.transport.send(Buffer.from(MESSAGE), at(peer.transport.local.port), () => expect(n).toBe(0))
    await peer.until(3)
    own.transport.send(Buffer.from(MESSAGE), at(peer.transport.local.port), () => {})
    const got = await peer.until(4)
    expect(new Set(got.map(({ source }) => source.flow)).size).toBe(1)
    expect([own.transport.counts.connections, own.transport.counts.sent]).toEqual([1, 4])
  })

  it('dials anew when the flow of a target is gone, by its address and port', async () => {
    const peer = await tcp()
    const own = await tcp()
    const target = { ...at(peer.transport.local.port), flow: 'tcp-gone' }
    own.transport.send(Buffer.from(MESSAGE), target, () => {})
    expect((await peer.until(1)).length).toBe(1)
    expect(own.transport.hasFlow('tcp-gone')).toBe(false)
  })

  it('answers over a flow though the address beside it leads elsewhere', async () => {
    const { transport, until } = await tcp()
    const socket = await dial(transport.local.port)
    socket.write(MESSAGE)
    const [{ source }] = (await until(1)) as [Got]
    transport.send(Buffer.from('the answer'), { ...source, port: 1 }, () => {})
    expect(String((await once(socket, 'data'))[0])).toBe('the answer')
  })

  it('gives up a host that does not answer its dial, and tells each who waited', async () => {
    const clock = new VirtualClock()
    const own = await openTcp({ address: HOST, port: 0, clock, limits: { connectMs: 500 } }, () => {})
    open.push(own)
    const port = await closedPort()
    const errors: unknown[] = []
    const both = new Promise<void>((resolve) => {
      const failed = () => (error: unknown) => errors.push(error) === 2 && resolve()
      for (const _ of [1, 2]) own.send(Buffer.from(MESSAGE), at(port), failed())
      // Nothing has been read from the network yet: the deadline comes first.
      clock.advance(500)
    })
    await both
    expect(errors).toEqual([
      expect.objectContaining({ code: 'sip.transport.failed' }),
      expect.objectContaining({ code: 'sip.transport.failed' }),
    ])
    expect([own.counts.connections, clock.pending]).toEqual([0, 0])
  })

  it('tells the sender of what still waited when the peer goes', async () => {
    const peer = await listener((socket) => socket.pause())
    const own = await tcp({ unsentBytesMax: 64 * 1024 * 1024 })
    const failed = new Promise((resolve) => own.transport.send(Buffer.alloc(32 * 1024 * 1024), at(peer.port), resolve))
    await expect.poll(() => peer.sockets.length).toBe(1)
    peer.sockets[0]!.destroy()
    expect(await failed).toMatchObject({ code: 'sip.transport.failed' })
  })

  it('holds no more from one address than its limit, and takes new ones when some have gone', async () => {
    const { transport } = await tcp({ connectionsPerAddressMax: 2 })
    const first = await dial(transport.local.port)
    await dial(transport.local.port)
    const third = await dial(transport.local.port)
    await once(third, 'close')
    expect(transport.counts).toMatchObject({ connections: 2, refused: 1 })
    first.destroy()
    await expect.poll(() => transport.counts.connections).toBe(1)
    const fourth = await dial(transport.local.port)
    fourth.write('\r\n\r\n')
    await once(fourth, 'data')
    expect(transport.counts).toMatchObject({ connections: 2, refused: 1 })
  })

  it('dials no further than its limit, nor to a port that cannot be', async () => {
    const peer = await tcp()
    const own = await tcp({ connectionsMax: 1 })
    const fails = (target: Target) =>
      new Promise((resolve) => own.transport.send(Buffer.from(MESSAGE), target, resolve))
    expect(await fails(at(0))).toMatchObject({ code: 'sip.transport.limit' })
    expect(await fails(at(65_536))).toMatchObject({ code: 'sip.transport.limit' })
    own.transport.send(Buffer.from(MESSAGE), at(peer.transport.local.port), () => {})
    expect(await fails(at(1))).toMatchObject({ code: 'sip.transport.limit' })
    await peer.until(1)
    expect(own.transport.counts).toMatchObject({ connections: 1, refused: 3 })
  })

  it('leaves neither connection nor timer when it is closed', async () => {
    const { transport, clock, until } = await tcp()
    const socket = await dial(transport.local.port)
    const closed = once(socket, 'close')
    socket.write(MESSAGE)
    await until(1)
    await Promise.all([transport.close(), transport.close()])
    await closed
    expect([transport.counts.connections, clock.pending]).toEqual([0, 0])
  })
})

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer()
  server.listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('a UDP socket', () => {
  it('says that a message is larger than a datagram can be, and sends the next', async () => {
    const box = inbox()
    const own = await openUdp({ address: HOST, port: 0 }, () => {})
    const peer = await openUdp({ address: HOST, port: 0 }, box.receive)
    open.push(own, peer)
    const target: Target = { transport: 'udp', ...peer.local }
    expect(await new Promise((resolve) => own.send(Buffer.alloc(65_508), target, resolve))).toMatchObject({
      code: 'sip.transport.failed',
    })
    own.send(Buffer.alloc(65_507, 'x'), target, () => {})
    expect((await box.until(1))[0]!.text.length).toBe(65_507)
    expect([own.counts.errors, own.counts.sent]).toEqual([1, 2])
  })

  it('takes a datagram for a message from 32 octets on, and counts what is shorter', async () => {
    const box = inbox()
    const own = await openUdp({ address: HOST, port: 0 }, box.receive)
    const socket = createSocket('udp4')
    open.push(own, socket)
    for (const length of [0, 1, 4, 31, 32]) socket.send(Buffer.alloc(length, 'x'), own.local.port, HOST)
    expect((await box.until(1))[0]!.text.length).toBe(32)
    expect(own.counts).toMatchObject({ keepAlives: 4, received: 1 })
  })
})
