import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { openLinks } from './core-links.ts'
import type { Links, PeerAddress } from './port.ts'

const live: Links[] = []
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
