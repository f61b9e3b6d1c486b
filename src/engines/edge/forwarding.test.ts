import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import {
  type AnySipMessage,
  createRequest,
  responseTo,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  TransactionLayer,
} from '#protocols/sip'
import { Forwarding } from './forwarding.ts'

/** One layer for each side; a target is a name, and what was sent stands in a list. */
let clock: VirtualClock
let up: SipResponse[]
let down: { message: AnySipMessage; target: string }[]
let unreachable: Set<string>
let settled: number
let inside: TransactionLayer<string>
let outside: TransactionLayer<string>

let taken: ServerTransaction<string> | undefined

beforeEach(() => {
  unreachable = new Set()
  begin()
})

/** Both layers anew, and nothing sent. */
function begin(): void {
  clock = new VirtualClock()
  up = []
  down = []
  settled = 0
  const options = { clock, tryingAfterMs: null }
  inside = new TransactionLayer(
    { send: (message) => message.kind === 'response' && up.push(message), reliable: () => false },
    {
      onRequest: (_, transaction) => {
        taken = transaction
      },
      onAck: () => {},
    },
    options,
  )
  outside = new TransactionLayer(
    {
      send: (message, target, failed) => {
        if (unreachable.has(target)) failed('unreachable')
        else down.push({ message, target })
      },
      reliable: () => false,
    },
    { onRequest: () => {}, onAck: () => {} },
    options,
  )
}

function upstream(method: string): ServerTransaction<string> {
  const via = ['SIP/2.0/TCP core.invalid;branch=z9hG4bK-up']
  const parties = { from: '<sip:a@h>;tag=1', to: '<sip:b@h>', callId: 'c' }
  inside.receive(createRequest({ method, uri: 'sip:2001@h', via, ...parties }), 'core')
  return taken!
}

function forward(method: string, targets: readonly (readonly string[])[]): Forwarding<string, string> {
  const transaction = upstream(method)
  const forwarding = new Forwarding<string, string>({
    upstream: transaction,
    layer: outside,
    clock,
    failed: (failure) => responseTo(transaction.request, failure === 'timeout' ? 408 : 480),
    settled: () => settled++,
  })
  forwarding.start(
    targets.map((ways) =>
      ways.map((target) => ({
        target,
        request: transaction.request.clone().prepend('Via', `SIP/2.0/UDP edge;branch=z9hG4bK-${target}`),
      })),
    ),
  )
  return forwarding
}

/** The target answers the request of this method that it was sent last. */
function reply(target: string, status: number, method?: string): void {
  const sent = down.filter((one) => one.target === target && one.message.kind === 'request')
  const last = sent
    .map((one) => one.message as SipRequest)
    .filter((one) => !method || one.method === method)
    .at(-1)!
  outside.receive(responseTo(last, status, { toTag: target }), target)
}

function methodsTo(target: string): string[] {
  return down.flatMap(({ message, target: to }) =>
    to === target && message.kind === 'request' ? [message.method] : [],
  )
}

const statuses = (): number[] => up.map((response) => response.status)

