import { describe, expect, it } from 'vitest'
import { createRequest, newBranch, newCallId, newTag, responseTo } from './build.ts'
import { checkRequest, checkResponse } from './check.ts'
import { SIP_ERRORS } from './errors.ts'
import { SipRequest, SipResponse } from './message.ts'
import { parseMessage } from './parse.ts'
import { BRANCH_COOKIE } from './via.ts'

const BASIC = {
  method: 'INVITE',
  uri: 'sip:c@d.example',
  from: '<sip:a@b.example>;tag=me',
  to: '<sip:c@d.example>',
  callId: 'x@y',
} as const

const names = (message: SipRequest | SipResponse) => message.fields.map((field) => field.name)

describe('a request that is built (RFC 3261 8.1.1)', () => {
  it('has the fields that are required, what routing needs first, and no more', () => {
    const built = createRequest(BASIC)
    expect(built.fields.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Max-Forwards: 70',
      'From: <sip:a@b.example>;tag=me',
      'To: <sip:c@d.example>',
      'Call-ID: x@y',
      'CSeq: 1 INVITE',
    ])
    expect([built.startLine, built.body]).toEqual(['INVITE sip:c@d.example SIP/2.0', ''])
  })

  it('keeps the order of Via and Route, before the others', () => {
    const built = createRequest({
      ...BASIC,
      via: ['SIP/2.0/UDP near;branch=z9hG4bK1', 'SIP/2.0/UDP far;branch=z9hG4bK2'],
      routes: ['<sip:one;lr>', '<sip:two;lr>'],
      contact: '<sip:a@192.0.2.1>',
      maxForwards: 0,
      cseq: 0,
      headers: [
        ['Supported', 'timer'],
        ['Expires', 0],
        ['Supported', '100rel'],
        ['Subject', undefined],
      ],
      body: 'v=0',
    })
    expect(names(built)).toEqual([
      ...['Via', 'Via', 'Route', 'Route', 'Max-Forwards', 'From', 'To', 'Call-ID', 'CSeq', 'Contact'],
      ...['Supported', 'Expires', 'Supported', 'Content-Type'],
    ])
    expect(built.vias.map((via) => via.host)).toEqual(['near', 'far'])
    expect(built.routes.map((route) => route.uri)).toEqual(['sip:one;lr', 'sip:two;lr'])
    expect([built.maxForwards, built.cseq.number, built.expires]).toEqual([0, 0, 0])
    expect(checkRequest(built)).toBeUndefined()
  })

  it.each([
    ['<sip:a@b>', true],
    ['<sip:a@b;tag=no>', true],
    ['"x;tag=no" <sip:a@b>', true],
    ['<sip:a@b>;tag=yes', false],
    ['<sip:a@b>;q=1;Tag = yes', false],
    ['sip:a@b;tag=yes', false],
    ['sip:a@b', true],
  ])('gives the From %s a tag of its own: %s', (from, made) => {
    const built = createRequest({ ...BASIC, from })
    expect(built.from.tag).toMatch(made ? /^[0-9a-f]{24}$/ : /^yes$/i)
    expect(built.to.tag).toBeUndefined()
  })

  it('takes names and addresses as values, with a tag or without', () => {
    const built = createRequest({
      ...BASIC,
      from: { uri: 'sip:a@b', params: [], tag: 'mine', display: 'A, "B"' },
      to: { uri: 'sip:c@d', params: [['tag', 'theirs']] },
    })
    expect([built.from.display, built.from.tag, built.to.tag]).toEqual(['A, "B"', 'mine', 'theirs'])
  })

  it.each([
    ['text', 'v=0\r\n', undefined, 'application/sdp', 5],
    ['text of another type', 'hi', 'text/plain', 'text/plain', 2],
    ['octets', Uint8Array.of(0, 255, 13, 10), 'x/y', 'x/y', 4],
    ['text beyond Latin-1', '\u20ac', 'text/plain', 'text/plain', 3],
  ])('carries a body of %s with its type and length', (_, body, contentType, type, length) => {
    const built = createRequest({ ...BASIC, body, ...(contentType === undefined ? {} : { contentType }) })
    expect(built.get('content-type')).toBe(type)
    expect(built.toString()).toContain(`Content-Length: ${length}\r\n`)
    const again = parseMessage(built.toBytes())
    expect(again.ok && again.message.body).toBe(built.body)
  })

  it('says no type when there is no body, though one is named', () => {
    expect(createRequest({ ...BASIC, body: '', contentType: 'text/plain' }).has('content-type')).toBe(false)
  })

  it.each([
    { from: '<sip:a@b>;tag=1\r\nEvil: yes' },
    { to: '<sip:a@b>\r\nEvil: yes' },
    { callId: 'x\nEvil: yes' },
    { contact: '<sip:a@b>\rEvil: yes' },
    { via: ['SIP/2.0/UDP a\r\n\r\nEvil: yes'] },
    { headers: { Subject: ['a', 'b\r\nEvil: yes'] } },
    { body: 'x', contentType: 'a/b\r\nEvil: yes' },
  ])('never lets a value begin a line: %j', (input) => {
    const lines = createRequest({ ...BASIC, ...input })
      .toString()
      .split(/\r\n|\r|\n/)
    expect(lines.filter((line) => line.startsWith('Evil'))).toEqual([])
  })

  it('has names that do not come twice (RFC 3261 8.1.1.7, 19.3)', () => {
    const many = Array.from({ length: 200 }, () => [newBranch(), newTag(), newCallId()]).flat()
    expect(new Set(many).size).toBe(600)
    expect([newBranch().startsWith(BRANCH_COOKIE), newBranch().length > BRANCH_COOKIE.length]).toEqual([true, true])
    expect(newCallId('h.example')).toMatch(/^[0-9a-f]{24}@h\.example$/)
  })
})

