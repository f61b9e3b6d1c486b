import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkForEndpoint, checkForProxy, classify, type SipRequest, StreamFramer, type Verdict } from '#protocols/sip'

/** The exact messages of the RFCs; they stay outside of the project because their terms differ from its licence. */
const CORPORA = resolve(process.env.TANDEM_CORPORA ?? '../shared/corpora')
const present = existsSync(join(CORPORA, 'rfc4475', 'expected.json'))
if (!present)
  console.log(`No reference messages in ${CORPORA} (TANDEM_CORPORA): the exact RFC 4475 and 5118 files are not tried.`)

interface Case {
  readonly file: string
  readonly name: string
  readonly section: string
  readonly kind: string
  readonly parser: string
  readonly endpoint: string
  readonly proxy: string
  readonly expect: string
}

function cases(rfc: string): Case[] {
  return present ? (JSON.parse(readFileSync(join(CORPORA, rfc, 'expected.json'), 'utf8')) as Case[]) : []
}

const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'MESSAGE', 'REGISTER']

/** Statuses that a sentence of expected.json names. */
function statuses(sentence: string): number[] {
  return [...sentence.matchAll(/\b[456][0-9][0-9]\b/g)].map(([text]) => Number(text))
}

function status(verdict: Verdict): number | undefined {
  return verdict.action === 'answer' ? verdict.fault.status : undefined
}

/** Points whose verdict needs a registrar's knowledge; here only that they are read as the RFC says. */
const NEEDS_REGISTRAR: Readonly<Record<string, (request: SipRequest) => boolean>> = {
  escnull: (r) => r.contacts.map((c) => c.uri).join(' ') === 'sip:%00@host5.example.com sip:%00%00@host5.example.com',
  unksm2: (r) => !r.to.uri.startsWith('sip'),
  regaut01: (r) => r.has('authorization'),
  cparam01: (r) => r.contacts[0]?.params[0]?.[0] === 'unknownparam',
  cparam02: (r) => r.contacts[0]?.uri.endsWith(';unknownparam') === true,
  regescrt: (r) => r.contacts[0]?.uri.includes('?Route=%3C') === true && r.routes.length === 0,
}

/** A choice that the RFC leaves, or a liberty that it grants and we do not take. */
function meets(sentence: string, verdict: Verdict): boolean {
  const allowed = statuses(sentence)
  const given = status(verdict)
  return given === undefined
    ? verdict.action !== 'answer'
    : allowed.includes(given) || (allowed.length === 0 && given === 400)
}

describe.runIf(present)('RFC 4475, the exact messages', () => {
  it.each(cases('rfc4475'))('$section $name: $parser', ({ file, name, kind, parser, endpoint, proxy }) => {
    const bytes = readFileSync(join(CORPORA, 'rfc4475', file))
    const read = classify(bytes)
    const asEndpoint = classify(bytes, (request) => checkForEndpoint(request, { methods: METHODS }))
    const asProxy = classify(bytes, (request) => checkForProxy(request))
    if (parser.startsWith('discard') || name === 'bcast') {
      expect(read.action).toBe('drop')
      return
    }
    if (kind === 'valid') expect(read.action).toMatch(/^take/)
    if (parser === 'reject') expect(read.action).toBe('answer')
    const known = NEEDS_REGISTRAR[name]
    if (known) expect(read.action === 'take request' && known(read.request)).toBe(true)
    else if (statuses(endpoint).length > 0 && !endpoint.includes('not supported')) {
      const mustAnswer = !parser.includes(' or ') && !/^20/.test(endpoint)
      if (mustAnswer) expect(status(asEndpoint)).toBeDefined()
      expect(meets(endpoint, asEndpoint)).toBe(true)
    }
    if (/^[45]/.test(proxy)) expect(meets(proxy, asProxy)).toBe(true)
    if (proxy.startsWith('forward') && kind !== 'invalid') expect(asProxy.action).toMatch(/^take/)
  })

  it('has no other answer than 400 to the file that no section describes', () => {
    const verdict = classify(readFileSync(join(CORPORA, 'rfc4475', 'extra', 'test.dat')))
    expect([undefined, 400]).toContain(status(verdict))
  })

  it('gives what it gives in one piece when a stream is cut at every octet', () => {
    for (const { file } of cases('rfc4475')) {
      const bytes = readFileSync(join(CORPORA, 'rfc4475', file))
      const types = (cut: number) => {
        const framer = new StreamFramer({ opened: false })
        return [...framer.push(bytes.subarray(0, cut)), ...framer.push(bytes.subarray(cut))].map((frame) =>
          frame.type === 'message' ? frame.bytes.length : frame.type,
        )
      }
      const whole = JSON.stringify(types(bytes.length))
      for (let cut = 1; cut < bytes.length; cut++) expect(JSON.stringify(types(cut))).toBe(whole)
    }
  })
})

describe.runIf(present)('RFC 5118, the exact messages', () => {
  // The files end their lines with LF, and their Content-Length fits neither that nor CRLF: both are put right before the trial.
  it.each(cases('rfc5118'))('$section $file: $kind', ({ file, kind }) => {
    const text = readFileSync(join(CORPORA, 'rfc5118', file), 'latin1').replace(/\r?\n/g, '\r\n')
    const body = text.split('\r\n\r\n').slice(1).join('\r\n\r\n')
    const verdict = classify(text.replace(/Content-Length: \d+/, `Content-Length: ${body.length}`))
    if (kind === 'invalid') expect(status(verdict)).toBe(400)
    else expect(verdict.action).toBe('take request')
    if (verdict.action !== 'take request') return
    if (file.endsWith('port-ambiguous')) expect(verdict.request.sipUri?.port).toBeUndefined()
    if (file.endsWith('port-unambiguous')) expect(verdict.request.sipUri?.port).toBe(5070)
    if (file.includes('via-received')) expect(verdict.request.via.received).toBe('2001:db8::9:255')
  })
})
