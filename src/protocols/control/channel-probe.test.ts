import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { probeListener } from './channel-probe.ts'
import { createChannelServer } from './channel-server.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A listener that does with a connection what it is told. */
async function listener(accept: Parameters<typeof createServer>[1]): Promise<{ host: string; port: number }> {
  const server: Server = createServer(accept)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

describe('a probe of a listener', () => {
  it('sees one that is alive, and leaves it undisturbed', async () => {
    const server = await createChannelServer({
      address: { host: '127.0.0.1', port: 0 },
      secret: 's',
      greeting: {},
      logger: silentLogger,
    })
    closers.push(() => server.close())
    expect(await probeListener(server.address, 5000)).toBe(true)
    expect(server.channels()).toEqual([])
    expect(server.term).toBe(0)
  })

  it('sees that nobody listens there', async () => {
    const address = await listener(() => {})
    await closers.pop()?.()
    expect(await probeListener(address, 5000)).toBe(false)
  })

  it('sees a process that hangs: its system accepts, and nobody challenges', async () => {
    const address = await listener((socket) => closers.push(() => socket.destroy()))
    expect(await probeListener(address, 50)).toBe(false)
  })

  it.each([
    ['hangs up', (): string => ''],
    ['says something else', (): string => frame('{"greeting":1}')],
    ['says no JSON', (): string => frame('hello')],
    ['sends a frame that nobody would', (): string => '\xff\xff\xff\xff'],
  ])('takes one that %s for none of ours', async (_, says) => {
    const address = await listener((socket) => socket.end(Buffer.from(says(), 'latin1')))
    expect(await probeListener(address, 5000)).toBe(false)
  })
})

function frame(text: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return length.toString('latin1') + text
}
