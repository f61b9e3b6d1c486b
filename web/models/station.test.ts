import { describe, expect, it } from 'vitest'
import { keepStation, keptStation, mayTalkHere, renewable } from './station.ts'

describe('the station of an agent', () => {
  it('is a phone of its own until the browser was chosen once, and then what was chosen last', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    expect(keptStation(storage)).toBe('phone')
    keepStation(storage, 'browser')
    expect(keptStation(storage)).toBe('browser')
    keepStation(storage, 'phone')
    expect(keptStation(storage)).toBe('phone')
  })

  it('is no browser that gives no microphone', () => {
    expect(mayTalkHere({})).toBe(false)
    expect(mayTalkHere({ mediaDevices: {} as MediaDevices })).toBe(true)
  })

  it('asks for its next secret in time by the server’s clock, and never without a pause', () => {
    const account = { url: 'ws://h/ws', uri: 'sip:2001@tandem', expiresAt: new Date(3_600_000).toISOString() }
    expect(renewable(account, 0, 0).renewAt).toBe(3_000_000)
    // The server is half an hour before this browser.
    expect(renewable(account, 0, 1_800_000).renewAt).toBe(1_200_000)
    expect(renewable(account, 9_000_000, 0).renewAt).toBe(9_060_000)
  })
})