const RECEIVED = [
  'INVITE sip:c@d.example SIP/2.0',
  'v: SIP/2.0/UDP near;branch=z9hG4bK1;received=192.0.2.1, SIP/2.0/TCP middle',
  'Record-Route: <sip:p2;lr>',
  'VIA: SIP/2.0/UDP far',
  'f: "A" <sip:a@b>;tag=theirs;x=y',
  't: C <sip:c@d>',
  'Call-ID: x@y',
  'CSeq: 9 INVITE',
  'Timestamp: 54.2 0.1',
  'record-route: <sip:p1;lr>',
  'Contact: <sip:a@192.0.2.1>',
  'Route: <sip:me;lr>',
  'Subject: private',
  'Supported: timer',
  'Content-Type: application/sdp',
  '',
  'v=0',
].join('\r\n')

function received(method = 'INVITE'): SipRequest {
  const parsed = parseMessage(RECEIVED.replaceAll('INVITE', method))
  if (!parsed.ok || parsed.message.kind !== 'request') throw parsed
  return parsed.message
}

describe('a response that is built (RFC 3261 8.2.6)', () => {
  it('has Via, From, Call-ID and CSeq as they came, and nothing else of the request', () => {
    const answer = responseTo(received(), 404, { toTag: 'us' })
    expect(answer.fields.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'v: SIP/2.0/UDP near;branch=z9hG4bK1;received=192.0.2.1, SIP/2.0/TCP middle',
      'VIA: SIP/2.0/UDP far',
      'f: "A" <sip:a@b>;tag=theirs;x=y',
      't: C <sip:c@d>;tag=us',
      'Call-ID: x@y',
      'CSeq: 9 INVITE',
    ])
    expect([answer.startLine, answer.body]).toEqual(['SIP/2.0 404 Not Found', ''])
    expect(answer.vias.map((via) => via.host)).toEqual(['near', 'middle', 'far'])
    expect(checkResponse(answer)).toBeUndefined()
  })

  it.each([
    ['INVITE', 100, 0],
    ['INVITE', 180, 2],
    ['INVITE', 199, 2],
    ['INVITE', 200, 2],
    ['INVITE', 299, 2],
    ['INVITE', 300, 0],
    ['INVITE', 486, 0],
    ['SUBSCRIBE', 200, 2],
    ['SUBSCRIBE', 489, 0],
    ['BYE', 200, 0],
    ['OPTIONS', 200, 0],
    ['REGISTER', 200, 0],
  ])('to %s with %i has %i of Record-Route, in their order (12.1.1)', (method, status, count) => {
    const routes = responseTo(received(method), status).recordRoutes.map((route) => route.uri)
    expect(routes).toEqual(['sip:p2;lr', 'sip:p1;lr'].slice(0, count))
  })

  it.each([
    [100, '54.2 0.1', false],
    [180, undefined, true],
    [200, undefined, true],
    [400, undefined, true],
  ])('with %i has the Timestamp %s and a To tag: %s', (status, timestamp, tagged) => {
    const answer = responseTo(received(), status)
    expect([answer.get('timestamp'), answer.to.tag !== undefined]).toEqual([timestamp, tagged])
  })

  it.each([
    ['<sip:c@d>', 'us'],
    ['<sip:c@d;tag=no>', 'us'],
    ['"x;tag=no" <sip:c@d>', 'us'],
    ['sip:c@d', 'us'],
    ['sip:c@d;x=";tag=no"', 'us'],
    ['<sip:c@d>;x=";tag=no"', 'us'],
    ['<sip:c@d>;tag=theirs', 'theirs'],
    ['<sip:c@d>;TAG=theirs', 'theirs'],
    ['sip:c@d;tag=theirs', 'theirs'],
    ['<sip:c@d>;tag=theirs;x=">"', 'theirs'],
  ])('to a request with the To %s has the tag %s, once', (to, tag) => {
    const answer = responseTo(received().set('To', to), 200, { toTag: 'us' })
    expect(answer.to.tag).toBe(tag)
    expect(answer.to.params.filter(([name]) => name.toLowerCase() === 'tag').length).toBe(1)
  })

  it('keeps a To that cannot be read, with a tag behind it, so that a 400 finds its way', () => {
    const answer = responseTo(received().set('To', 'nobody <'), 400, { toTag: 'us' })
    expect(answer.get('to')).toBe('nobody <;tag=us')
    expect(responseTo(received().set('To', 'nobody;tag=1'), 400).get('to')).toBe('nobody;tag=1')
  })

  it('leaves the request as it was', () => {
    const request = received()
    const before = request.toString()
    responseTo(request, 200, { toTag: 'us', body: 'v=0', headers: { Contact: '<sip:us>' } })
      .remove('Via')
      .setBody('')
    expect(request.toString()).toBe(before)
  })

  it('takes fields, a body and a reason of its own', () => {
    const answer = responseTo(received(), 488, {
      reason: 'No\r\nCodec\0',
      headers: [
        ['Warning', '304 x "a"'],
        ['Warning', '305 x "b"'],
        ['Server', undefined],
      ],
      body: 'why',
      contentType: 'text/plain',
    })
    expect(answer.startLine).toBe('SIP/2.0 488 No Codec ')
    expect([answer.getAll('warning').length, answer.has('server'), answer.contentType]).toEqual([
      2,
      false,
      'text/plain',
    ])
  })

  it('can be made of a request that lacks everything', () => {
    expect(responseTo(new SipRequest('BYE', 'sip:a'), 400).toString()).toBe(
      'SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
    )
  })
})

