import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { post, signedHeaders } from '#adapters/webhook'
import { isTandemError } from '#base'
import { until } from '../kit/mail-servers.ts'
import { SmsCentre } from './sms-centre.ts'

const SECRET = 'a secret of a provider'
const ADA = '+491701234567'

interface Posted {
  readonly id: string
  readonly to: string
  readonly from: string
  readonly text: string
}

let provider: Server
let centre: SmsCentre
/** What the provider has taken, oldest first, and what it answers. */
let posted: Posted[]
let answer: () => number

beforeEach(async () => {
  posted = []
  answer = () => 202
  provider = createServer(async (request, response) => {
    const body = await textOf(request)
    const at = Number(request.headers['webhook-timestamp']) * 1_000
    const wanted = signedHeaders(String(request.headers['webhook-id']), at, body, [SECRET])['webhook-signature']
    const status = request.headers['webhook-signature'] === wanted ? answer() : 401
    if (status < 300) posted.push(JSON.parse(body) as Posted)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/send`
  centre = await SmsCentre.start(
    { name: 'texts', queue: 'support', address: '+4915550100', secret: 'texts', webhook: { url } },
    {
      secretOf: async () => SECRET,
      post: ({ url: to, id, body, secret }) =>
        post({
          ...{ url: new URL(to), addresses: [{ address: '127.0.0.1', family: 4 }], body },
          headers: signedHeaders(id, Date.now(), body, [secret]),
          signal: new AbortController().signal,
        }),
      sign: (id, at, body, secret) => signedHeaders(id, at, body, [secret])['webhook-signature'] ?? '',
    },
  )
  centre.live()
})
afterEach(async () => {
  await centre.close()
  await new Promise((resolve) => provider.close(resolve))
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** The provider posts to us; gives what is answered, or the code of the refusal. */
async function call(said: object | string, signed: { secret?: string; at?: number; headers?: object } = {}) {
  const body = typeof said === 'string' ? said : JSON.stringify(said)
  const { secret = SECRET, at = Date.now(), headers = {} } = signed
  try {
    return await centre.adapter.receive('texts', {
      body,
      headers: { ...signedHeaders('call-1', at, body, [secret]), ...headers },
    })
  } catch (cause) {
    return isTandemError(cause) ? cause.code : String(cause)
  }
}

const text = (id: string, words = 'Hello', from = ADA) => ({ type: 'text', id, from, text: words })

describe('texts by webhook', () => {
  it('come into the conversation of their number, each id once for ever (DIG-09)', async () => {
    expect(await call(text('t1'))).toBe('taken')
    expect(await call(text('t1'))).toBe('repeated')
    expect(await call(text('t2', 'Grüße 😀'))).toBe('taken')
    expect(await call(text('t3', 'Hello', '+4930999'))).toBe('taken')
    expect(centre.contacts.map(({ from }) => from)).toEqual([ADA, '+4930999'])
    expect(centre.texts).toEqual(['Hello', 'Grüße 😀', 'Hello'])
    await centre.die()
    centre.live()
    expect(await call(text('t2', 'Grüße 😀'))).toBe('repeated')
  })

  it('are believed only when they are signed, and of this time', async () => {
    expect(await call(text('t1'), { secret: 'another secret of 16' })).toBe('sms.unsigned')
    expect(await call(text('t1'), { at: Date.now() - 3_600_000 })).toBe('sms.unsigned')
    expect(await call(text('t1'), { headers: { 'webhook-signature': undefined } })).toBe('sms.unsigned')
    expect(await call(text('t1'), { headers: { 'webhook-id': 'another' } })).toBe('sms.unsigned')
    expect(await call(text('t1'), { headers: { 'webhook-timestamp': 'now' } })).toBe('sms.unsigned')
    expect(centre.contacts).toHaveLength(0)
  })

  it('that say what they may not are refused with what is wrong', async () => {
    for (const said of [
      'nonsense',
      '[]',
      { type: 'text' },
      { ...text('t1'), from: '<b>' },
      { ...text('t1'), text: '' },
    ]) {
      expect(await call(said), JSON.stringify(said)).toBe('sms.webhook')
    }
    await expect(centre.adapter.receive('nobody', { body: '', headers: {} })).rejects.toThrow(/no account nobody/)
  })

  it('of one number are slowed when they are a flood', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => call(text(`t${n}`))))
    expect(answers.filter((one) => one === 'later').length).toBeGreaterThan(20)
    expect(await call(text('other', 'Me too', '+4930999'))).toBe('taken')
  })

  it('leave signed and whole, and what becomes of them stands at their lines', async () => {
    await call(text('t1'))
    await centre.accept()
    await centre.write('answer-one', 'x'.repeat(400))
    await until('the text', () => centre.deliveryOf('answer-one') === 'sent')
    expect(posted).toEqual([{ type: 'text', id: 'answer-one', from: '+4915550100', to: ADA, text: 'x'.repeat(400) }])
    expect(await call({ type: 'report', id: 'answer-one', state: 'delivered' })).toBe('taken')
    await until('the report', () => centre.deliveryOf('answer-one') === 'delivered')
    expect(await call({ type: 'report', id: 'nobody', state: 'failed' })).toBe('taken')
  })

  it('are given again, with their id, after a death at each step or an answer that says later', async () => {
    await call(text('t1'))
    await centre.accept()
    for (const at of ['TryPart', 'SentPart']) {
      for (const when of ['before', 'after'] as const) {
        const id = `answer-${at}-${when}`
        await centre.die()
        const { dead } = centre.live({ at, when })
        await centre.write(id, `${at} ${when}`)
        await dead
        await centre.die()
        centre.live()
        await until(id, () => centre.deliveryOf(id) === 'sent')
        // Whoever takes it twice sees by the id that it is one.
        const copies = posted.filter((one) => one.id === id)
        expect(new Set(copies.map((one) => one.text)), id).toEqual(new Set([`${at} ${when}`]))
      }
    }
    answer = () => 400
    await centre.write('answer-bad', 'no')
    await until('the refusal', () => centre.deliveryOf('answer-bad') === 'failed')
    let tries = 0
    answer = () => (++tries < 2 ? 429 : 202)
    await centre.write('answer-late', 'later')
    await until('the second try', () => centre.deliveryOf('answer-late') === 'sent')
  })
})
