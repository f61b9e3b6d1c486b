import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { Front } from '#api/http'
import { silentLogger, systemClock } from '#base'
import { PagesAddress } from './pages-address.ts'
import { freePort } from './ports.ts'

const HOST = '127.0.0.1'
const live: PagesAddress[] = []
afterEach(() => Promise.all(live.splice(0).map((address) => address.close())))

/** A door behind which a core answers with its name. */
function doorOf(name: string): Front {
  const server = createServer((_, response) => response.end(name))
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => resolve())
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function core(name: string, port: number) {
  const state = { isBetterServed: false }
  const at = { host: HOST, port }
  live.push(
    new PagesAddress({
      ...{ at, clock: systemClock, logger: silentLogger },
      door: () => doorOf(name),
      isBetterServed: () => state.isBetterServed,
    }),
  )
  return state
}

/** Who answers there, once it is the one that is looked for. */
async function servedBy(name: string, port: number): Promise<string> {
  for (;;) {
    const answer = await fetch(`http://${HOST}:${port}/`, { headers: { connection: 'close' } }).catch(() => undefined)
    if ((await answer?.text().catch(() => '')) === name) return name
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('the address of a machine', () => {
  it('is the first core’s, goes to the other while that one serves better, and stays there', async () => {
    const port = await freePort(HOST)
    const first = core('first', port)
    await servedBy('first', port)
    const other = core('other', port)
    first.isBetterServed = true
    await servedBy('other', port)
    first.isBetterServed = false
    other.isBetterServed = true
    await servedBy('first', port)
  })

  it('is given up when the core closes, whether it has it or waits for it', async () => {
    const port = await freePort(HOST)
    core('first', port)
    await servedBy('first', port)
    core('other', port)
    await Promise.all(live.splice(0).map((address) => address.close()))
    await expect(fetch(`http://${HOST}:${port}/`)).rejects.toThrow()
  })
})
