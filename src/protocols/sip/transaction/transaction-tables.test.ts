import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { createRequest, responseTo } from '../message/build.ts'
import type { AnySipMessage, SipResponse } from '../message/message.ts'
import type { ClientTransaction } from './client-transaction.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { TransactionLayer } from './transaction-layer.ts'

/**
 * What RFC 3261 17 and RFC 6026 say, written down once more and by itself: for each state and input the next state and what is
 * seen from outside. An input that has no cell changes nothing and is counted as dropped. `up` is the user who is told.
 */
type Cells = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Each state with each input, and what is to be seen: all of the plane, not only the cells that the RFC fills. */
function plane(cells: Cells, states: readonly string[], inputs: readonly string[]): [string, string, string][] {
  return states.flatMap((state) =>
    inputs.map((input): [string, string, string] => [state, input, cells[state]?.[input] ?? `${state}, dropped`]),
  )
}

function invite(method: string, via?: string) {
  return createRequest({
    method,
    uri: 'sip:b@example.com',
    from: '<sip:a@example.com>;tag=a',
    to: '<sip:b@example.com>',
    callId: 'c1',
    ...(via ? { via: [via] } : {}),
  })
}

function nameOf(message: AnySipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status)
}

/** A layer over UDP whose doings are noted as words, and whose sends can be made to fail afterwards. */
function bench() {
  const noted: string[] = []
  const fails: ((error: unknown) => void)[] = []
  const servers: ServerTransaction<'udp'>[] = []
  const layer = new TransactionLayer<'udp'>(
    {
      reliable: () => false,
      send(message, _, failed) {
        noted.push(`sent ${nameOf(message)}`)
        fails.push(failed)
      },
    },
    {
      onRequest: (_, transaction) => servers.push(transaction),
      onAck: () => noted.push('up ACK'),
      onServerFailure: (failure) => noted.push(`up ${failure}`),
    },
    { clock: new VirtualClock(0), tryingAfterMs: null, sentBy: () => ({ transport: 'UDP', host: 'h' }) },
  )
  const handlers = {
    onResponse: (response: SipResponse) => noted.push(`up ${response.status}`),
    onFailure: (failure: string) => noted.push(`up ${failure}`),
  }
  /** The state and what was noted of an act, in one line. */
  const seen = (transaction: { readonly state: string }, act: () => void): string => {
    noted.length = 0
    const before = layer.counts.dropped
    act()
    return [transaction.state, ...noted, ...(layer.counts.dropped > before ? ['dropped'] : [])].join(', ')
  }
  return { layer, fails, servers, handlers, seen }
}

const CLIENT_INPUTS = ['180', '200', '302', '486', '603', 'transport error']

function clientIn(method: string, state: string) {
  const at = bench()
  const transaction: ClientTransaction<'udp'> = at.layer.request(invite(method), 'udp', at.handlers)
  const leadsTo: Readonly<Record<string, number>> = {
    proceeding: 180,
    accepted: 200,
    completed: method === 'INVITE' ? 486 : 200,
  }
  const status = leadsTo[state]
  if (status !== undefined) transaction.receive(responseTo(transaction.request, status, { toTag: 't' }))
  if (state === 'terminated') transaction.close()
  expect(transaction.state).toBe(state)
  const input = (name: string): void => {
    if (name === 'transport error') at.fails[0]!(new Error('unreachable'))
    else transaction.receive(responseTo(transaction.request, Number(name), { toTag: 't' }))
  }
  return { ...at, transaction, input }
}

const SERVER_INPUTS = ['request', 'ACK', 'say 180', 'say 200', 'say 302', 'say 486', 'say 603', 'transport error']

function serverIn(method: string, state: string) {
  const via = 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKpeer'
  const at = bench()
  at.layer.receive(invite(method, via), 'udp')
  const transaction = at.servers[0]!
  const say = (status: number): void => transaction.respond(responseTo(transaction.request, status, { toTag: 't' }))
  const ack = (): void => transaction.receive(invite('ACK', via))
  // Whatever the state, something has been sent before, so that its failure can come late.
  if (state === 'accepted') say(200)
  else if (state !== 'trying') say(180)
  if (state === 'completed' || state === 'confirmed') say(486)
  if (state === 'confirmed') ack()
  if (state === 'terminated') transaction.close()
  expect(transaction.state).toBe(state)
  const input = (name: string): void => {
    if (name === 'request') transaction.receive(invite(method, via))
    else if (name === 'ACK') ack()
    else if (name === 'transport error') at.fails.at(-1)!(new Error('unreachable'))
    else say(Number(name.slice(4)))
  }
  return { ...at, transaction, input }
}

