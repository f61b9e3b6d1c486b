import { message, SDP, type Torture } from './sip-message-parts.ts'

const INVITE = 'INVITE sip:desk@office.example SIP/2.0'
const REGISTER = 'REGISTER sip:office.example SIP/2.0'
const SDP_TYPE = 'Content-Type: application/sdp'
const UTF8 = Buffer.from('приём', 'utf8').toString('latin1')

const VALID: Torture[] = [
  {
    point: '4475 3.1.1.1 folds, odd spacing, unknown fields',
    text: [
      'INVITE sip:desk@office.example;strange SIP/2.0',
      'tO :\r\n sip:desk@office.example ;  tag   = t77',
      'FROM  : "Mira \\\\\\""      <sip:mira@home.example>\r\n ;\r\n tag = m1',
      'max-FORWARDS:   007',
      'i: odd@phone.example',
      'l  : 0',
      'CSEQ: 0003\r\n  INVITE',
      'viA : SIP  /  2.0\r\n /UDP\r\n   phone.example ; branch = z9hG4bKone ,\r\n SIP / 2.0 / TCP gate.example ;branch=\r\n z9hG4bKtwo',
      's :',
      'Brand-New: one\r\n\ttwo',
      'Odd-Value: ,,;;,,;',
      'm:"Mira \\"M\\"" <sip:mira@phone.example> ; a =\r\n b ; c ; q = 0.1',
      '',
      '',
    ].join('\r\n'),
    reader: 'take',
    check: (r) => [
      r.maxForwards,
      r.cseq,
      r.from.display,
      r.to.tag,
      r.vias.map((v) => v.branch),
      r.contacts[0]?.params.length,
      r.get('brand-new'),
    ],
    expect: [7, { number: 3, method: 'INVITE' }, 'Mira \\"', 't77', ['z9hG4bKone', 'z9hG4bKtwo'], 3, 'one two'],
  },
  {
    point: '4475 3.1.1.2 every character that is allowed',
    text: message({
      line: "!A-z.0_%*+`'~ sip:9_-.!~*'()&=+$,;?/:&=+$,@office.example SIP/2.0",
      callId: 'word%-.!*_+`\'~()<>:\\"/[]?{}@x',
      more: ["x-!.%*_+`'~: value"],
    }),
    reader: 'take',
    endpoint: 501,
    check: (r) => [r.method, r.sipUri?.user, r.callId],
    expect: ["!A-z.0_%*+`'~", "9_-.!~*'()&=+$,;?/", 'word%-.!*_+`\'~()<>:\\"/[]?{}@x'],
  },
  {
    point: '4475 3.1.1.3 escapes in the user part',
    text: message({ line: 'OPTIONS sip:sip%3Adesk%40office.example@gate.example SIP/2.0' }),
    reader: 'take',
    check: (r) => [r.sipUri?.user, r.sipUri?.host],
    expect: ['sip%3Adesk%40office.example', 'gate.example'],
  },
  {
    point: '4475 3.1.1.4 an escaped null ends nothing',
    text: message({ line: REGISTER, more: ['Contact: <sip:%00@a.example>', 'Contact: <sip:%00%00@a.example>'] }),
    reader: 'take',
    endpoint: 405,
    check: (r) => r.contacts.map((c) => c.uri),
    expect: ['sip:%00@a.example', 'sip:%00%00@a.example'],
  },
  {
    point: '4475 3.1.1.5 a percent sign that escapes nothing',
    text: message({
      line: 'OPT%49ONS sip:desk@office.example SIP/2.0',
      more: ['C%6Fntact: <sip:no@a.example>', 'Contact: <sip:yes@a.example>'],
    }),
    reader: 'take',
    endpoint: 501,
    check: (r) => [r.method, r.contacts.length],
    expect: ['OPT%49ONS', 1],
  },
  {
    point: '4475 3.1.1.6 no space before the angle bracket',
    text: message({ from: 'caller<sip:mira@home.example>;tag=m1' }),
    reader: 'take',
    check: (r) => r.from.display,
    expect: 'caller',
  },
  {
    point: '4475 3.1.1.7 long values and many hops',
    text: message({
      to: `"${'long '.repeat(100)}" <sip:${'u'.repeat(500)}@office.example>`,
      more: [
        `${'X-Long'.repeat(20)}: ${'value '.repeat(300)}`,
        ...Array.from({ length: 40 }, (_, n) => `V: SIP/2.0/TCP hop${n}.example;branch=z9hG4bK${n}`),
      ],
    }),
    reader: 'take',
    check: (r) => [r.vias.length, r.to.uri.length],
    expect: [41, 519],
  },
  {
    point: '4475 3.1.1.8 octets after the body of a datagram',
    text: `${message({ line: REGISTER })}INVITE sip:other@office.example SIP/2.0\r\n\r\n`,
    reader: 'take',
    endpoint: 405,
    check: (r) => [r.method, r.body],
    expect: ['REGISTER', ''],
  },
  {
    point: '4475 3.1.1.9 a semicolon in the user part',
    text: message({ line: 'OPTIONS sip:desk;phone=a%40b.example@office.example SIP/2.0' }),
    reader: 'take',
    check: (r) => [r.sipUri?.user, r.sipUri?.params],
    expect: ['desk;phone=a%40b.example', []],
  },
  {
    point: '4475 3.1.1.10 transports nobody has heard of',
    text: message({ more: ['Via: SIP/2.0/SCTP a.example', 'Via: SIP/2.0/PIGEON b.example;branch=z9hG4bKp'] }),
    reader: 'take',
    check: (r) => r.vias.map((v) => v.transport),
    expect: ['UDP', 'SCTP', 'PIGEON'],
  },
  {
    point: '4475 3.1.1.11 a body of many parts with nulls',
    text: message({
      line: 'MESSAGE sip:desk@office.example SIP/2.0',
      more: ['Content-Type: multipart/mixed; boundary=cut'],
      body: '--cut\r\nContent-Type: text/plain\r\n\r\nhi\r\n--cut\r\n\r\n\0\xff\x80\0\r\n--cut--\r\n',
    }),
    reader: 'take',
    endpoint: 405,
    check: (r) => r.bodyBytes.includes(0xff) && r.body.endsWith('--cut--\r\n'),
    expect: true,
  },
  {
    point: '4475 3.1.1.12 a reason phrase in UTF-8',
    text: message({ line: `SIP/2.0 200 = 10**2 * 2 ${UTF8}`, cseq: '1 INVITE' }),
    reader: 'take',
  },
  {
    point: '4475 3.1.1.13 an empty reason phrase',
    text: message({ line: 'SIP/2.0 100 ', cseq: '1 INVITE' }),
    reader: 'take',
  },
]

