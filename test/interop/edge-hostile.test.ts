import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { isShed } from '#engines/edge'
import { createChannelClient } from '#protocols/control'
import { kept } from '../kit/kept.ts'
import { Relay } from '../kit/relay.ts'
import {
  answer,
  type FakeCore,
  header,
  headers,
  RawPhone,
  register,
  request,
  startCore,
  startCoreAt,
  startEdge,
  until,
  viaOf,
  viaOfCore,
} from './edge-kit.ts'

async function all(options: Parameters<typeof startEdge>[0] = {}) {
  const edge = kept(await startEdge(options))
  const core = kept(await startCore(edge, { users: { 2001: 'demo-agent1' } }))
  const phone = kept(await RawPhone.udp(edge.sipPort))
  const uri = `sip:1001@127.0.0.1:${edge.sipPort}`
  return { edge, core, phone, uri }
}

/** Sends a request that the core is sure to see, and so shows that all before it has been dealt with. Repeated as a phone does: a flood before it may have filled the edge's socket. */
async function flush(phone: RawPhone, core: FakeCore, uri: string): Promise<void> {
  const callId = `flush-${Math.random()}`
  const text = request({ method: 'MESSAGE', uri, via: viaOf(phone), callId })
  const repeats = setInterval(() => phone.send(text), 500)
  phone.send(text)
  await core.sip
    .take('flush', ({ message }) => header(message, 'Call-ID') === callId)
    .finally(() => clearInterval(repeats))
}

const seen = (core: FakeCore, callId: string): number =>
  core.sip.all.filter(({ message }) => header(message, 'Call-ID') === callId).length

describe('the edge answers by itself', () => {
  it('OPTIONS, with a core and without one, even when no hop is left (TEL-08)', async () => {
    const { edge, core, phone } = await all()
    const uri = `sip:127.0.0.1:${edge.sipPort}`
    phone.send(request({ method: 'OPTIONS', uri, via: viaOf(phone), cseq: 1, more: ['Max-Forwards: 0'] }))
    const ok = await phone.take('SIP/2.0 200')
    expect(header(ok, 'Allow')).toContain('INVITE')
    await core.close()
    phone.send(request({ method: 'OPTIONS', uri, via: viaOf(phone), cseq: 2 }))
    await phone.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '2 OPTIONS')
    expect(core.sip.all).toEqual([])
  })

  it('what may not be sent on: no hops left, loops, unknown extensions, schemes and versions, other people’s domains', async () => {
    const { edge, core, phone, uri } = await all()
    const via = viaOf(phone)
    const invite = (callId: string, more: readonly string[] = [], to = uri): string =>
      request({ method: 'INVITE', uri: to, via: viaOf(phone), callId, more })
    const cases: [string, string, string][] = [
      ['hops', invite('hops', ['Max-Forwards: 0']), '483'],
      ['extension', invite('extension', ['Proxy-Require: nothing-we-know']), '420'],
      ['scheme', invite('scheme', [], 'soap.beep://192.0.2.103:3002'), '416'],
      ['version', invite('version').replace('SIP/2.0\r\nVia', 'SIP/7.0\r\nVia'), '505'],
      ['relay', invite('relay', [], 'sip:somebody@192.0.2.9'), '403'],
      ['route', invite('route', [`Route: <sip:forged@127.0.0.1:${edge.sipPort};lr>`], 'sip:somebody@192.0.2.9'), '403'],
      ['cseq', invite('cseq').replace('CSeq: 1 INVITE', 'CSeq: 1 BYE'), '400'],
      ['length', invite('length').replace('Content-Length: 0', 'Content-Length: 99'), '400'],
      ['twice', invite('twice', ['Call-ID: twice']), '400'],
      ['register', request({ method: 'REGISTER', uri: 'sip:192.0.2.9', via, callId: 'register' }), '403'],
    ]
    for (const [callId, message, status] of cases) {
      phone.send(message)
      const refusal = await phone.take(`SIP/2.0 ${status}`, (text) => header(text, 'Call-ID') === callId)
      if (callId === 'extension') expect(header(refusal, 'Unsupported')).toBe('nothing-we-know')
    }
    const first = request({ method: 'OPTIONS', uri, via, callId: 'loop' })
    phone.send(first)
    const { message } = await core.take('OPTIONS')
    const [own = '', below = ''] = headers(message, 'Via')
    phone.send(first.replace(/^Via: .*$/m, `Via: ${viaOf(phone)}\r\nVia: ${own}\r\nVia: ${below}`))
    await phone.take('SIP/2.0 482')
    await flush(phone, core, uri)
    for (const [callId] of cases) expect(seen(core, callId), callId).toBe(0)
  })

  it('nothing to an ACK, whatever is wrong with it', async () => {
    const { core, phone, uri } = await all()
    for (const more of [['Max-Forwards: 0'], ['Proxy-Require: x'], []]) {
      phone.send(
        request({
          method: 'ACK',
          uri: more.length === 0 ? 'sip:a@192.0.2.9' : uri,
          via: viaOf(phone),
          callId: 'ack',
          more,
        }),
      )
    }
    await flush(phone, core, uri)
    expect(phone.inbox.all).toEqual([])
    expect(seen(core, 'ack')).toBe(0)
  })

  it('503 with Retry-After when too much is under way or waits for a core', async () => {
    const edge = kept(await startEdge({ limits: { waitingMax: 2 } }))
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const uri = `sip:1001@127.0.0.1:${edge.sipPort}`
    for (let cseq = 1; cseq <= 3; cseq++) phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), cseq }))
    const busy = await phone.take('SIP/2.0 503')
    expect(header(busy, 'CSeq')).toBe('3 INVITE')
    expect(header(busy, 'Retry-After')).toBe('2')
    const small = kept(await startEdge({ limits: { transactionsMax: 1 } }))
    const other = kept(await RawPhone.udp(small.sipPort))
    for (let cseq = 1; cseq <= 2; cseq++) {
      other.send(request({ method: 'INVITE', uri: `sip:1@127.0.0.1:${small.sipPort}`, via: viaOf(other), cseq }))
    }
    expect(header(await other.take('SIP/2.0 503'), 'CSeq')).toBe('2 INVITE')
  })
})

