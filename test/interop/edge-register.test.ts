import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Clock, type Logger, silentLogger, systemClock } from '#base'
import { kept } from '../kit/kept.ts'
import {
  authorize,
  header,
  headers,
  RawPhone,
  type RegisterText,
  register,
  request,
  startCore,
  startEdge,
  until,
  viaOf,
  viaOfCore,
} from './edge-kit.ts'

async function all(
  users: Record<string, string> = { 2001: 'demo-agent1' },
  options: Parameters<typeof startEdge>[0] = {},
) {
  const edge = kept(await startEdge(options))
  const core = kept(await startCore(edge, { users }))
  const phone = kept(await RawPhone.udp(edge.sipPort))
  return { edge, core, phone }
}

/** The machine's clock, with a hand on it: what was just now can be made long ago. */
function movedClock(): Clock & { move(durationMs: number): void } {
  let movedMs = 0
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() + movedMs,
    after: (delayMs, call) => systemClock.after(delayMs, call),
    move: (durationMs) => {
      movedMs += durationMs
    },
  }
}

/** A clock on which a wait of a second lasts until the test lets it pass: what is asked meanwhile is asked in time on every machine. */
function heldClock(): Clock & { pass(): void } {
  let passedMs = 0
  const held: (() => void)[] = []
  return {
    now: () => systemClock.now(),
    monotonic: () => passedMs,
    after: (delayMs, call) => {
      if (delayMs !== 1_000) return systemClock.after(delayMs, call)
      held.push(call)
      return { stop: () => {} }
    },
    pass: () => {
      passedMs += 1_000
      for (const call of held.splice(0)) call()
    },
  }
}