const INVALID: Torture[] = [
  {
    point: '4475 3.1.2.1 separators without values',
    text: message({ line: INVITE, via: 'SIP/2.0/UDP phone.example;;,;', more: ['Contact: <sip:a@b.example>;;'] }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.2 Content-Length beyond the message',
    text: message({ line: INVITE, more: [SDP_TYPE], length: 'Content-Length: 5000', body: SDP }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.3 a negative Content-Length',
    text: message({ line: INVITE, more: [SDP_TYPE], length: 'Content-Length: -4', body: SDP }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.4 figures too large, in a request',
    text: message({ line: REGISTER, cseq: '98765432109876543210 REGISTER', maxForwards: '400' }),
    reader: 400,
  },
  { point: '4475 3.1.2.4 Max-Forwards too large', text: message({ maxForwards: '256' }), reader: 400 },
  {
    point: '4475 3.1.2.5 figures too large, in a response',
    text: message({ line: 'SIP/2.0 503 Later', cseq: '4294967296 INVITE', more: ['Retry-After: 99999999999'] }),
    reader: 'drop',
  },
  {
    point: '4475 3.1.2.6 a quote that does not close',
    text: message({ line: INVITE, to: '"Desk <sip:desk@office.example>' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.7 brackets around the Request-URI',
    text: message({ line: 'INVITE <sip:desk@office.example> SIP/2.0' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.8 a space inside the Request-URI',
    text: message({ line: 'INVITE sip:desk@office.example; transport=udp SIP/2.0' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.9 several spaces in the request line',
    text: message({ line: 'INVITE  sip:desk@office.example  SIP/2.0', cseq: '1 INVITE' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.10 spaces at the end of the request line',
    text: message({ line: 'OPTIONS sip:desk@office.example SIP/2.0  ' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.11 header fields hidden in the Request-URI',
    text: message({ line: 'INVITE sip:desk@office.example?Route=%3Csip:evil.example%3E SIP/2.0' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.12 a date that is not GMT is not looked at',
    text: message({ more: ['Date: Mon, 02 Jan 2023 10:00:00 CET'] }),
    reader: 'take',
  },
  {
    point: '4475 3.1.2.13 a Contact URI with headers and no brackets',
    text: message({ line: REGISTER, more: ['Contact: sip:mira@home.example?Subject=x'] }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.14 spaces inside the brackets',
    text: message({ to: '"Desk" < sip:desk@office.example >' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.15 a comma in a display name without quotes',
    text: message({ from: 'Doe, Mira <sip:mira@home.example>;tag=m1' }),
    reader: 400,
  },
  {
    point: '4475 3.1.2.16 a version that does not exist yet',
    text: message({
      line: 'OPTIONS sip:desk@office.example SIP/3.1',
      via: 'SIP/3.1/UDP phone.example;branch=z9hG4bKown1',
    }),
    reader: 505,
  },
  { point: '4475 3.1.2.17 CSeq names another method', text: message({ cseq: '17 INVITE' }), reader: 400 },
  {
    point: '4475 3.1.2.18 CSeq names another method, and ours is unknown',
    text: message({ line: 'DANCE sip:desk@office.example SIP/2.0', cseq: '17 SING' }),
    reader: 501,
  },
  {
    point: '4475 3.1.2.19 a status code beyond all',
    text: message({ line: 'SIP/2.0 4294967496 hello', cseq: '1 INVITE' }),
    reader: 'drop',
  },
]

const MEANING: Torture[] = [
  {
    point: '4475 3.2.1 a branch that is nothing but the cookie',
    text: message({ via: 'SIP/2.0/UDP phone.example;branch=z9hG4bK' }),
    reader: 400,
  },
  {
    point: '4475 3.3.1 the fields that every request needs are missing',
    text: message({ line: INVITE, to: '', from: '', callId: '' }),
    reader: 400,
  },
  {
    point: '4475 3.3.2 a scheme that nobody knows',
    text: message({ line: 'OPTIONS unheardof:whatever-it-is SIP/2.0' }),
    reader: 'take',
    endpoint: 416,
    proxy: 416,
  },
  {
    point: '4475 3.3.3 a known scheme that is not SIP',
    text: message({ line: 'OPTIONS https://office.example/ SIP/2.0' }),
    reader: 'take',
    endpoint: 416,
    proxy: 416,
  },
  {
    point: '4475 3.3.4 other schemes in To, From and Contact',
    text: message({
      line: REGISTER,
      to: '<weird:mira>',
      from: '<http://home.example>;tag=1',
      more: ['Contact: <name:place>'],
    }),
    reader: 'take',
    endpoint: 405,
  },
  {
    point: '4475 3.3.5 extensions that nobody supports',
    text: message({ more: ['Require: flying, floating', 'Proxy-Require: sinking'] }),
    reader: 'take',
    endpoint: 420,
    proxy: 420,
  },
  {
    point: '4475 3.3.6 a body of an unknown type',
    text: message({ line: INVITE, more: ['Content-Type: application/riddle'], body: '?' }),
    reader: 'take',
    endpoint: 415,
  },
  {
    point: '4475 3.3.7 credentials of an unknown scheme',
    text: message({ line: REGISTER, more: ['Authorization: Handshake firm="yes"'] }),
    reader: 'take',
    endpoint: 405,
  },
  {
    point: '4475 3.3.8 single fields twice',
    text: message({ line: INVITE, more: ['CSeq: 18 INVITE', 'To: <sip:b@c.example>', 'Call-ID: other'] }),
    reader: 400,
  },
  {
    point: '4475 3.3.9 two lengths that differ',
    text: message({ more: ['Content-Length: 3'], length: 'l: 9', body: 'abcdefghi' }),
    reader: 400,
  },
  {
    point: '4475 3.3.10 a response whose Via is everybody',
    text: message({
      line: 'SIP/2.0 200 OK',
      cseq: '1 INVITE',
      more: ['Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKall'],
    }),
    reader: 'drop',
  },
  {
    point: '4475 3.3.10 a response whose Via is a group',
    text: message({
      line: 'SIP/2.0 200 OK',
      cseq: '1 INVITE',
      more: ['Via: SIP/2.0/UDP 224.0.0.9;branch=z9hG4bKall'],
    }),
    reader: 'drop',
  },
  { point: '4475 3.3.11 no hop left', text: message({ maxForwards: '0' }), reader: 'take', proxy: 483 },
  {
    point: '4475 3.3.12 a parameter of the field',
    text: message({ line: REGISTER, more: ['Contact: sip:+15550100@gate.example;blue'] }),
    reader: 'take',
    endpoint: 405,
    check: (r) => [r.contacts[0]?.uri, r.contacts[0]?.params],
    expect: ['sip:+15550100@gate.example', [['blue', null]]],
  },
  {
    point: '4475 3.3.13 a parameter of the URI',
    text: message({ line: REGISTER, more: ['Contact: <sip:+15550100@gate.example;blue>'] }),
    reader: 'take',
    endpoint: 405,
    check: (r) => [r.contacts[0]?.uri, r.contacts[0]?.params],
    expect: ['sip:+15550100@gate.example;blue', []],
  },
  {
    point: '4475 3.3.14 an escaped Route in a Contact stays there',
    text: message({ line: REGISTER, more: ['m: <sip:mira@home.example?Route=%3Csip:gate.example%3E>'] }),
    reader: 'take',
    endpoint: 405,
    check: (r) => [r.contacts[0]?.uri, r.routes.length],
    expect: ['sip:mira@home.example?Route=%3Csip:gate.example%3E', 0],
  },
  {
    point: '4475 3.3.15 an Accept that leaves no answer',
    text: message({ line: INVITE, more: ['Accept: text/riddle', SDP_TYPE], body: SDP }),
    reader: 'take',
    endpoint: 406,
  },
  {
    point: '4475 3.4.1 an INVITE of RFC 2543',
    text: message({
      line: INVITE,
      via: 'SIP/2.0/UDP old.example',
      from: '<sip:mira@old.example>',
      maxForwards: '',
      length: '',
      more: ['Record-Route: <sip:gate.example;maddr=198.51.100.1>', SDP_TYPE],
      body: SDP,
    }),
    reader: 'take',
    check: (r) => [r.from.tag, r.maxForwards, r.body.length],
    expect: [undefined, undefined, SDP.length],
  },
]

const V6: Torture[] = [
  {
    point: '5118 4.1 an address in brackets',
    text: message({ line: 'REGISTER sip:[2001:db8::99] SIP/2.0' }),
    reader: 'take',
    endpoint: 405,
    check: (r) => r.sipUri?.host,
    expect: '[2001:db8::99]',
  },
  {
    point: '5118 4.2 an address without brackets',
    text: message({ line: 'REGISTER sip:2001:db8::99 SIP/2.0' }),
    reader: 400,
  },
  {
    point: '5118 4.3 what looks like a port is part of the address',
    text: message({ line: 'OPTIONS sip:[2001:db8::99:5080] SIP/2.0' }),
    reader: 'take',
    check: (r) => [r.sipUri?.host, r.sipUri?.port],
    expect: ['[2001:db8::99:5080]', undefined],
  },
  {
    point: '5118 4.4 a port behind the brackets',
    text: message({ line: 'OPTIONS sip:[2001:db8::99]:5080 SIP/2.0' }),
    reader: 'take',
    check: (r) => [r.sipUri?.host, r.sipUri?.port],
    expect: ['[2001:db8::99]', 5080],
  },
  {
    point: '5118 4.5 received without brackets',
    text: message({ via: 'SIP/2.0/UDP [2001:db8::5];received=2001:db8::6;branch=z9hG4bK6' }),
    reader: 'take',
    check: (r) => r.via.received,
    expect: '2001:db8::6',
  },
  {
    point: '5118 4.5 received with brackets',
    text: message({ via: 'SIP/2.0/UDP [2001:db8::5];received=[2001:db8::6];branch=z9hG4bK6' }),
    reader: 'take',
    check: (r) => r.via.received,
    expect: '2001:db8::6',
  },
  {
    point: '5118 4.6 an address in SDP',
    text: message({ line: INVITE, more: [SDP_TYPE], body: SDP.replaceAll('IP4 198.51.100.7', 'IP6 2001:db8::7') }),
    reader: 'take',
    check: (r) => r.body.includes('IP6 2001:db8::7'),
    expect: true,
  },
  {
    point: '5118 4.7 both families in Via',
    text: message({ via: 'SIP/2.0/UDP [2001:db8::5]:5066;branch=z9hG4bK6, SIP/2.0/TCP 198.51.100.9;branch=z9hG4bK4' }),
    reader: 'take',
    check: (r) => r.vias.map((v) => [v.host, v.port]),
    expect: [
      ['[2001:db8::5]', 5066],
      ['198.51.100.9', undefined],
    ],
  },
  {
    point: '5118 4.8 both families in SDP',
    text: message({
      line: INVITE,
      more: [SDP_TYPE],
      body: `${SDP}m=audio 41002 RTP/AVP 0\r\nc=IN IP6 2001:db8::8\r\n`,
    }),
    reader: 'take',
  },
  {
    point: '5118 4.9 an IPv4 address inside an IPv6 one',
    text: message({ via: 'SIP/2.0/UDP [::ffff:198.51.100.9]:5066;branch=z9hG4bK6' }),
    reader: 'take',
    check: (r) => r.via.host,
    expect: '[::ffff:198.51.100.9]',
  },
  {
    point: '5118 4.10 three colons are read as two',
    text: message({ line: 'OPTIONS sip:desk@[2001:db8:::198.51.100.9] SIP/2.0' }),
    reader: 'take',
    check: (r) => r.sipUri?.host,
    expect: '[2001:db8::198.51.100.9]',
  },
]

/** One message or more for each point of RFC 4475 and RFC 5118. */
export const TORTURE: readonly Torture[] = [...VALID, ...INVALID, ...MEANING, ...V6]