describe('an edge whose messages take a second to the core and back', () => {
  /** What is told so at such a lag, and what is not: `load-shed.test.ts` holds how many are. */
  const [shed, taken] = [true, false].map((is) =>
    Array.from({ length: 50 }, (_, n) => `call-${n}`).filter((callId) => isShed(callId, is ? 750 : 1_450) === is),
  ) as [string[], string[]]

  it('refuses some of the new calls for the load, the same ones each time, and serves the rest and what stands (FS-43)', async () => {
    const edge = kept(await startEdge())
    const way = kept(await Relay.open(edge.status().control))
    const core = kept(await startCoreAt({ host: '127.0.0.1', port: way.port }))
    const phone = kept(await RawPhone.udp(edge.sipPort))
    way.slow({ lateMs: 1_000 })
    await until(() => edge.status().lagMs >= 1_000 && edge.status().lagMs < 1_400)
    const uri = `sip:1001@127.0.0.1:${edge.sipPort}`
    const invite = (callId: string) => request({ method: 'INVITE', uri, via: viaOf(phone), callId })
    for (const callId of [...shed, ...taken]) phone.send(invite(callId))
    for (const callId of shed) {
      const busy = await phone.take('SIP/2.0 503', (text) => header(text, 'Call-ID') === callId)
      expect(header(busy, 'Retry-After')).toBeDefined()
    }
    for (const callId of taken) await core.sip.take(callId, ({ message }) => header(message, 'Call-ID') === callId)
    const [first = ''] = shed
    const once = invite(first)
    phone.send(once)
    const busy = await phone.take('SIP/2.0 503', (text) => header(text, 'Call-ID') === first)
    phone.send(once.replaceAll('INVITE', 'ACK').replace(/^To: .*$/m, `To: ${header(busy, 'To')}`))
    phone.send(request({ method: 'BYE', uri, via: viaOf(phone), callId: 'stands', more: [] }))
    await core.sip.take('what stands', ({ message }) => header(message, 'Call-ID') === 'stands')
    expect([seen(core, first), edge.status().counters.overloaded]).toEqual([0, shed.length + 1])
    expect(edge.status().transactions.open).toBe(taken.length + 1)
  })
})