describe('REGISTER', () => {
  it('PRX-06 without credentials is answered 401 with MD5 and SHA-256, and with either of them 200', async () => {
    const { edge, core, phone } = await all()
    const challenge = await register(phone, edge.sipPort, { user: '2001' })
    const values = headers(challenge, 'WWW-Authenticate')
    expect(values.map((value) => /algorithm=([\w-]+)/.exec(value)?.[1])).toEqual(['MD5', 'SHA-256'])
    for (const value of values) expect(value).toMatch(/^Digest realm="tandem", nonce="[^"]+"/)
    for (const algorithm of ['MD5', 'SHA-256'] as const) {
      const ok = await register(phone, edge.sipPort, {
        user: '2001',
        password: 'demo-agent1',
        algorithm,
        callId: algorithm,
      })
      expect(ok).toMatch(/^SIP\/2.0 200 OK/)
      expect(header(ok, 'Contact')).toBe(`<sip:2001@${phone.place}>;expires=3600`)
    }
    const told = await core.bindings.take('bindings')
    expect(told).toMatchObject({ user: '2001', bindings: [{ contact: `sip:2001@${phone.place}`, cseq: 2 }] })
    expect(core.asked).toEqual(['2001'])
  })

  it('refuses a wrong password and an unknown user in the same words', async () => {
    const { edge, phone } = await all()
    const wrong = await register(phone, edge.sipPort, { user: '2001', password: 'wrong' })
    const unknown = await register(phone, edge.sipPort, { user: '9999', password: 'wrong' })
    const shape = (message: string, user: string): string =>
      message.replaceAll(user, 'USER').replace(/(tag|branch)=[\w.-]+/g, '$1')
    expect(shape(wrong, '2001')).toBe(shape(unknown, '9999'))
    expect(wrong).toMatch(/^SIP\/2.0 403 Forbidden/)
    expect(edge.status()).toMatchObject({ bindings: 0, counters: { unauthorized: 2 } })
  })

  it('slows and logs who guesses: from the third wrong password on the answer waits, and tries meanwhile get 503', async () => {
    const warned: Record<string, unknown>[] = []
    const logger: Logger = { ...silentLogger, warn: (fields) => warned.push({ ...fields }), child: () => logger }
    const clock = heldClock()
    const { edge, phone } = await all({ 2001: 'demo-agent1' }, { logger, clock })
    const guess = (callId: string): Promise<string> =>
      register(phone, edge.sipPort, { user: '2001', password: `guess ${callId}`, callId })
    expect(await guess('a')).toMatch(/^SIP\/2.0 403/)
    expect(await guess('b')).toMatch(/^SIP\/2.0 403/)
    const third = guess('c')
    await until(() => edge.status().counters.unauthorized === 3)
    const meanwhile = await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1', callId: 'd' })
    expect(meanwhile).toMatch(/^SIP\/2.0 503/)
    expect(header(meanwhile, 'Retry-After')).toBe('1')
    clock.pass()
    expect(await third).toMatch(/^SIP\/2.0 403/)
    expect(warned.filter(({ user }) => user === '2001').map(({ delayMs }) => delayMs)).toEqual([0, 0, 1000])
    expect(await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1', callId: 'e' })).toMatch(
      /^SIP\/2.0 200/,
    )
  })

  it('cannot be sent again by who overheard it, nor for another user or under an invented nonce', async () => {
    const { edge, phone } = await all({ 2001: 'demo-agent1', 2002: 'demo-agent2' })
    const challenge = await register(phone, edge.sipPort, { user: '2001' })
    const uri = `sip:127.0.0.1:${edge.sipPort}`
    const attempt = async (cseq: number, authorization: string, user = '2001'): Promise<string> => {
      const to = `<sip:${user}@127.0.0.1>`
      const more = [authorization, `Contact: <sip:${user}@${phone.place}>`]
      phone.send(
        request({ method: 'REGISTER', uri, via: viaOf(phone), from: `${to};tag=1`, to, callId: 'replay', cseq, more }),
      )
      return phone.take(
        'SIP/2.0',
        (message) => header(message, 'CSeq') === `${cseq} REGISTER` && header(message, 'Call-ID') === 'replay',
      )
    }
    const options: RegisterText = { user: '2001', password: 'demo-agent1' }
    const proof = authorize(challenge, uri, options)
    expect(await attempt(1, proof)).toMatch(/^SIP\/2.0 200/)
    const replayed = await attempt(2, proof)
    expect(replayed).toMatch(/^SIP\/2.0 401/)
    expect(header(replayed, 'WWW-Authenticate')).toContain('stale=true')
    expect(await attempt(3, authorize(replayed, uri, options), '2002')).toMatch(/^SIP\/2.0 403/)
    expect(await attempt(4, proof.replace(/nonce="[^"]+"/, 'nonce="abc"'))).toMatch(/^SIP\/2.0 401/)
  })

  it('keeps the rules of RFC 3261 10.3', async () => {
    const { edge, phone } = await all()
    const options: RegisterText = { user: '2001', password: 'demo-agent1', callId: 'rules' }
    const contact = `Contact: <sip:2001@${phone.place}>`
    const short = await register(phone, edge.sipPort, { ...options, cseq: 1, more: [`${contact};expires=5`] })
    expect(short).toMatch(/^SIP\/2.0 423/)
    expect(header(short, 'Min-Expires')).toBe('60')
    expect(await register(phone, edge.sipPort, { ...options, cseq: 3, more: [`${contact};expires=90`] })).toMatch(
      /^SIP\/2.0 200/,
    )
    const asked = await register(phone, edge.sipPort, { ...options, cseq: 5, more: [] })
    expect(header(asked, 'Contact')).toMatch(/^<sip:2001@[\d.:]+>;expires=(90|8\d)$/)
    expect(await register(phone, edge.sipPort, { ...options, cseq: 7, more: ['Contact: *'] })).toMatch(/^SIP\/2.0 400/)
    const gone = await register(phone, edge.sipPort, { ...options, cseq: 9, more: ['Contact: *', 'Expires: 0'] })
    expect(gone).toMatch(/^SIP\/2.0 200/)
    expect(header(gone, 'Contact')).toBeUndefined()
    expect(edge.status().bindings).toBe(0)
  })

  it('is served from memory while no core is there; a user never heard of has to wait', async () => {
    const { edge, core, phone } = await all({ 2001: 'demo-agent1', 2002: 'demo-agent2' })
    expect(await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1' })).toMatch(/^SIP\/2.0 200/)
    await core.close()
    await until(() => edge.status().core === undefined)
    const again = await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1', callId: 'again' })
    expect(again).toMatch(/^SIP\/2.0 200/)
    const waiting = register(phone, edge.sipPort, { user: '2002', password: 'demo-agent2' })
    const next = kept(await startCore(edge, { term: 2, users: { 2002: 'demo-agent2' } }))
    expect(await waiting).toMatch(/^SIP\/2.0 200/)
    expect(next.asked).toEqual(['2002'])
    const told = new Set<string>()
    await until(() => next.bindings.all.every(({ user }) => told.add(user)) && told.size === 2)
  })

  it('is remembered by the next life of the edge, whom no core is left to tell, and so is that a phone went away (FS-08, HSB-01, HSB-02)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-edge-'))
    kept({ close: () => rmSync(folder, { recursive: true, force: true }) })
    const bindingFile = join(folder, 'edge.bindings')
    const { edge, core, phone } = await all({ 2001: 'demo-agent1', 2002: 'demo-agent2' }, { bindingFile })
    const left = kept(await RawPhone.udp(edge.sipPort))
    expect(await register(phone, edge.sipPort, { user: '2001', password: 'demo-agent1' })).toMatch(/^SIP\/2.0 200/)
    const other: RegisterText = { user: '2002', password: 'demo-agent2', callId: 'left' }
    expect(await register(left, edge.sipPort, other)).toMatch(/^SIP\/2.0 200/)
    const bye = await register(left, edge.sipPort, { ...other, cseq: 5, more: ['Contact: *', 'Expires: 0'] })
    expect(bye).toMatch(/^SIP\/2.0 200/)
    await edge.close()
    core.close()
    const next = kept(await startEdge({ bindingFile, instance: 'next' }))
    expect(next.status().bindings).toBe(1)
    const newCore = kept(await startCore(next))
    const uri = `sip:2001@127.0.0.1:${next.sipPort}`
    newCore.send(request({ method: 'INVITE', uri, via: viaOfCore() }))
    await phone.take('INVITE sip:2001@')
    newCore.send(request({ method: 'INVITE', uri: uri.replace('2001', '2002'), via: viaOfCore(), callId: 'c2' }))
    await newCore.take('SIP/2.0 480')
  })

  it('takes a changed password though it knows the old one', async () => {
    const clock = movedClock()
    const { edge, core, phone } = await all({ 2001: 'old' }, { clock })
    expect(await register(phone, edge.sipPort, { user: '2001', password: 'old', callId: 'a' })).toMatch(/^SIP\/2.0 200/)
    core.users.set('2001', 'new')
    clock.move(10_000)
    expect(await register(phone, edge.sipPort, { user: '2001', password: 'new', callId: 'b' })).toMatch(/^SIP\/2.0 200/)
    expect(core.asked).toEqual(['2001', '2001'])
    expect(edge.status().counters.unauthorized).toBe(0)
  })
})

