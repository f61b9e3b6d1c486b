import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { type PortPair, PortPool } from './port-pool.ts'

/** Under the ports that systems give to others by themselves. */
const FROM = 23_700

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A pool whose open pairs are closed after the test. */
function poolOf(
  pairs: number,
  from = FROM,
  first: number | undefined = from + (from & 1),
): { pool: PortPool; open(wish?: number): Promise<PortPair> } {
  const pool = new PortPool('127.0.0.1', { from, to: from + 2 * pairs - 1 }, first)
  const open = async (wish?: number) => {
    const pair = await pool.open(wish)
    closers.push(() => {
      try {
        pool.close(pair)
      } catch {
        // The test has closed it itself.
      }
    })
    return pair
  }
  return { pool, open }
}

/** Another program has this port; gives what ends it. */
async function occupied(port: number): Promise<() => Promise<void>> {
  const socket = createSocket('udp4')
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  await once(socket, 'listening')
  let open = true
  const end = async () => {
    if (!open) return
    open = false
    socket.close()
    await once(socket, 'close')
  }
  closers.push(end)
  return end
}

describe('port pool', () => {
  it('gives even ports in turn, each with the next one for reports', async () => {
    const { open } = poolOf(3, FROM + 1)
    const pairs = [await open(), await open()]
    expect(pairs.map((pair) => pair.port)).toEqual([FROM + 2, FROM + 4])
    for (const { port, rtp, rtcp } of pairs) {
      expect([rtp.address().port, rtcp.address().port]).toEqual([port, port + 1])
    }
  })

  it('is exhausted when all are given, and gives the one that came back', async () => {
    const { pool, open } = poolOf(3)
    const pairs = [await open(), await open(), await open()]
    await expect(open()).rejects.toMatchObject({ code: 'media.ports-exhausted', fields: { from: FROM } })
    pool.close(pairs[1]!)
    expect((await open()).port).toBe(FROM + 2)
    await expect(open()).rejects.toMatchObject({ code: 'media.ports-exhausted' })
  })

  it('uses a port that was given back last of all: its old party may still send', async () => {
    const { pool, open } = poolOf(4, FROM + 20)
    pool.close(await open())
    const next = [await open(), await open(), await open(), await open()]
    expect(next.map((pair) => pair.port - FROM - 20)).toEqual([2, 4, 6, 0])
  })

  it('begins elsewhere in each life of its process, and still gives every port', async () => {
    const from = FROM + 400
    const lives = Array.from({ length: 12 }, () => new PortPool('127.0.0.1', { from, to: from + 199 }))
    const firsts: number[] = []
    for (const life of lives) {
      const pair = await life.open()
      firsts.push(pair.port)
      life.close(pair)
    }
    expect(new Set(firsts).size).toBeGreaterThan(1)
    const { open } = poolOf(3, FROM + 60, FROM + 64)
    expect([await open(), await open(), await open()].map(({ port }) => port - FROM - 60)).toEqual([4, 0, 2])
  })

  it('passes over a pair of which another program has either port, and leaves none half open', async () => {
    await occupied(FROM + 40)
    const second = await occupied(FROM + 43)
    const { open } = poolOf(3, FROM + 40)
    expect((await open()).port).toBe(FROM + 44)
    await expect(open()).rejects.toMatchObject({ code: 'media.ports-exhausted' })
    await second()
    expect((await open()).port).toBe(FROM + 42)
  })

  it('gives the wished port if it can be had, and any other if not', async () => {
    const { open } = poolOf(4, FROM + 60)
    expect((await open(FROM + 64)).port).toBe(FROM + 64)
    expect((await open(FROM + 64)).port).toBe(FROM + 60)
    for (const wish of [FROM + 63, 65_534]) expect((await open(wish)).port % 2).toBe(0)
    await expect(open()).rejects.toMatchObject({ code: 'media.ports-exhausted' })
  })

  it('opens many at once without giving one twice', async () => {
    const { open } = poolOf(20, FROM + 80)
    const pairs = await Promise.all(Array.from({ length: 20 }, () => open()))
    expect(new Set(pairs.map((pair) => pair.port)).size).toBe(20)
  })
})
