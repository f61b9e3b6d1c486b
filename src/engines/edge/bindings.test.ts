import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import type { Binding } from '#protocols/control'
import { Bindings, CLOSED_AFTER_MS } from './bindings.ts'
import { type Flow, FlowTokens } from './flow-token.ts'
import { EDGE_LIMITS } from './limits.ts'

const tokens = new FlowTokens('key')
const clock = new VirtualClock()
const changes: [string, string[]][] = []
const open: Bindings[] = []

function table(): Bindings {
  changes.length = 0
  const bindings = new Bindings({
    clock,
    limits: EDGE_LIMITS,
    tokens,
    changed: (user, all) => changes.push([user, all.map((binding) => binding.contact)]),
  })
  open.push(bindings)
  return bindings
}

afterEach(() => {
  for (const bindings of open.splice(0)) bindings.close()
  expect(clock.pending).toBe(0)
})

function binding(contact: string, more: Partial<Binding> & { at?: Flow } = {}): Binding {
  const { at = { transport: 'udp', address: '192.0.2.1', port: 5060 }, ...rest } = more
  const now = clock.now()
  return { contact, flow: tokens.seal(at), expiresAt: now + 60_000, updatedAt: now, callId: 'a', cseq: 1, ...rest }
}

describe('bindings', () => {
  it('are found newest first, and gone when their time is over', () => {
    const bindings = table()
    bindings.put('2001', [
      binding('sip:old@h', { updatedAt: 1 }),
      binding('sip:new@h', { expiresAt: clock.now() + 5000 }),
    ])
    expect(bindings.of('2001').map(({ contact }) => contact)).toEqual(['sip:new@h', 'sip:old@h'])
    clock.advance(5000)
    expect(bindings.of('2001').map(({ contact }) => contact)).toEqual(['sip:old@h'])
    clock.advance(2000)
    expect(bindings.count).toBe(1)
    clock.advance(60_000)
    expect(bindings.count).toBe(0)
    expect(changes).toEqual([
      ['2001', ['sip:new@h', 'sip:old@h']],
      ['2001', ['sip:old@h']],
      ['2001', []],
    ])
  })

  it('say which page is closed, once it has not come back over another connection', () => {
    const bindings = table()
    const page = (port: number): Flow => ({ transport: 'ws', address: '192.0.2.1', port })
    const closedOf = () => bindings.of('2001').map(({ contact, closedAt }) => [contact, closedAt])
    bindings.put('2001', [binding('sip:a@tab', { at: page(1) }), binding('sip:b@tab', { at: page(2) })])
    const closedAt = clock.now()
    bindings.connectionClosed(page(1), 'closed')
    bindings.connectionClosed(page(2), 'closed')
    bindings.connectionClosed(page(9), 'closed')
    expect(clock.pending).toBe(3)
    clock.advance(CLOSED_AFTER_MS - 1000)
    // The second page was loaded anew.
    bindings.put('2001', [bindings.of('2001')[0]!, binding('sip:b@tab', { at: page(3) })])
    changes.length = 0
    clock.advance(1000)
    expect(new Map(closedOf() as [string, number][])).toEqual(
      new Map([
        ['sip:a@tab', closedAt],
        ['sip:b@tab', undefined],
      ]),
    )
    expect(changes).toEqual([['2001', ['sip:b@tab', 'sip:a@tab']]])
    // What comes over the same address and port later is another page.
    bindings.connectionClosed(page(3), 'closed')
    clock.advance(1000)
    bindings.put('2001', [binding('sip:c@tab', { at: page(3) })])
    clock.advance(CLOSED_AFTER_MS)
    expect(closedOf()).toEqual([['sip:c@tab', undefined]])
    bindings.connectionClosed(page(3), 'closed')
  })

  it('say at once which page is closed when its network is gone: no reload is that silent', () => {
    const bindings = table()
    const page: Flow = { transport: 'ws', address: '192.0.2.1', port: 1 }
    bindings.put('2001', [binding('sip:a@tab', { at: page })])
    const closedAt = clock.now()
    bindings.connectionClosed(page, 'silent')
    expect(bindings.of('2001').map((one) => one.closedAt)).toEqual([closedAt])
    // Back over another connection, it is open again.
    clock.advance(1000)
    bindings.put('2001', [binding('sip:a@tab', { at: { ...page, port: 2 } })])
    expect(bindings.of('2001').map((one) => one.closedAt)).toEqual([undefined])
  })

  it('tell who sends over a flow', () => {
    const bindings = table()
    const here: Flow = { transport: 'tcp', address: '192.0.2.1', port: 40_000 }
    bindings.put('2001', [binding('sip:a@h', { at: here })])
    expect(bindings.userOf(here, 'anybody')).toBe('2001')
    bindings.put('2002', [binding('sip:b@h', { at: here })])
    expect(bindings.userOf(here, '2002')).toBe('2002')
    expect(bindings.userOf(here, 'anybody')).toBeUndefined()
    expect(bindings.userOf({ ...here, transport: 'udp' }, '2001')).toBeUndefined()
    bindings.put('2001', [])
    expect(bindings.userOf(here, '2001')).toBe('2002')
  })

  it('are merged with what the core remembers: the newer wins, what is over or forged is dropped', () => {
    const bindings = table()
    bindings.put('2001', [binding('sip:mine@h', { updatedAt: clock.now() })])
    bindings.merge('2001', [
      binding('sip:mine@h', { updatedAt: clock.now() - 10, callId: 'older' }),
      binding('sip:other@h', { updatedAt: clock.now() - 10 }),
      binding('sip:over@h', { expiresAt: clock.now() - 1 }),
      binding('sip:forged@h', {
        flow: new FlowTokens('another key').seal({ transport: 'udp', address: '192.0.2.9', port: 1 }),
      }),
    ])
    expect(bindings.of('2001').map(({ contact, callId }) => [contact, callId])).toEqual([
      ['sip:mine@h', 'a'],
      ['sip:other@h', 'a'],
    ])
    expect(changes.at(-1)).toEqual(['2001', ['sip:mine@h', 'sip:other@h']])
  })

  it('say nothing to a core that tells what is known already', () => {
    const bindings = table()
    const told = [binding('sip:a@h')]
    bindings.merge('2001', told)
    expect(changes).toEqual([])
    bindings.merge('2001', told)
    expect(changes).toEqual([])
    expect(bindings.count).toBe(1)
  })

  it('that were removed are not brought back by a core that has not heard of it, and are told to it', () => {
    const bindings = table()
    const old = binding('sip:a@h')
    bindings.put('2001', [old])
    clock.advance(10)
    bindings.put('2001', [])
    expect(bindings.users()).toEqual(['2001'])
    bindings.merge('2001', [old])
    expect(bindings.of('2001')).toEqual([])
    expect(changes.at(-1)).toEqual(['2001', []])
    clock.advance(10)
    bindings.merge('2001', [binding('sip:a@h')])
    expect(bindings.of('2001')).toHaveLength(1)
  })

  it('of one user are bounded: the oldest makes room', () => {
    const bindings = table()
    const many = Array.from({ length: 9 }, (_, index) => binding(`sip:c${index}@h`, { updatedAt: index }))
    bindings.put('2001', many)
    expect(bindings.of('2001').map(({ updatedAt }) => updatedAt)).toEqual([8, 7, 6, 5, 4, 3])
    expect(bindings.count).toBe(6)
  })

  it('are held for a bounded number of users', () => {
    const bindings = new Bindings({ clock, limits: { ...EDGE_LIMITS, usersMax: 1 }, tokens, changed: () => {} })
    open.push(bindings)
    bindings.put('2001', [binding('sip:a@h')])
    expect([bindings.hasRoomFor('2001'), bindings.hasRoomFor('2002')]).toEqual([true, false])
  })
})