describe('a phone on TCP', () => {
  it('that has gone away is 480, and reached again over its next connection', async () => {
    const { edge, core } = await all()
    const first = await RawPhone.tcp(edge.sipPort)
    const more = ['Contact: <sip:2001@phone.invalid;transport=tcp>']
    await register(first, edge.sipPort, { user: '2001', password: 'demo-agent1', more })
    first.close()
    await until(() => edge.status().connections === 0)
    const uri = `sip:2001@127.0.0.1:${edge.sipPort}`
    core.send(request({ method: 'INVITE', uri, via: viaOfCore() }))
    await core.take('SIP/2.0 480')
    const second = kept(await RawPhone.tcp(edge.sipPort))
    await register(second, edge.sipPort, { user: '2001', password: 'demo-agent1', more, callId: 'second' })
    core.send(request({ method: 'INVITE', uri, via: viaOfCore(), callId: 'call-2' }))
    await second.take('INVITE sip:2001@phone.invalid;transport=tcp')
  })

  it('keeps its dialog when its connection is replaced by another', async () => {
    const { edge, core } = await all()
    const first = await RawPhone.tcp(edge.sipPort)
    const more = ['Contact: <sip:2001@phone.invalid;transport=tcp>']
    await register(first, edge.sipPort, { user: '2001', password: 'demo-agent1', more })
    first.send(request({ method: 'INVITE', uri: `sip:1001@127.0.0.1:${edge.sipPort}`, via: viaOf(first) }))
    const invite = await core.take('INVITE')
    expect(invite.user).toBe('2001')
    first.close()
    await until(() => edge.status().connections === 0)
    const second = kept(await RawPhone.tcp(edge.sipPort))
    await register(second, edge.sipPort, { user: '2001', password: 'demo-agent1', more, callId: 'second' })
    const route = `Route: ${header(invite.message, 'Record-Route')}`
    core.send(request({ method: 'BYE', uri: 'sip:2001@phone.invalid;transport=tcp', via: viaOfCore(), more: [route] }))
    await second.take('BYE')
  })
})
