import { describe, expect, it } from 'vitest'
import { PROBLEM_TYPE } from '#api/contract'
import type { Socket } from './subscription.ts'
import { type Fetch, TandemClient } from './tandem-client.ts'

const [A, B] = ['http://a:1', 'http://b:1']

/** Servers that answer as a test wants; notes who was asked what. */
function pool(answer: (server: string, method: string) => Response | Error) {
  const asked: string[] = []
  const fetch: Fetch = async (url, { method }) => {
    const server = new URL(url).origin
    asked.push(`${method} ${server}`)
    const said = answer(server, method)
    if (said instanceof Error) throw said
    return said
  }
  return { asked, client: new TandemClient({ servers: [A, B], fetch, pauseMs: 0 }) }
}

const ok = () => new Response('{"well":true}', { status: 200 })
const refused = () =>
  new TypeError('fetch failed', { cause: Object.assign(new RangeError('x'), { code: 'ECONNREFUSED' }) })
const broken = () =>
  new TypeError('fetch failed', { cause: Object.assign(new RangeError('x'), { code: 'ECONNRESET' }) })
const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ type: `urn:tandem:problem:${code}`, title: 'x', status }), {
    status,
    headers: { 'content-type': PROBLEM_TYPE },
  })

describe('a client of a pool', () => {
  it('reads from the next server when one fails, and stays there (AA-14)', async () => {
    const { asked, client } = pool((server) => (server === A ? broken() : ok()))
    expect(await client.get('/queues')).toEqual({ well: true })
    await client.get('/queues')
    expect(asked).toEqual([`GET ${A}`, `GET ${B}`, `GET ${B}`])
  })

  it('sends a change to another server only when it was certainly not done', async () => {
    const unreachable = pool((server) => (server === A ? refused() : ok()))
    expect(await unreachable.client.post('/x')).toEqual({ well: true })
    const noPrimary = pool((server) => (server === A ? problem(503, 'api.no-primary') : ok()))
    expect(await noPrimary.client.post('/x')).toEqual({ well: true })
    const cut = pool((server) => (server === A ? broken() : ok()))
    await expect(cut.client.post('/x')).rejects.toMatchObject({ status: 0 })
    const unknown = pool((server) => (server === A ? problem(504, 'api.outcome-unknown') : ok()))
    await expect(unknown.client.post('/x')).rejects.toMatchObject({ status: 504 })
    expect([cut.asked, unknown.asked]).toEqual([[`POST ${A}`], [`POST ${A}`]])
  })

  it('asks nobody else what a server has refused', async () => {
    const { asked, client } = pool(() => problem(404, 'api.no-such'))
    await expect(client.get('/x')).rejects.toMatchObject({ status: 404 })
    expect(asked).toHaveLength(1)
  })

  it('gives up after some rounds', async () => {
    const { asked, client } = pool(() => refused())
    await expect(client.get('/x')).rejects.toMatchObject({ status: 0 })
    expect(asked).toHaveLength(8)
  })

  it('goes on at another server from the sequence that it saw', async () => {
    const opened: { url: string; socket: Socket; sent: string[] }[] = []
    const openSocket = (url: string): Socket => {
      const sent: string[] = []
      const socket: Socket = {
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text) => void sent.push(text),
        close() {},
      }
      opened.push({ url, socket, sent })
      return socket
    }
    const client = new TandemClient({ servers: [A, B], openSocket })
    const heard: number[] = []
    const subscription = client.follow(['agents'], ({ type, ...rest }) =>
      heard.push('sequence' in rest ? rest.sequence : -1),
    )
    opened[0]!.socket.onmessage?.({ data: JSON.stringify({ type: 'alive', sequence: 7, serverTime: 'now' }) })
    opened[0]!.socket.onclose?.({ code: 1006 })
    await expect.poll(() => opened.length).toBe(2)
    opened[1]!.socket.onopen?.(undefined as never)
    expect(opened.map(({ url }) => url)).toEqual(['ws://a:1/ws', 'ws://b:1/ws'])
    expect(JSON.parse(opened[1]!.sent[0] ?? '')).toMatchObject({ type: 'resume', sequence: 7, topics: ['agents'] })
    expect(heard).toEqual([7])
    subscription.close()
  })
})