describe('the errors of an accessor', () => {
  const empty = new SipResponse(200, 'OK')
  it.each<[string, () => unknown, string]>([
    ['via', () => empty.via, 'Via'],
    ['from', () => empty.from, 'From'],
    ['to', () => empty.to, 'To'],
    ['callId', () => empty.callId, 'Call-ID'],
    ['cseq', () => empty.cseq, 'CSeq'],
  ])('%s says which field is missing', (_, ask, name) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'sip.header.missing', status: 400, fields: { name } }))
  })

  it.each<[string, string, (message: SipResponse) => unknown]>([
    ['Via', 'x', (message) => message.via],
    ['From', '<', (message) => message.from],
    ['To', '<', (message) => message.to],
    ['CSeq', 'x', (message) => message.cseq],
    ['Contact', '<', (message) => message.contacts],
    ['Route', '<', (message) => message.routes],
    ['Record-Route', '<', (message) => message.recordRoutes],
    ['Max-Forwards', 'x', (message) => message.maxForwards],
  ])('%s: %s says that the field cannot be read, each time', (name, value, ask) => {
    const message = new SipResponse(200, 'OK').set(name, value)
    const error = expect.objectContaining({ code: 'sip.header.malformed', status: 400 })
    expect(() => ask(message)).toThrow(error)
    expect(() => ask(message)).toThrow(error)
  })

  it('have SIP statuses, and say in words what their fields say', () => {
    const made = Object.values(SIP_ERRORS).map((make) => make({ name: 'N', why: 'W', transport: 'T' }))
    expect(made.every((error) => error.status >= 400 && error.status < 700)).toBe(true)
    expect(SIP_ERRORS['sip.message.malformed']({ why: 'W' }).message).toBe('the SIP message cannot be read: W')
  })
})
