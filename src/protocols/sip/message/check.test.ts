import { describe, expect, it } from 'vitest'
import { responseTo } from './build.ts'
import { checkForEndpoint, checkForProxy, checkRequest, checkResponse, classify, type Verdict } from './check.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseMessage } from './parse.ts'

type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

const FIELDS: Changes = {
  Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
  'Max-Forwards': '70',
  From: '<sip:a@b.example>;tag=1',
  To: '<sip:c@d.example>',
  'Call-ID': 'x@y',
}

/** A good message but for the changes; undefined leaves a field out, a list repeats it. */
function text(startLine: string, changes: Changes = {}, body = ''): string {
  const fields = { ...FIELDS, CSeq: `1 ${startLine.split(' ')[0]}`, ...changes }
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${one}\r\n`),
  )
  return `${startLine}\r\n${lines.join('')}\r\n${body}`
}

function request(changes: Changes = {}, method = 'INVITE', uri = 'sip:c@d.example', body = ''): SipRequest {
  const parsed = parseMessage(text(`${method} ${uri} SIP/2.0`, changes, body))
  if (!parsed.ok || parsed.message.kind !== 'request') throw parsed
  return parsed.message
}

function response(changes: Changes = {}): SipResponse {
  const parsed = parseMessage(text('SIP/2.0 200 OK', { CSeq: '1 INVITE', ...changes }))
  if (!parsed.ok || parsed.message.kind !== 'response') throw parsed
  return parsed.message
}

describe('a request that is checked (RFC 3261 8.1.1, 16.3)', () => {
  it.each<[string, Changes]>([
    ['nothing more than it needs', {}],
    ['no Max-Forwards, which RFC 2543 did not know', { 'Max-Forwards': undefined }],
    ['the greatest CSeq that we let pass', { CSeq: '4294967295 INVITE' }],
    ['a CSeq of 0', { CSeq: '0 INVITE' }],
    ['Max-Forwards of 0', { 'Max-Forwards': '0' }],
    ['Max-Forwards of 255', { 'Max-Forwards': '255' }],
    ['no branch, as RFC 2543 wrote', { Via: 'SIP/2.0/UDP a' }],
    ['no From tag, as RFC 2543 wrote', { From: '<sip:a@b.example>' }],
    ['a Contact of any', { Contact: '*' }],
    ['an Expires that cannot be read', { Expires: 'never' }],
    ['two fields of Route', { Route: ['<sip:a;lr>', '<sip:b;lr>, <sip:c;lr>'] }],
    ['names that we do not know', { 'X-A': ['1', '2'] }],
  ])('is good with %s', (_, changes) => {
    expect(checkRequest(request(changes))).toBeUndefined()
  })

  it.each<[string, Changes, string, string]>([
    ['no Via', { Via: undefined }, 'header', 'Missing Via'],
    ['no From', { From: undefined }, 'header', 'Missing From'],
    ['no To', { To: undefined }, 'header', 'Missing To'],
    ['no Call-ID', { 'Call-ID': undefined }, 'header', 'Missing Call-ID'],
    ['an empty Call-ID', { 'Call-ID': '' }, 'header', 'Missing Call-ID'],
    ['no CSeq', { CSeq: undefined }, 'header', 'Missing CSeq'],
    ['a From of no sense', { From: 'bob' }, 'header', 'Bad From'],
    ['a To of no sense', { To: '<sip:a@b' }, 'header', 'Bad To'],
    ['a CSeq without method', { CSeq: '1' }, 'header', 'Bad CSeq'],
    ['a CSeq beyond all', { CSeq: '4294967296 INVITE' }, 'header', 'Bad CSeq'],
    ['a CSeq beyond all numbers', { CSeq: `${'9'.repeat(400)} INVITE` }, 'header', 'Bad CSeq'],
    ['a negative CSeq', { CSeq: '-1 INVITE' }, 'header', 'Bad CSeq'],
    ['a Max-Forwards beyond 255', { 'Max-Forwards': '256' }, 'header', 'Bad Max-Forwards'],
    ['a Max-Forwards of no sense', { 'Max-Forwards': 'x' }, 'header', 'Bad Max-Forwards'],
    ['a second Via of no sense', { Via: ['SIP/2.0/UDP a', 'SIP/2.0/UDP'] }, 'header', 'Bad via'],
    ['a Contact of no sense', { Contact: '<sip:a@b>, <' }, 'header', 'Bad contact'],
    ['a Route of no sense', { Route: '<sip:a@b>;' }, 'header', 'Bad route'],
    ['a Record-Route of no sense', { 'Record-Route': 'x' }, 'header', 'Bad record-route'],
    ['a branch of the cookie alone', { Via: 'SIP/2.0/UDP a;branch=z9hG4bK' }, 'branch', 'Empty Branch'],
    ['another method in CSeq', { CSeq: '1 BYE' }, 'cseq-method', 'CSeq Method Differs From Request Method'],
    [
      'another case of the method in CSeq',
      { CSeq: '1 invite' },
      'cseq-method',
      'CSeq Method Differs From Request Method',
    ],
  ])('is refused with %s', (_, changes, code, reason) => {
    expect(checkRequest(request(changes))).toEqual({ code, status: 400, reason })
  })

  it.each(['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Event', 'Expires', 'Refer-To', 'Content-Type'])(
    'is refused with two of %s, also when one is compact or in another case',
    (name) => {
      const value = name === 'CSeq' ? '1 INVITE' : FIELDS[name]
      const again = { [name]: [value ?? '1', value ?? '1'].flat() }
      expect(checkRequest(request(again))).toMatchObject({ code: 'duplicate', status: 400 })
      const upper = { [name]: value ?? '1', [name.toUpperCase()]: value ?? '1' }
      expect(checkRequest(request(upper))?.reason).toBe(`More Than One ${name.toUpperCase()}`)
    },
  )

  it('says 501 and not 400 when the method that differs from CSeq is unknown too (RFC 4475 3.1.2.18)', () => {
    expect(checkRequest(request({ CSeq: '1 INVITE' }, 'NEWMETHOD'))?.status).toBe(501)
    expect(checkRequest(request({ CSeq: '1 INVITE' }, 'UPDATE'))?.status).toBe(400)
  })

  it.each([
    ['sip:a@b', undefined],
    ['sips:a@b;transport=tcp', undefined],
    ['tel:+1', undefined],
    ['http://a/b?c=d', undefined],
    ['sip:a@b?Subject=x', 'Headers In Request-URI'],
    ['sip:a@b?', 'Headers In Request-URI'],
    ['sip:', 'Bad Request-URI'],
    ['sip:a@b:c', 'Bad Request-URI'],
    ['SIPS:@', 'Bad Request-URI'],
    ['a@b', 'Bad Request-URI'],
    ['*', 'Bad Request-URI'],
  ])('has for the Request-URI %s: %s', (uri, reason) => {
    expect(checkRequest(request({}, 'INVITE', uri))?.reason).toBe(reason)
  })
})

describe('a response that is checked', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1', true],
    ['SIP/2.0/UDP 223.255.255.255', true],
    ['SIP/2.0/UDP 224.0.0.1', false],
    ['SIP/2.0/UDP 239.1.2.3:5060', false],
    ['SIP/2.0/UDP 255.255.255.255', false],
    ['SIP/2.0/UDP [2001:db8::1]', true],
    ['SIP/2.0/UDP [ff02::1]', false],
    ['SIP/2.0/UDP [FF0E::1]:5060', false],
    ['SIP/2.0/UDP ff02.example', true],
    ['SIP/2.0/UDP 192.0.2.1;received=224.0.0.1', false],
    ['SIP/2.0/UDP 224.0.0.1;received=192.0.2.1', true],
    ['SIP/2.0/UDP 192.0.2.1, SIP/2.0/UDP 255.255.255.255', false],
    ['SIP/2.0/UDP', false],
  ])('with the Via %s is good: %s (RFC 4475 3.3.10)', (Via, good) => {
    expect(checkResponse(response({ Via })) === undefined).toBe(good)
  })

  it('has its other fields checked as those of a request are', () => {
    expect(checkResponse(response())).toBeUndefined()
    expect(checkResponse(response({ CSeq: undefined }))?.reason).toBe('Missing CSeq')
    expect(checkResponse(response({ To: ['<sip:a@b>', '<sip:a@b>'] }))?.code).toBe('duplicate')
  })
})

describe('what an endpoint says to a good request (RFC 3261 8.2.1 to 8.2.3)', () => {
  const abilities = { methods: ['INVITE', 'ACK', 'BYE', 'CANCEL'], extensions: ['timer', '100rel'] }
  const check = (changes: Changes, method?: string, uri?: string, body?: string) =>
    checkForEndpoint(request(changes, method, uri, body), abilities)

  it.each<[string, Parameters<typeof check>, number | undefined]>([
    ['a method that it serves', [{}], undefined],
    ['a method that is known', [{}, 'REFER'], 405],
    ['a method that nobody knows', [{}, 'DANCE'], 501],
    ['a method in lower case, which is another method', [{}, 'invite'], 501],
    ['a tel URI', [{}, 'INVITE', 'tel:+1'], undefined],
    ['a sips URI in capitals', [{}, 'INVITE', 'SIPS:a@b'], undefined],
    ['a scheme that is unknown', [{}, 'INVITE', 'nobody:a'], 416],
    ['an extension that it supports', [{ Require: 'timer' }], undefined],
    ['an extension in other case', [{ Require: 'TIMER, 100Rel' }], undefined],
    ['an extension that it lacks', [{ Require: 'timer, foo' }], 420],
    ['an extension that it lacks, on a second line', [{ Require: ['timer', 'foo'] }], 420],
    ['an extension that proxies need', [{ 'Proxy-Require': 'foo' }], undefined],
    ['an ACK with an extension that it lacks', [{ Require: 'foo' }, 'ACK'], undefined],
    ['a CANCEL with an extension that it lacks', [{ Require: 'foo' }, 'CANCEL'], undefined],
    ['SDP', [{ 'Content-Type': 'application/sdp' }, 'INVITE', undefined, 'v=0'], undefined],
    ['SDP in other case and with parameters', [{ c: 'Application/SDP ;x=y' }, 'INVITE', undefined, 'v=0'], undefined],
    ['a body of another type', [{ 'Content-Type': 'text/plain' }, 'INVITE', undefined, 'x'], 415],
    ['another type and no body', [{ 'Content-Type': 'text/plain' }], undefined],
    ['a body without type', [{}, 'INVITE', undefined, 'x'], undefined],
    [
      'a body that it need not understand',
      [{ 'Content-Type': 'text/x', 'Content-Disposition': 'icon; Handling = Optional' }, 'BYE', undefined, 'x'],
      undefined,
    ],
    [
      'a body that it must understand',
      [{ 'Content-Type': 'text/x', 'Content-Disposition': 'icon;handling=required' }, 'BYE', undefined, 'x'],
      415,
    ],
    ['an Accept of SDP', [{ Accept: 'text/plain, application/sdp;level=1' }], undefined],
    ['an Accept of any', [{ Accept: '*/*' }], undefined],
    ['an Accept of any application', [{ Accept: 'Application/*;q=0.1' }], undefined],
    ['an Accept of text only', [{ Accept: 'text/plain, text/*' }], 406],
    ['a BYE with an Accept of text only', [{ Accept: 'text/plain' }, 'BYE'], undefined],
  ])('%s', (_, args, status) => {
    expect(check(...args)?.status).toBe(status)
  })

  it('names what it can do in the answer', () => {
    expect(check({}, 'REFER')?.headers).toEqual([['Allow', 'INVITE, ACK, BYE, CANCEL']])
    expect(check({}, 'DANCE')?.headers).toEqual([['Allow', 'INVITE, ACK, BYE, CANCEL']])
    expect(check({ Require: ['foo, timer', 'Bar'] })?.headers).toEqual([['Unsupported', 'foo, Bar']])
    expect(check({ c: 'text/x' }, 'BYE', undefined, 'x')?.headers).toEqual([['Accept', 'application/sdp']])
  })

  it('asks in the order of RFC 3261 8.2: method, then scheme, then extensions, then the body', () => {
    const all = { Require: 'foo', 'Content-Type': 'text/x' }
    const statuses = [
      check(all, 'DANCE', 'x:y', 'b'),
      check(all, 'INVITE', 'x:y', 'b'),
      check(all, 'INVITE', 'sip:y', 'b'),
      check({ 'Content-Type': 'text/x' }, 'INVITE', 'sip:y', 'b'),
    ].map((fault) => fault?.status)
    expect(statuses).toEqual([501, 416, 420, 415])
  })

  it('takes other schemes and types where it is told to', () => {
    const wider = { methods: ['MESSAGE'], mediaTypes: ['text/plain'], schemes: ['im'] }
    const message = request({ 'Content-Type': 'text/plain' }, 'MESSAGE', 'im:a@b', 'hello')
    expect(checkForEndpoint(message, wider)).toBeUndefined()
    expect(checkForEndpoint(message, { ...wider, schemes: ['sip'] })?.status).toBe(416)
  })
})

describe('what a proxy says to a good request (RFC 3261 16.3)', () => {
  it.each<[string, Changes, string, number | undefined]>([
    ['a request', {}, 'sip:a', undefined],
    ['a scheme that it does not route', {}, 'mailto:a', 416],
    ['no hop left', { 'Max-Forwards': '0' }, 'sip:a', 483],
    ['one hop left', { 'Max-Forwards': '1' }, 'sip:a', undefined],
    ['no Max-Forwards', { 'Max-Forwards': undefined }, 'sip:a', undefined],
    ['what endpoints must support', { Require: 'foo' }, 'sip:a', undefined],
    ['what it must support', { 'Proxy-Require': 'foo' }, 'sip:a', 420],
    ['what it does support', { 'Proxy-Require': 'Path' }, 'sip:a', undefined],
    ['no hop and no extension', { 'Max-Forwards': '0', 'Proxy-Require': 'foo' }, 'sip:a', 483],
  ])('%s', (_, changes, uri, status) => {
    expect(checkForProxy(request(changes, 'INVITE', uri), { extensions: ['path'] })?.status).toBe(status)
  })
})

describe('what is done with bytes that arrived', () => {
  const told = (verdict: Verdict) =>
    verdict.action === 'answer' || verdict.action === 'drop'
      ? `${verdict.action} ${verdict.fault.status}`
      : verdict.action
  const INVITE = 'INVITE sip:c@d.example SIP/2.0'
  const ACK = 'ACK sip:c@d.example SIP/2.0'

  it.each<[string, string, string]>([
    ['a good request', text(INVITE), 'take request'],
    ['a good ACK', text(ACK), 'take request'],
    ['a good response', text('SIP/2.0 200 OK', { CSeq: '1 INVITE' }), 'take response'],
    ['nothing', '', 'drop 400'],
    ['a keep-alive', '\r\n\r\n', 'drop 400'],
    ['a request without Via', text(INVITE, { Via: undefined }), 'drop 400'],
    ['a request with a Via of no sense', text(INVITE, { Via: 'UDP' }), 'drop 400'],
    ['a request with a Via half readable', text(INVITE, { Via: 'SIP/2.0/UDP a;branch=' }), 'answer 400'],
    ['a request without To', text(INVITE, { To: undefined }), 'answer 400'],
    ['an ACK without To', text(ACK, { To: undefined }), 'drop 400'],
    ['a request of another version', text('INVITE sip:a SIP/9.0'), 'answer 505'],
    ['an ACK of another version', text('ACK sip:a SIP/9.0'), 'drop 505'],
    ['a response of another version', text('SIP/9.0 200 OK', { CSeq: '1 INVITE' }), 'drop 400'],
    ['a response without Via', text('SIP/2.0 200 OK', { CSeq: '1 INVITE', Via: undefined }), 'drop 400'],
    ['a body cut short', text(INVITE, { 'Content-Length': '9' }), 'answer 400'],
    ['what the caller refuses', text(INVITE, { Subject: 'no' }), 'answer 486'],
    ['an ACK that the caller refuses', text(ACK, { Subject: 'no' }), 'drop 486'],
  ])('%s', (_, input, action) => {
    const refuse = (one: SipRequest) =>
      one.get('subject') === 'no' ? { code: 'no', status: 486, reason: 'Busy Here' } : undefined
    expect(told(classify(input, refuse))).toBe(action)
    expect(told(classify(Buffer.from(input), refuse))).toBe(action)
    expect(told(classify(parseMessage(input), refuse))).toBe(action)
  })

  it('lets every request that is to be answered be answered along its Via', () => {
    const verdict = classify(text(INVITE, { Via: 'SIP/2.0/UDP h.example:7;branch=', To: undefined }))
    if (verdict.action !== 'answer') throw verdict
    const answer = responseTo(verdict.request, verdict.fault.status, { reason: verdict.fault.reason })
    expect(answer.startLine).toBe('SIP/2.0 400 Bad via')
    expect(verdict.request.firstVia).toMatchObject({ host: 'h.example', port: 7 })
  })
})
