import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Relay } from './relay.ts'

let server: Server
let relay: Relay
let client: Socket

/** Says everything back. */
beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  relay = await Relay.open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  client = connect(relay.port, '127.0.0.1')
  client.on('error', () => {})
})

afterEach(async () => {
  client.destroy()
  await relay.close()
  server.close()
})

/** Says so many bytes and waits until all of them came back. */
async function echo(bytes: number): Promise<{ ms: number; said: Buffer; heard: Buffer }> {
  const said = Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251))
  const since = performance.now()
  const heard: Buffer[] = []
  let got = 0
  client.write(said)
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer) => {
      heard.push(chunk)
      got += chunk.length
      if (got < bytes) return
      client.off('data', take)
      resolve()
    }
    client.on('data', take)
  })
  return { ms: performance.now() - since, said, heard: Buffer.concat(heard) }
}

it('passes everything as it is, also more than it holds', async () => {
  const { said, heard } = await echo(5 << 20)
  expect(heard.equals(said)).toBe(true)
})

it('lets answers come late, and narrow, and in their order', async () => {
  relay.slow({ lateMs: 200 })
  expect((await echo(10)).ms).toBeGreaterThanOrEqual(199)
  relay.slow({ bytesPerSecond: 10_000 })
  const { ms, said, heard } = await echo(3_000)
  expect(ms).toBeGreaterThanOrEqual(250)
  expect(heard.equals(said)).toBe(true)
})

it('holds answers back until the way is better, and cuts what stands', async () => {
  relay.slow({ lateMs: Number.POSITIVE_INFINITY })
  const answered = echo(10)
  const early = await Promise.race([answered.then(() => true), new Promise((resolve) => setTimeout(resolve, 100))])
  expect(early).toBeUndefined()
  relay.slow()
  await answered
  const closed = new Promise((resolve) => client.once('close', resolve))
  relay.reset()
  await closed
})
