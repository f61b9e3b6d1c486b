import { describe, expect, it } from 'vitest'
import { parseUri } from '#protocols/sip'
import { type Flow, FlowTokens } from './flow-token.ts'

const FLOWS: readonly Flow[] = [
  { transport: 'udp', address: '192.0.2.1', port: 5060 },
  { transport: 'tcp', address: '2001:db8::1', port: 65_535, user: '2001' },
  { transport: 'wss', address: '192.0.2.1', port: 1, user: 'näme, with comma' },
]

describe('a flow token', () => {
  it('is read by any edge with the same key, and stands in a URI', () => {
    for (const flow of FLOWS) {
      const token = new FlowTokens('key').seal(flow)
      expect(parseUri(`sip:${token}@h`)?.user).toBe(token)
      expect(new FlowTokens('key').open(token)).toEqual(flow)
    }
  })

  it('of another key, or changed in any place, is none', () => {
    const token = new FlowTokens('key').seal(FLOWS[0]!)
    expect(new FlowTokens('other').open(token)).toBeUndefined()
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'Q' : 'A') + token.slice(at + 1)
      expect(new FlowTokens('key').open(changed)).toBeUndefined()
    }
  })

  it('that is no token at all is none', () => {
    for (const text of ['', '2001', '%00', 'a'.repeat(1000), 'AAAA AAAA', '..']) {
      expect(new FlowTokens('key').open(text)).toBeUndefined()
    }
  })
})
