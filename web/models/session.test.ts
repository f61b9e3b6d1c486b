import { describe, expect, it } from 'vitest'
import { sipHost } from './session.ts'

describe('where a page tells people to call', () => {
  it('is the page’s own host while SIP has its usual port', () => {
    expect(sipHost({ sipPort: 5060 }, '127.0.0.1')).toBe('127.0.0.1')
    expect(sipHost({}, '127.0.0.1')).toBe('127.0.0.1')
  })

  it('names the port when it is another', () => {
    expect(sipHost({ sipPort: 15060 }, 'centre.example')).toBe('centre.example:15060')
  })
})