describe('the INVITE client transaction, cell by cell (RFC 3261 figure 5, RFC 6026 8.4)', () => {
  const calling = {
    '180': 'proceeding, up 180',
    '200': 'accepted, up 200',
    '302': 'completed, sent ACK, up 302',
    '486': 'completed, sent ACK, up 486',
    '603': 'completed, sent ACK, up 603',
  }
  const cells: Cells = {
    calling: { ...calling, 'transport error': 'terminated, up transport' },
    proceeding: calling,
    accepted: { '200': 'accepted, up 200' },
    completed: {
      '302': 'completed, sent ACK',
      '486': 'completed, sent ACK',
      '603': 'completed, sent ACK',
      // The refusal has been told already; what is lost is its ACK only, and nobody can do anything about it.
      'transport error': 'terminated',
    },
  }
  const states = ['calling', 'proceeding', 'accepted', 'completed', 'terminated']
  it.each(plane(cells, states, CLIENT_INPUTS))('%s, %s: %s', (state, name, expected) => {
    const { seen, transaction, input } = clientIn('INVITE', state)
    expect(seen(transaction, () => input(name))).toBe(expected)
  })

  it('is known to the layer until it is terminated, and to nobody afterwards', () => {
    for (const state of states) {
      expect(clientIn('INVITE', state).layer.counts.client, state).toBe(state === 'terminated' ? 0 : 1)
    }
  })
})

describe('the non-INVITE client transaction, cell by cell (RFC 3261 figure 6)', () => {
  const open = {
    '180': 'proceeding, up 180',
    '200': 'completed, up 200',
    '302': 'completed, up 302',
    '486': 'completed, up 486',
    '603': 'completed, up 603',
    'transport error': 'terminated, up transport',
  }
  const cells: Cells = { trying: open, proceeding: open }
  const states = ['trying', 'proceeding', 'completed', 'terminated']
  it.each(plane(cells, states, CLIENT_INPUTS))('%s, %s: %s', (state, name, expected) => {
    const { seen, transaction, input } = clientIn('OPTIONS', state)
    expect(seen(transaction, () => input(name))).toBe(expected)
  })
})

describe('the INVITE server transaction, cell by cell (RFC 3261 figure 7, RFC 6026 8.5 and 8.7)', () => {
  const cells: Cells = {
    proceeding: {
      request: 'proceeding, sent 180',
      'say 180': 'proceeding, sent 180',
      'say 200': 'accepted, sent 200',
      'say 302': 'completed, sent 302',
      'say 486': 'completed, sent 486',
      'say 603': 'completed, sent 603',
      'transport error': 'proceeding, up transport',
    },
    accepted: {
      request: 'accepted',
      ACK: 'accepted, up ACK',
      'say 200': 'accepted, sent 200',
      'transport error': 'accepted, up transport',
    },
    completed: {
      request: 'completed, sent 486',
      ACK: 'confirmed',
      'transport error': 'completed, up transport',
    },
    confirmed: { ACK: 'confirmed' },
  }
  const states = ['proceeding', 'accepted', 'completed', 'confirmed', 'terminated']
  it.each(plane(cells, states, SERVER_INPUTS))('%s, %s: %s', (state, name, expected) => {
    const { seen, transaction, input } = serverIn('INVITE', state)
    expect(seen(transaction, () => input(name))).toBe(expected)
  })

  it('repeats nothing while nothing was said', () => {
    const at = bench()
    const request = invite('INVITE', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKpeer')
    at.layer.receive(request, 'udp')
    expect(at.seen(at.servers[0]!, () => at.layer.receive(request, 'udp'))).toBe('proceeding')
    expect([at.servers.length, at.servers[0]!.lastResponse]).toEqual([1, undefined])
  })
})

describe('the non-INVITE server transaction, cell by cell (RFC 3261 figure 8, RFC 6026 8.7)', () => {
  const answered = {
    'say 180': 'proceeding, sent 180',
    'say 200': 'completed, sent 200',
    'say 302': 'completed, sent 302',
    'say 486': 'completed, sent 486',
    'say 603': 'completed, sent 603',
  }
  const cells: Cells = {
    trying: { request: 'trying', ...answered },
    proceeding: { request: 'proceeding, sent 180', ...answered, 'transport error': 'proceeding, up transport' },
    completed: { request: 'completed, sent 486', 'transport error': 'completed, up transport' },
  }
  const states = ['trying', 'proceeding', 'completed', 'terminated']
  const possible = plane(cells, states, SERVER_INPUTS).filter(
    // Nothing was sent yet in trying, so nothing can fail.
    ([state, input]) => !(state === 'trying' && input === 'transport error'),
  )
  it.each(possible)('%s, %s: %s', (state, name, expected) => {
    const { seen, transaction, input } = serverIn('BYE', state)
    expect(seen(transaction, () => input(name))).toBe(expected)
  })

  it('remembers the last response that went out, and never one that was dropped', () => {
    const { transaction, input } = serverIn('BYE', 'completed')
    input('say 200')
    expect([transaction.lastResponse?.status, transaction.isOpen]).toEqual([486, false])
  })
})
