import { describe, expect, it } from 'vitest'
import {
  checkForEndpoint,
  checkForProxy,
  classify,
  parseMessage,
  responseTo,
  StreamFramer,
  type Verdict,
} from '#protocols/sip'
import { TORTURE } from './sip-messages.ts'

const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS']

function outcome(verdict: Verdict): 'take' | 'drop' | number {
  if (verdict.action === 'answer') return verdict.fault.status
  return verdict.action === 'drop' ? 'drop' : 'take'
}

describe('SIP torture: our own message for each point of RFC 4475 and RFC 5118', () => {
  it.each(TORTURE)('$point', ({ text, reader, endpoint, proxy, check, expect: expected }) => {
    const bytes = Buffer.from(text, 'latin1')
    const verdict = classify(bytes)
    expect(outcome(verdict)).toBe(reader)
    if (verdict.action === 'answer') {
      const answer = parseMessage(responseTo(verdict.request, verdict.fault.status).toBytes())
      expect(answer.ok && answer.message.startLine.startsWith(`SIP/2.0 ${verdict.fault.status}`)).toBe(true)
    }
    if (verdict.action !== 'take request') return
    if (check) expect(check(verdict.request)).toEqual(expected)
    expect(checkForEndpoint(verdict.request, { methods: METHODS })?.status).toBe(endpoint)
    expect(checkForProxy(verdict.request)?.status).toBe(proxy)
    const again = classify(verdict.request.toBytes())
    if (again.action !== 'take request') throw again
    expect(again.request.toString()).toBe(verdict.request.toString())
  })

  it('has a point for every section of both RFCs', () => {
    const points = new Set(TORTURE.map(({ point }) => point.split(' ').slice(0, 2).join(' ')))
    const wanted = [
      ...Array.from({ length: 13 }, (_, n) => `4475 3.1.1.${n + 1}`),
      ...Array.from({ length: 19 }, (_, n) => `4475 3.1.2.${n + 1}`),
      ...['4475 3.2.1', '4475 3.4.1'],
      ...Array.from({ length: 15 }, (_, n) => `4475 3.3.${n + 1}`),
      ...Array.from({ length: 10 }, (_, n) => `5118 4.${n + 1}`),
    ]
    expect(wanted.filter((point) => !points.has(point))).toEqual([])
  })
})

describe('SIP torture on a stream', () => {
  it.each(TORTURE)('$point, cut at every octet, gives what it gives in one piece', ({ text }) => {
    const bytes = Buffer.from(text, 'latin1')
    const frames = (cut: number) => {
      const framer = new StreamFramer({ opened: false })
      return [...framer.push(bytes.subarray(0, cut)), ...framer.push(bytes.subarray(cut))].map((frame) =>
        frame.type === 'message' ? Buffer.from(frame.bytes).toString('latin1') : frame.type,
      )
    }
    const whole = frames(bytes.length)
    for (let cut = 1; cut < bytes.length; cut++) expect(frames(cut)).toEqual(whole)
  })
})
