import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import type { ChannelAddress } from './channel.ts'
import { createChannelServer } from './channel-server.ts'
import { answerWitnesses, seesAlive } from './witness.ts'

const SECRET = 'secret of the pool'
const LONG = { secret: SECRET, withinMs: 5000 }
const SHORT = { secret: SECRET, withinMs: 60 }

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A TCP listener that does with a connection what it is told. */
async function listener(accept: Parameters<typeof createServer>[1]): Promise<ChannelAddress> {
  const server: Server = createServer(accept)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

async function answering(address: ChannelAddress, secret = SECRET): Promise<void> {
  const witness = await answerWitnesses(address, secret)
  closers.push(() => witness.close())
}

describe('a witness', () => {
  it('sees one that is alive by its challenge, and leaves it undisturbed', async () => {
    const server = await createChannelServer({
      address: { host: '127.0.0.1', port: 0 },
      secret: SECRET,
      greeting: {},
      logger: silentLogger,
    })
    closers.push(() => server.close())
    expect(await seesAlive(server.address, LONG)).toBe(true)
    expect(server.channels()).toEqual([])
    expect(server.term).toBe(0)
  })

  it('sees one whose connections are cut by its datagrams', async () => {
    const address = await listener((socket) => closers.push(() => socket.destroy()))
    await answering(address)
    expect(await seesAlive(address, LONG)).toBe(true)
  })

  it('sees at once that nobody is there', async () => {
    const address = await listener(() => {})
    await closers.pop()?.()
    expect(await seesAlive(address, LONG)).toBe(false)
  })

  it('sees a process that hangs: its system accepts, and nobody answers', async () => {
    const address = await listener((socket) => closers.push(() => socket.destroy()))
    const deaf = createSocket('udp4')
    await new Promise<void>((resolve) => deaf.bind(address.port, '127.0.0.1', resolve))
    closers.push(() => deaf.close())
    expect(await seesAlive(address, SHORT)).toBe(false)
  })

  it.each([
    ['hangs up', (): string => ''],
    ['says something else', (): string => frame('{"greeting":1}')],
    ['says no JSON', (): string => frame('hello')],
    ['sends a frame that nobody would', (): string => '\xff\xff\xff\xff'],
  ])('takes one that %s for none of ours', async (_, says) => {
    const address = await listener((socket) => socket.end(Buffer.from(says(), 'latin1')))
    expect(await seesAlive(address, LONG)).toBe(false)
  })

  it('does not believe the answer of one that does not know the secret', async () => {
    const address = await listener((socket) => socket.end())
    await answering(address, 'another')
    expect(await seesAlive(address, SHORT)).toBe(false)
  })

  it('is answered nothing to what is no question', async () => {
    const address = await listener(() => {})
    await answering(address)
    const stranger = createSocket('udp4')
    closers.push(() => stranger.close())
    const answers: Buffer[] = []
    stranger.on('message', (answer) => answers.push(answer))
    const nonce = Buffer.alloc(16, 1)
    for (const bytes of [Buffer.from(''), Buffer.from('TW'), Buffer.concat([Buffer.from('XX'), nonce])])
      await new Promise((resolve) => stranger.send(bytes, address.port, address.host, resolve))
    const answered = new Promise((resolve) => stranger.once('message', resolve))
    stranger.send(Buffer.concat([Buffer.from('TW'), nonce]), address.port, address.host)
    await answered
    expect(answers).toHaveLength(1)
    expect(answers[0]).toHaveLength(18)
  })

  it('cannot have a port that another has', async () => {
    const address = await listener(() => {})
    await answering(address)
    await expect(answerWitnesses(address, SECRET)).rejects.toMatchObject({ code: 'channel.listen-failed' })
  })
})

function frame(text: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return length.toString('latin1') + text
}
