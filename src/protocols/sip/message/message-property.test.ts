import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from './build.ts'
import { checkRequest, checkResponse, classify } from './check.ts'
import type { SipRequest } from './message.ts'
import { formatNameAddr, type NameAddr, parseNameAddr } from './name-addr.ts'
import { formatParams, parseParams } from './params.ts'
import { parseMessage } from './parse.ts'
import { formatVia, parseVia, stampVia, type Via } from './via.ts'

const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,10}$/)
const host = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z]{2,5}){0,2}$/),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
)
/** Text that people write, with everything that must be escaped; control characters become spaces and are left out. */
const display = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\x00-\x1f\x7f]/g, ''))
const value = fc.option(
  fc.oneof(
    token,
    fc.stringMatching(/^[ -!#-[\]-~]{0,10}$/).map((text) => `"${text}"`),
    fc.constant('"a\\"b\\\\"'),
    fc.constant('"<,;>"'),
  ),
)
const params = (taken: readonly string[]) =>
  fc.uniqueArray(
    fc.tuple(
      token.filter((name) => !taken.includes(name.toLowerCase())),
      value,
    ),
    { maxLength: 4, selector: ([name]) => name.toLowerCase() },
  )
const uri = fc
  .tuple(fc.constantFrom('sip', 'sips'), fc.option(fc.stringMatching(/^[a-z0-9;,?&=+$]{1,8}$/)), host)
  .map(([scheme, user, place]) => (user === null ? `${scheme}:${place};lr` : `${scheme}:${user}@${place};x=a`))

const nameAddr: fc.Arbitrary<NameAddr> = fc.record(
  { display, uri, params: params(['tag']) },
  { requiredKeys: ['uri', 'params'] },
)

const via: fc.Arbitrary<Via> = fc
  .record({
    transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WS', 'WSS', 'SCTP'),
    host,
    port: fc.option(fc.nat(65_535)),
    branch: fc.stringMatching(/^z9hG4bK[a-zA-Z0-9.]{1,12}$/),
    rport: fc.boolean(),
    params: params(['branch', 'received', 'rport']),
  })
  .map((parts) => {
    const all = [['branch', parts.branch], ...parts.params] as [string, string | null][]
    if (parts.rport) all.push(['rport', null])
    const port = parts.port === null ? {} : { port: parts.port }
    const rport = parts.rport ? { rport: null } : {}
    return { transport: parts.transport, host: parts.host, params: all, branch: parts.branch, ...port, ...rport }
  })

const request: fc.Arbitrary<SipRequest> = fc
  .record({
    method: fc.constantFrom('INVITE', 'ACK', 'BYE', 'OPTIONS', 'X-new'),
    uri,
    from: nameAddr,
    to: nameAddr,
    callId: token,
    cseq: fc.nat(2 ** 31 - 1),
    via: fc.array(via.map(formatVia), { minLength: 1, maxLength: 4 }),
    routes: fc.array(nameAddr.map(formatNameAddr), { maxLength: 3 }),
    contact: nameAddr.map(formatNameAddr),
    maxForwards: fc.nat(255),
    headers: fc.array(
      fc.tuple(
        token.map((name) => `X-${name}`),
        display.map((text) => text.trim()),
      ),
      { maxLength: 4 },
    ),
    body: fc.uint8Array({ maxLength: 60 }),
  })
  .map(createRequest)

/** Everything that an accessor says. */
function seen(message: SipRequest) {
  const { method, uri: target, vias, from, to, cseq, callId, routes, contacts, maxForwards, body } = message
  const fields = message.fields.filter((field) => field.key !== 'content-length')
  return { method, target, vias, from, to, cseq, callId, routes, contacts, maxForwards, body, fields }
}

/** The same message as another peer could write it: folded, compact, in other case, with blanks, with lists on one line. */
function rewritten(
  message: SipRequest,
  way: { fold: boolean; compact: boolean; upper: boolean; join: boolean },
): string {
  const compact: Readonly<Record<string, string>> = { via: 'v', from: 'f', to: 't', 'call-id': 'i', contact: 'm' }
  const lines: [string, string][] = []
  for (const { key, name, value: text } of message.fields) {
    const written = way.compact ? (compact[key] ?? name) : name
    const last = lines.at(-1)
    if (way.join && (key === 'via' || key === 'route') && last?.[0] === written) last[1] += `\t,  ${text}`
    else lines.push([written, text])
  }
  const head = lines.map(([name, text]) => {
    const shown = way.upper ? name.toUpperCase() : name
    return way.fold ? `${shown} :\r\n\t ${text}  ` : `${shown}:${text}`
  })
  return [message.startLine, ...head, '', ''].join('\r\n') + message.body
}

describe('any valid message', () => {
  it('is good, and comes back from its bytes with all that its accessors say', () => {
    fc.assert(
      fc.property(request, (built) => {
        expect(checkRequest(built)).toBeUndefined()
        const verdict = classify(built.toBytes())
        if (verdict.action !== 'take request') throw verdict
        expect(seen(verdict.request)).toEqual(seen(built))
        expect(Buffer.from(verdict.request.toBytes())).toEqual(
          Buffer.from(verdict.request.clone().set('Content-Length', 0).toBytes()),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('says the same however a peer writes it: folded, compact, in capitals, lists on one line', () => {
    const way = fc.record({ fold: fc.boolean(), compact: fc.boolean(), upper: fc.boolean(), join: fc.boolean() })
    fc.assert(
      fc.property(request, way, (built, how) => {
        const parsed = parseMessage(rewritten(built, how))
        if (!parsed.ok || parsed.message.kind !== 'request') throw parsed
        const { fields: _, ...expected } = seen(built)
        expect(seen(parsed.message)).toMatchObject(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('is answered by a response that is good and goes back along it', () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 100, max: 699 }), (built, status) => {
        const answer = responseTo(built, status)
        const parsed = parseMessage(answer.toBytes())
        if (!parsed.ok || parsed.message.kind !== 'response') throw parsed
        const read = parsed.message
        expect(checkResponse(read)?.code).toSatisfy((code) => code === undefined || code === 'via')
        expect([read.status, read.vias, read.from, read.callId, read.cseq]).toEqual([
          ...[status, built.vias, built.from, built.callId, built.cseq],
        ])
        expect(read.to).toMatchObject({ uri: built.to.uri })
        expect(read.to.tag === undefined).toBe(status === 100)
      }),
      { numRuns: 100 },
    )
  })

  it('that is cut short anywhere never becomes another message', () => {
    fc.assert(
      fc.property(request, fc.nat(), (built, place) => {
        const text = built.setBody('body', 'text/plain').toString()
        const cut = text.slice(0, place % text.length)
        const verdict = classify(cut)
        // A datagram may end after any whole field; without the length nobody knows that more was meant.
        if (verdict.action === 'take request') expect([cut.endsWith('\r\n'), verdict.request.body]).toEqual([true, ''])
        else expect(['answer', 'drop']).toContain(verdict.action)
      }),
      { numRuns: 150 },
    )
  })
})

describe('any valid value', () => {
  it('of From and its like comes back from its text', () => {
    fc.assert(
      fc.property(nameAddr, (address) => {
        expect(parseNameAddr(formatNameAddr(address))).toEqual(address)
      }),
      { numRuns: 300 },
    )
  })

  it('of Via comes back from its text, and stamped names its source', () => {
    const source = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 1, max: 65_535 }) })
    fc.assert(
      fc.property(via, source, (one, from) => {
        expect(parseVia(formatVia(one))).toEqual(one)
        const stamped = stampVia(one, from)
        expect(parseVia(formatVia(stamped))).toEqual(stamped)
        expect(stamped.received ?? one.host.replace(/[[\]]/g, '')).toBe(from.address)
        expect(stamped.rport).toBe(one.rport === null ? from.port : undefined)
      }),
      { numRuns: 300 },
    )
  })

  it('of parameters comes back from its text, also with blanks between', () => {
    fc.assert(
      fc.property(params([]), (list) => {
        expect(parseParams(formatParams(list), 0)).toEqual(list)
        const wide = list.map(([name, one]) => (one === null ? ` ; ${name} ` : ` ;\t${name} = ${one} `)).join('')
        expect(parseParams(wide, 0)).toEqual(list)
      }),
      { numRuns: 300 },
    )
  })
})
