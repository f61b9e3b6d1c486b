import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { openLinks } from './core-links.ts'
import type { Connection, Links, PeerAddress } from './port.ts'

const live: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(live.splice(0).map((links) => links.close()))
})

async function core(name: string, { secret = 'pool', life = `${name}#1`, port = 0 } = {}): Promise<Links> {
  const links = await openLinks({
    name,
    life,
    secret,
    listen: { host: '127.0.0.1', port },
    clock: systemClock,
    logger: silentLogger,
  })
  live.push(links)
  return links
}

const addressOf = (name: string, links: Links): PeerAddress => ({ name, ...links.address })

/** Returns when the condition holds after a change. */
function until(links: Links, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) return resolve()
    const stop = links.onChanged(() => {
      if (!condition()) return
      stop()
      resolve()
    })
  })
}

const whole = (links: Links) => () => links.peers().length > 0 && links.peers().every((p) => p.main && p.auxiliary)

/** A way to a core on which one of the two connections can be held: what goes over it arrives nowhere, and nobody is told. */
async function wayTo(links: Links) {
  const sockets: Record<Connection, Socket[]> = { main: [], auxiliary: [] }
  const all: Socket[] = []
  let held: Connection | undefined
  const server = createServer((near) => {
    const far = connect(links.address)
    const both = [near, far]
    all.push(...both)
    for (const socket of both) socket.on('error', () => {})
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    far.pipe(near)
    // Whoever dials says over which connection.
    near.on('data', (bytes) => {
      const [, which] = /(main|auxiliary)"/.exec(bytes.toString('latin1')) ?? []
      if (which === 'main' || which === 'auxiliary') {
        sockets[which].push(...both)
        if (held === which) hold(which)
      }
      if (!near.isPaused()) far.write(bytes)
    })
  })
  const hold = (which: Connection) => {
    held = which
    for (const socket of sockets[which]) socket.unpipe().pause()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of all) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  }
  live.push({ close })
  const mend = () => {
    for (const socket of held ? sockets[held] : []) socket.destroy()
    held = undefined
  }
  return { port: (server.address() as AddressInfo).port, hold, mend }
}

async function pair(options = {}) {
  const a = await core('a')
  const b = await core('b', options)
  a.setPeers([addressOf('a', a), addressOf('b', b)])
  b.setPeers([addressOf('a', a), addressOf('b', b)])
  return { a, b }
}

describe('two cores', () => {
  it('have two connections, dialled by one of them, and ask each other over both (SW-23)', async () => {
    const { a, b } = await pair()
    for (const [links, name] of [
      [a, 'a'],
      [b, 'b'],
    ] as const)
      links.answer('greet', (body, from) => `${name} hears ${String(body)} of ${from}`)
    await Promise.all([until(a, whole(a)), until(b, whole(b))])
    expect(a.peers()).toMatchObject([{ name: 'b', life: 'b#1', main: true, auxiliary: true }])
    expect(b.peers()).toMatchObject([{ name: 'a', life: 'a#1', main: true, auxiliary: true }])
    for (const over of ['main', 'auxiliary', undefined] as const) {
      const options = over ? { over } : {}
      expect(await a.ask('b', 'greet', 'x', options)).toBe('b hears x of a')
      expect(await b.ask('a', 'greet', 'y', options)).toBe('a hears y of b')
    }
  })

  it('say what they do not answer, do not know, or cannot reach', async () => {
    const { a, b } = await pair()
    await until(a, whole(a))
    await expect(a.ask('b', 'dance', 1)).rejects.toMatchObject({ code: 'link.unhandled' })
    await expect(a.ask('c', 'dance', 1)).rejects.toMatchObject({ code: 'link.unknown-peer' })
    b.answer('hang', () => new Promise(() => {}))
    await expect(a.ask('b', 'hang', 1, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'channel.timeout' })
    await b.close()
    await until(a, () => !a.peers()[0]!.main && !a.peers()[0]!.auxiliary)
    await expect(a.ask('b', 'dance', 1)).rejects.toMatchObject({ code: 'link.down' })
  })

  it('find the next life of a peer on its new port', async () => {
    const { a, b } = await pair()
    await until(a, whole(a))
    await b.close()
    const next = await core('b', { life: 'b#2' })
    next.setPeers([addressOf('a', a)])
    a.setPeers([addressOf('b', next)])
    await until(a, () => whole(a)() && a.peers()[0]!.life === 'b#2')
    next.answer('greet', (body) => body)
    expect(await a.ask('b', 'greet', 7)).toBe(7)
  })

  it('keep the connections that a next life made before its new address was known', async () => {
    const { a, b } = await pair()
    await until(b, whole(b))
    await a.close()
    const next = await core('a', { life: 'a#2' })
    next.setPeers([addressOf('b', b)])
    await until(b, () => whole(b)() && b.peers()[0]!.life === 'a#2')
    const lost: boolean[] = []
    b.onChanged(() => lost.push(!whole(b)()))
    b.setPeers([addressOf('a', next)])
    expect(b.peers()).toMatchObject([{ ...next.address, life: 'a#2', main: true, auxiliary: true }])
    next.answer('greet', (body) => body)
    expect(await b.ask('a', 'greet', 7)).toBe(7)
    expect(lost).not.toContain(true)
  })

  it('do not take for a peer who listens on its port, or does not know the secret', async () => {
    const a = await core('a')
    const x = await core('x')
    const stranger = await core('c', { secret: 'guessed' })
    a.setPeers([{ ...addressOf('b', x) }, addressOf('c', stranger), addressOf('d', x)])
    x.setPeers([addressOf('a', a)])
    await until(x, () => x.peers()[0]!.main)
    expect(a.peers().map(({ main, auxiliary }) => [main, auxiliary])).toEqual(Array(3).fill([false, false]))
  })
})

describe('each of the two connections is pinged by itself (SW-60)', () => {
  it.each<[Connection, Connection]>([
    ['auxiliary', 'main'],
    ['main', 'auxiliary'],
  ])('%s: when it says nothing any more it is down, and the other stands', async (silent, standing) => {
    const b = await core('b')
    const way = await wayTo(b)
    const a = await core('a')
    a.setPeers([{ ...addressOf('b', b), port: way.port }])
    b.setPeers([addressOf('a', a)])
    await Promise.all([until(a, whole(a)), until(b, whole(b))])
    const seen = [a, b].map((links) => {
      const fell: Connection[] = []
      links.onChanged(() => {
        const [peer] = links.peers()
        for (const one of ['main', 'auxiliary'] as const) if (!peer?.[one]) fell.push(one)
      })
      return fell
    })
    // Nobody asks anything: that it is silent is found by the beats alone, at both ends.
    way.hold(silent)
    await Promise.all([a, b].map((links) => until(links, () => !links.peers()[0]![silent])))
    expect([a, b].map((links) => links.peers()[0]![standing])).toEqual([true, true])
    b.answer('greet', (body) => body)
    expect(await a.ask('b', 'greet', 7)).toBe(7)
    way.mend()
    await Promise.all([until(a, whole(a)), until(b, whole(b))])
    expect(seen.map((fell) => new Set(fell))).toEqual([new Set([silent]), new Set([silent])])
  })
})
