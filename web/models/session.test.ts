import { describe, expect, it } from 'vitest'
import type { Session } from '#api/contract'
import { SessionModel, sipHost } from './session.ts'

const NOW = Date.parse('2026-11-27T08:00:00Z')

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

function sessionOf(user: string, token = user): Session {
  return {
    user,
    token,
    displayName: user,
    role: 'agent',
    rights: ['view-own'],
    expiresAt: '2026-11-27T20:00:00.000Z',
    sipPort: 5060,
  }
}

describe('a session', () => {
  it('outlives the tab, and each tab may have another one', () => {
    const browser = storage()
    const first = { tab: storage(), browser }
    new SessionModel(first, NOW).begin(sessionOf('agent1'))
    const second = { tab: storage(), browser }
    expect(new SessionModel(second, NOW).get()?.user).toBe('agent1')
    new SessionModel(second, NOW).begin(sessionOf('supervisor'))
    expect(new SessionModel(first, NOW).get()?.user).toBe('agent1')
    expect(new SessionModel({ tab: storage(), browser }, NOW).get()?.user).toBe('supervisor')
  })

  it('that ends is not begun again by a new tab, and leaves that of others alone', () => {
    const browser = storage()
    const first = { tab: storage(), browser }
    const second = { tab: storage(), browser }
    new SessionModel(first, NOW).begin(sessionOf('agent1'))
    new SessionModel(second, NOW).begin(sessionOf('agent2'))
    new SessionModel(first, NOW).end()
    expect(new SessionModel(first, NOW).get()).toBeUndefined()
    expect(new SessionModel({ tab: storage(), browser }, NOW).get()?.user).toBe('agent2')
    new SessionModel(second, NOW).end()
    expect(new SessionModel({ tab: storage(), browser }, NOW).get()).toBeUndefined()
  })

  it('is not begun when its time is over or what is kept is no session', () => {
    const storages = { tab: storage(), browser: storage() }
    new SessionModel(storages, NOW).begin(sessionOf('agent1'))
    expect(new SessionModel(storages, NOW).get()).toEqual(sessionOf('agent1'))
    expect(new SessionModel(storages, Date.parse('2026-11-28T08:00:00Z')).get()).toBeUndefined()
    storages.tab.setItem('tandem.session', '{')
    storages.browser.setItem('tandem.session', 'null')
    expect(new SessionModel(storages, NOW).get()).toBeUndefined()
  })
})

describe('where a page tells people to call', () => {
  it('is the page’s own host while SIP has its usual port', () => {
    expect(sipHost({ sipPort: 5060 }, '127.0.0.1')).toBe('127.0.0.1')
    expect(sipHost({}, '127.0.0.1')).toBe('127.0.0.1')
  })

  it('names the port when it is another', () => {
    expect(sipHost({ sipPort: 15060 }, 'centre.example')).toBe('centre.example:15060')
  })
})