describe('strangers', () => {
  it('cannot answer for others: a response that the edge did not ask for goes nowhere', async () => {
    const { edge, core, phone, uri } = await all()
    await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1' })
    core.send(
      request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore(), callId: 'asked' }),
    )
    const invite = await phone.take('INVITE')
    const stranger = kept(await RawPhone.udp(edge.sipPort))
    const guessed = invite.replace(/branch=z9hG4bK\.[\w.-]+/, 'branch=z9hG4bK.aaaaaaaa.bbbbbbbb.cccccccccccc')
    stranger.send(answer(guessed, '200 OK'))
    stranger.send(
      answer(
        invite.replace(/^Via: .*core.*$/m, 'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx'),
        '200 OK',
        'X: 1',
      ).replace('z9hG4bK.', 'z9hG4bK.x'),
    )
    await flush(stranger, core, uri)
    expect(seen(core, 'asked')).toBe(0)
    expect(edge.status().counters.stray).toBe(2)
  })

  it('cannot name another user: a call is a user’s only over the flow that he registered', async () => {
    const { edge, core, phone, uri } = await all()
    await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1' })
    const stranger = kept(await RawPhone.udp(edge.sipPort))
    const from = '<sip:2001@127.0.0.1>;tag=1'
    stranger.send(request({ method: 'INVITE', uri, via: viaOf(stranger), callId: 'stranger', from }))
    expect((await core.take('INVITE')).user).toBeUndefined()
    phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), callId: 'phone', from }))
    expect((await core.take('INVITE')).user).toBe('2001')
  })

  it('that send rubbish are counted; calls go on', async () => {
    const { edge, core, phone, uri } = await all()
    const good = request({
      method: 'INVITE',
      uri,
      via: viaOf(phone),
      callId: 'mutant',
      more: ['Route: <sip:a@b;lr>', 'Contact: <sip:x@y>'],
    })
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % below
    }
    for (let count = 0; count < 3000; count++) {
      const bytes = Buffer.from(good, 'latin1')
      for (let flips = 1 + random(8); flips > 0; flips--) bytes[random(bytes.length)] = random(256)
      phone.send(bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length))
      if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await flush(phone, core, uri)
    const { counters } = edge.status()
    expect(counters.malformed).toBeGreaterThan(500)
    expect(counters.failed).toBe(0)
    phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), callId: 'after' }))
    const { message } = await core.sip.take('call', ({ message }) => header(message, 'Call-ID') === 'after')
    core.send(answer(message, '180 Ringing'))
    await phone.take('SIP/2.0 180')
  })

  it('on TCP are cut off when their stream makes no sense', async () => {
    const { edge, core, phone, uri } = await all()
    const stranger = kept(await RawPhone.tcp(edge.sipPort))
    stranger.send(`GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(100_000)}`)
    await until(() => edge.status().counters.malformed > 0)
    await flush(phone, core, uri)
  })
})

describe('cores', () => {
  it('of an older term are refused, and of two the newer one is obeyed', async () => {
    const { edge, core, phone, uri } = await all()
    const next = kept(await startCore(edge, { term: 5 }))
    await until(() => !core.client.connected)
    let refused = ''
    const old = createChannelClient({
      address: edge.status().control,
      secret: 'secret of the pool',
      core: 'core-old',
      term: 4,
      logger: silentLogger,
      refused: (error) => {
        refused = error.code
      },
    })
    kept(old)
    await until(() => refused === 'channel.fenced')
    await flush(phone, next, uri)
    expect(edge.status().core).toEqual({ core: 'core-5', term: 5 })
  })

  it('that send rubbish do no harm', async () => {
    const { edge, core, phone, uri } = await all()
    let lost = false
    core.lost = () => {
      lost = true
    }
    core.send('rubbish')
    core.client.notify({ type: 'sip', message: 7 })
    core.client.notify({ type: 'bindings', user: '2001', bindings: [null, { contact: 5 }] })
    core.client.notify({ type: 'bindings', user: '2001', bindings: 'none' })
    core.client.notify(null)
    core.send(request({ method: 'INVITE', uri: 'sip:a@no-such-name.invalid', via: viaOfCore() }))
    await core.take('SIP/2.0 503')
    await flush(phone, core, uri)
    expect(edge.status().bindings).toBe(0)
    expect(lost).toBe(false)
  })
})

const CORPUS = resolve(process.env['TANDEM_CORPORA'] ?? '../shared/corpora', 'rfc4475')
const DOMAINS = ['example.com', 'example.net', 'example.org', 'chair-dnrc.example.com', 'company.com']

interface Case {
  readonly file: string
  readonly name: string
  readonly start_line: string
  readonly proxy: string
}

describe.skipIf(!existsSync(CORPUS))('RFC 4475, message by message', () => {
  it('sends on what a proxy sends on, unchanged, and nothing of what it refuses', async () => {
    const { edge, core, phone, uri } = await all({ domains: DOMAINS })
    const cases = JSON.parse(readFileSync(resolve(CORPUS, 'expected.json'), 'utf8')) as Case[]
    const verdicts: Record<string, string> = {}
    for (const one of cases) {
      const before = core.sip.all.length
      phone.send(readFileSync(resolve(CORPUS, one.file)))
      await flush(phone, core, uri)
      verdicts[one.name] = core.sip.all.length === before + 1 ? 'kept' : 'sent on'
    }
    const requests = cases.filter(({ start_line: line }) => !/^SIP|^REGISTER/.test(line))
    const expected = (pattern: RegExp): string[] =>
      requests.filter(({ proxy }) => pattern.test(proxy)).map(({ name }) => name)
    const sentOn = expected(/^(forward|should forward)/).filter((name) => name !== 'esc02')
    const refused = expected(/^(400$|416|420|483|505|drop)/)
    expect(sentOn.length).toBeGreaterThan(9)
    expect(refused.length).toBeGreaterThan(9)
    expect(sentOn.filter((name) => verdicts[name] !== 'sent on')).toEqual([])
    expect(refused.filter((name) => verdicts[name] !== 'kept')).toEqual([])
    const responses = cases.filter(({ start_line: line }) => line.startsWith('SIP'))
    expect(responses.filter(({ name }) => verdicts[name] !== 'kept')).toEqual([])
    expect(edge.status().counters.failed).toBe(0)
  })
})