describe('a forwarding', () => {
  it('passes each answer on without its own Via, and 100 as its own word', () => {
    forward('INVITE', [['a']])
    reply('a', 100)
    reply('a', 183)
    reply('a', 200)
    reply('a', 200)
    expect(statuses()).toEqual([100, 183, 200, 200])
    expect(up.map((response) => response.vias.length)).toEqual([1, 1, 1, 1])
    expect(up[0]!.to.tag).toBeUndefined()
    expect(settled).toBe(1)
  })

  it('waits for all targets and takes the best refusal: 6xx, else the lowest class, and what tells the caller more', () => {
    const cases: [number[], number][] = [
      [[486, 603, 404], 603],
      [[503, 486], 486],
      [[404, 301], 301],
      [[486, 407], 407],
      [[408, 404], 404],
      [[500, 503], 500],
    ]
    for (const [given, best] of cases) {
      begin()
      const targets = given.map((status, index) => `t${index}-${status}-${best}`)
      forward(
        'INVITE',
        targets.map((target) => [target]),
      )
      given.forEach((status, index) => {
        expect(statuses(), `${given}`).toEqual([])
        reply(targets[index]!, status)
      })
      expect(statuses(), `${given}`).toEqual([best])
    }
  })

  it('ends the others after 2xx and after 6xx, by CANCEL as soon as they have answered at all', () => {
    forward('INVITE', [['a'], ['b'], ['c']])
    reply('b', 180)
    reply('a', 200)
    expect(methodsTo('b')).toEqual(['INVITE', 'CANCEL'])
    expect(methodsTo('c')).toEqual(['INVITE'])
    reply('c', 180)
    expect(methodsTo('c')).toEqual(['INVITE', 'CANCEL'])
    reply('b', 487, 'INVITE')
    reply('c', 487, 'INVITE')
    expect(statuses().filter((status) => status >= 200)).toEqual([200])
  })

  it('passes a second 2xx on too: the caller has to end that dialog', () => {
    forward('INVITE', [['a'], ['b']])
    reply('a', 200)
    reply('b', 200)
    expect(up.map((response) => response.to.tag)).toEqual(['a', 'b'])
  })

  it('answers for a target that says nothing: an INVITE gets its status, another request gets silence', () => {
    forward('INVITE', [['a']])
    clock.advance(31_999)
    expect(statuses()).toEqual([])
    clock.advance(1)
    expect(statuses()).toEqual([408])
    begin()
    forward('BYE', [['b']])
    clock.advance(33_000)
    expect(statuses()).toEqual([])
    expect(inside.counts.server).toBe(0)
    expect(methodsTo('b').length).toBeGreaterThan(8)
  })

  it('tries the other ways to a target that cannot be reached, and only then gives up', () => {
    unreachable.add('gone')
    forward('INVITE', [['gone', 'a']])
    expect(methodsTo('a')).toEqual(['INVITE'])
    reply('a', 486)
    expect(statuses()).toEqual([486])
    begin()
    forward('OPTIONS', [['gone']])
    expect(statuses()).toEqual([480])
  })

  it('that is cancelled waits for a first answer, sends CANCEL, and says 487 itself when nothing follows', () => {
    const forwarding = forward('INVITE', [['a']])
    forwarding.cancel()
    expect(methodsTo('a')).toEqual(['INVITE'])
    reply('a', 180)
    expect(methodsTo('a')).toEqual(['INVITE', 'CANCEL'])
    reply('a', 200, 'CANCEL')
    clock.advance(32_000)
    expect(statuses()).toEqual([180, 487])
    expect(settled).toBe(1)
  })

  it('that is cancelled before any answer ends with 487 when none comes', () => {
    forward('INVITE', [['a']]).cancel()
    clock.advance(32_000)
    expect(statuses()).toEqual([487])
  })

  it('ends a call that rings for ever (timer C), each sign of life but 100 winding it up again', () => {
    forward('INVITE', [['a']])
    reply('a', 180)
    clock.advance(4 * 60_000)
    reply('a', 180)
    clock.advance(4 * 60_000)
    reply('a', 100)
    expect(methodsTo('a')).toEqual(['INVITE'])
    clock.advance(60_000)
    expect(methodsTo('a')).toEqual(['INVITE', 'CANCEL'])
    clock.advance(32_000)
    expect(statuses().at(-1)).toBe(408)
  })

  it('leaves nothing behind', () => {
    forward('INVITE', [['a'], ['b']])
    reply('a', 180)
    reply('b', 180)
    reply('a', 486, 'INVITE')
    reply('b', 486, 'INVITE')
    clock.advance(400_000)
    expect([inside.counts.server, outside.counts.client, clock.pending]).toEqual([0, 0, 0])
  })
})
